package dev.plimsoll.console.gather;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Something that answers like a console, by a script: a text for each time that its stream is opened. */
public final class FakeConsole implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> lastIds = new ArrayList<>(); // guarded by itself
    private final List<String> streams;
    private final boolean lastStays;

    /**
     * Answers already.
     *
     * @param lastStays whether the last stream, and all after it, goes on when its text is at its end
     */
    public FakeConsole(boolean lastStays, String... streams) throws IOException {
        this.streams = List.of(streams);
        this.lastStays = lastStays;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What a console says first. */
    public static String hello(String run, String service) {
        return "event: hello\ndata: {\"run\":\"" + run + "\",\"service\":\"" + service + "\",\"readOnly\":true}\n\n";
    }

    /** An entry of a timeline. */
    public static String story(String run, int sequence, long at, String title) {
        return "event: story\nid: " + run + "-" + sequence + "\ndata: {\"at\":" + at
                + ",\"dependency\":\"prices\",\"kind\":\"CIRCUIT\",\"tone\":\"BAD\",\"title\":\"" + title
                + "\",\"why\":\"because\"}\n\n";
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** The header of each time that the stream was opened, "null" where there was none. */
    public List<String> lastIds() {
        synchronized (lastIds) {
            return List.copyOf(lastIds);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/events")) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        int time;
        synchronized (lastIds) {
            lastIds.add(Objects.toString(exchange.getRequestHeaders().getFirst("Last-Event-ID")));
            time = Math.min(lastIds.size(), streams.size()) - 1;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(streams.get(time).getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        try {
            if (lastStays && time == streams.size() - 1) {
                closed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
