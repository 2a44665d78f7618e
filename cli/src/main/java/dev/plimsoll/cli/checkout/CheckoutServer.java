package dev.plimsoll.cli.checkout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.cli.option.Durations;
import dev.plimsoll.http.HttpRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The shop's server: a fixed number of threads, each of which serves one request at a time and blocks while it calls the
 * service behind it. Requests that find no thread free wait in line, whatever they are for.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class CheckoutServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Calls calls;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger busiest = new AtomicInteger();

    CheckoutServer(Calls calls, int threads) throws IOException {
        this.calls = calls;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Settings.BACKLOG);
        this.threads = Executors.newFixedThreadPool(threads, Daemon.named("checkout"));
    }

    /** Begins to serve each of the services under its name. */
    void start(Map<Dependency, URI> backends) {
        backends.forEach((dependency, uri) ->
                server.createContext("/" + dependency.label(), exchange -> serve(exchange, dependency, uri)));
        server.setExecutor(threads);
        server.start();
    }

    URI uri(Dependency dependency) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + dependency.label());
    }

    /** How many threads serve a request right now. */
    int busy() {
        return busy.get();
    }

    /** The most threads that were busy at once since the last time this was asked. */
    int takeBusiest() {
        return busiest.getAndSet(busy.get());
    }

    private void serve(HttpExchange exchange, Dependency dependency, URI uri) throws IOException {
        busiest.accumulateAndGet(busy.incrementAndGet(), Math::max);
        try {
            answer(exchange, dependency, uri);
        } catch (InterruptedException e) {
            exchange.close();
            Thread.currentThread().interrupt();
        } finally {
            busy.decrementAndGet();
        }
    }

    private void answer(HttpExchange exchange, Dependency dependency, URI uri)
            throws IOException, InterruptedException {
        int status;
        try {
            status = calls.call(dependency, uri) == OK ? OK : BAD_GATEWAY;
        } catch (HttpRefusedException e) {
            status = UNAVAILABLE;
            e.retryAfter()
                    .ifPresent(wait -> exchange.getResponseHeaders().set("Retry-After", Durations.retryAfter(wait)));
        } catch (HttpTimeoutException e) {
            status = GATEWAY_TIMEOUT;
        } catch (IOException e) {
            status = BAD_GATEWAY;
        }
        Reply.send(exchange, status, "{\"status\":" + status + "}");
    }

    /** Stops at once; requests in flight and in line get no answer. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
