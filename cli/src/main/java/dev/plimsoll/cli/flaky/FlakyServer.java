package dev.plimsoll.cli.flaky;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.DrainReport;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real HTTP server on the loopback interface that fails and is slow on demand: {@code GET /} is the service,
 * {@code GET /stats} its counters, {@code POST /fail}, {@code /recover} and {@code /slow?ms=2000} its moods. Every answer
 * is a JSON object.
 *
 * <p>It can be drained: {@code GET /ready} then answers 503, requests of the service are refused with 503 and Retry-After,
 * those under way are finished. What looks at it and changes its mood is no work, and goes on until it is closed.
 *
 * <p>Every request under way has a thread of its own, so that slow answers delay nobody else.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class FlakyServer implements AutoCloseable {
    /** What refusals call it. */
    static final String NAME = "flaky";

    private static final String NO_DELAY = "sun.net.httpserver.nodelay";
    private static final int BACKLOG = 1024;
    private static final int GRACE_SECONDS = 1;

    static {
        // The JDK's server writes head and body apart: with Nagle's algorithm a kept connection then waits 40 ms for an
        // acknowledgement. The property is read once, when the first server is made.
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
    }

    private final FlakyService service;
    private final HttpServer http;
    private final ExecutorService threads;
    private final Drain drain;
    private final AtomicInteger underWay = new AtomicInteger();

    private FlakyServer(FlakyService service, HttpServer http, Drain drain) {
        this.service = service;
        this.http = http;
        this.drain = drain;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "flaky-request");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts a healthy server.
     *
     * @param time what it waits with
     * @param port where it listens on 127.0.0.1, 0 … 65535; 0 takes a free one
     * @param latency how long good answers take
     * @param failLatency how long bad answers take
     * @return a server that answers already
     * @throws IOException when the port is taken or may not be used
     */
    public static FlakyServer start(Time time, int port, Duration latency, Duration failLatency) throws IOException {
        return start(time, port, latency, failLatency, Drain.create(NAME));
    }

    /**
     * Starts a healthy server.
     *
     * @param time what it waits with
     * @param port where it listens on 127.0.0.1, 0 … 65535; 0 takes a free one
     * @param latency how long good answers take
     * @param failLatency how long bad answers take
     * @param drain admits the requests of the service
     * @return a server that answers already
     * @throws IOException when the port is taken or may not be used
     */
    public static FlakyServer start(Time time, int port, Duration latency, Duration failLatency, Drain drain)
            throws IOException {
        InetAddress loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        HttpServer http = HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
        FlakyServer server = new FlakyServer(new FlakyService(time, latency, failLatency), http, drain);
        http.setExecutor(server.threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /**
     * Where it is.
     *
     * @return such as {@code http://127.0.0.1:9001}, without a slash at the end
     */
    public String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /**
     * The counters.
     *
     * @return what {@code GET /stats} says
     */
    public FlakyStats stats() {
        return service.stats();
    }

    /** Makes it answer 500, as {@code POST /fail} does. */
    public void fail() {
        service.mood(service.mood().withFailing());
    }

    /**
     * Makes it answer some requests with 500.
     *
     * @param every every how many one, 1 for all
     */
    public void failEvery(int every) {
        service.mood(service.mood().withFailing(every));
    }

    /**
     * Makes it slow, as {@code POST /slow} does.
     *
     * @param atLeast how long every answer takes at least
     */
    public void slow(Duration atLeast) {
        service.mood(service.mood().withSlow(atLeast));
    }

    /** Heals it, as {@code POST /recover} does. */
    public void recover() {
        service.mood(Mood.GOOD);
    }

    /** Refuses new work from now on; it goes on answering until it is closed. */
    void startDraining() {
        drain.start();
    }

    /**
     * Waits until the work under way is done, or the drain's time is up.
     *
     * @return what was done, and what was not
     */
    DrainReport awaitDrained() throws InterruptedException {
        return drain.await();
    }

    /** How many requests of the service are under way. */
    long working() {
        return drain.inFlight();
    }

    /**
     * Stops to listen, gives answers under way one second, then cuts them off; at once when it was drained. Closing it
     * again does nothing more.
     */
    @Override
    public void close() {
        // Told to wait, the JDK's server waits the whole time even when there is nothing to wait for.
        http.stop(underWay.get() == 0 || drain.isStopped() ? 0 : GRACE_SECONDS);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        underWay.incrementAndGet();
        try (exchange) {
            URI uri = exchange.getRequestURI();
            String query = Objects.requireNonNullElse(uri.getRawQuery(), "");
            String method = exchange.getRequestMethod();
            switch (uri.getPath()) {
                case "/" -> work(exchange, method, query);
                case "/ready" -> send(exchange, readiness(method));
                default -> send(exchange, service.reply(method, uri.getPath(), query));
            }
        } catch (InterruptedException e) {
            // The server stops: the connection is cut, which is what a stopping service does.
            Thread.currentThread().interrupt();
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** The unit ends when the answer has been written, not before. */
    @SuppressWarnings("try") // the unit is there to be closed
    private void work(HttpExchange exchange, String method, String query) throws IOException, InterruptedException {
        try (Unit unit = drain.enter(method + " /")) {
            send(exchange, service.reply(method, "/", query));
            exchange.close();
        } catch (RejectedException draining) {
            send(exchange, Reply.refused(draining));
        }
    }

    private Reply readiness(String method) {
        if (!method.equals("GET")) {
            return Reply.wrongMethod(method, "/ready", "GET");
        }
        if (drain.isReady()) {
            return Reply.ok(Json.line(json -> json.truth("ready", true)));
        }
        return new Reply(503, Json.line(json -> json.truth("ready", false)), Map.of());
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        byte[] body = (reply.body() + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
