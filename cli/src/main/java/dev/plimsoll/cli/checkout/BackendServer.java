package dev.plimsoll.cli.checkout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service behind the checkout server. It has a thread for every request, so nothing but its own latency makes it slow.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class BackendServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int BROKEN = 500;

    private final Dependency dependency;
    private final Time time;
    private final HttpServer server;
    private final ExecutorService threads;
    private volatile Mood mood;

    private record Mood(Duration latency, int status) {}

    BackendServer(Dependency dependency, Time time) throws IOException {
        this.dependency = dependency;
        this.time = time;
        this.mood = new Mood(dependency.latency(), OK);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Settings.BACKLOG);
        this.threads = Executors.newCachedThreadPool(Daemon.named(dependency.label()));
    }

    void start() {
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** From the next request on, it takes so long and then fails. */
    void fail(Duration latency) {
        mood = new Mood(latency, BROKEN);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Mood now = mood;
        try {
            time.sleep(now.latency());
            Reply.send(exchange, now.status(), "{\"service\":\"" + dependency.label() + "\"}");
        } catch (InterruptedException e) {
            exchange.close();
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at once; requests in flight get no answer. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
