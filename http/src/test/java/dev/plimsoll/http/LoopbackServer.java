package dev.plimsoll.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server on a free port of this machine, which notes every request that reaches it. */
final class LoopbackServer implements AutoCloseable {

    /** What to do with a request. */
    @FunctionalInterface
    interface Handler {
        /**
         * Answers.
         *
         * @param number 1 for the first request that the server gets
         */
        void handle(HttpExchange exchange, int number) throws IOException;
    }

    /** The methods of the requests that came, in their order. */
    final List<String> received = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "loopback-server");
        thread.setDaemon(true);
        return thread;
    });

    LoopbackServer(Handler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            int number;
            synchronized (received) {
                received.add(exchange.getRequestMethod());
                number = received.size();
            }
            exchange.getRequestBody().readAllBytes();
            try (exchange) {
                handler.handle(exchange, number);
            }
        });
        server.start();
    }

    /** Answers with these statuses in turn, and with the last one from then on. */
    static LoopbackServer answering(Integer... statuses) throws IOException {
        List<Integer> all = List.of(statuses);
        return new LoopbackServer((exchange, number) ->
                answer(exchange, all.get(Math.min(number, all.size()) - 1), "body " + number));
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Answers with a body that ends when its reader goes away, and counts that down. */
    static void stream(HttpExchange exchange, int status, CountDownLatch readerIsGone) throws IOException {
        exchange.sendResponseHeaders(status, 0);
        OutputStream body = exchange.getResponseBody();
        byte[] line = "more of it\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                body.write(line);
                body.flush();
            }
        } catch (IOException e) {
            readerIsGone.countDown();
            throw e;
        }
    }

    URI uri(String path) {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path);
    }

    int requests() {
        return received.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
