package dev.plimsoll.cli.amplification;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server on a free port of the loopback interface, with a thread for every request.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Service implements AutoCloseable {
    private static final int NO_BODY = -1;
    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final ExecutorService threads;

    /** Says with which status a request is answered. */
    @FunctionalInterface
    interface Answer {
        int to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private Service(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Starts to answer. */
    static Service start(String name, Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        server.createContext("/", exchange -> serve(exchange, answer));
        server.setExecutor(threads);
        server.start();
        return new Service(server, threads);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private static void serve(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(answer.to(exchange), NO_BODY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
