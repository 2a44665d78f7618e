package dev.plimsoll.cli.demo;

import dev.plimsoll.Guard;
import dev.plimsoll.cli.flaky.FlakyServer;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A service that the shop depends on: a real HTTP server, and who calls it through its guard, again and again. How that goes
 * is for the page to show.
 *
 * <p><b>Threading:</b> the calls are made on a thread of its own; the methods are for one thread at a time.
 */
final class Service implements AutoCloseable {
    private static final Duration LATENCY = Duration.ofMillis(20);
    private static final Duration TO_DRAIN = Duration.ofSeconds(10);

    private final Time time;
    private final GuardedHttpClient http;
    private final String name;
    private final Thread caller;
    private FlakyServer server;
    private Drain drain;
    private @Nullable Unit underWay;
    private volatile URI address;
    private volatile Duration pause;
    private volatile boolean closed;

    private Service(Time time, HttpClient client, Guard guard, Duration pause) throws IOException {
        this.time = time;
        this.http = GuardedHttpClient.of(client, guard);
        this.name = guard.name();
        this.pause = pause;
        this.drain = Drain.create(name, TO_DRAIN);
        this.server = FlakyServer.start(time, 0, LATENCY, LATENCY, drain);
        this.address = addressOf(server);
        this.caller = new Thread(this::callAgainAndAgain, "shop-" + name);
        caller.setDaemon(true);
    }

    /**
     * Starts it, and those who call it.
     *
     * @param guard stands before it, and gives it its name
     * @param pause between two calls
     */
    static Service start(Time time, HttpClient client, Guard guard, Duration pause) throws IOException {
        Service service = new Service(time, client, guard, pause);
        service.caller.start();
        return service;
    }

    /** The server that is in use. */
    FlakyServer server() {
        return server;
    }

    /** From now on so much is between two calls. */
    void pace(Duration between) {
        pause = between;
    }

    /** The server is to go down; it still has something to do, and answers 503 to all else. Gives back its drain. */
    Drain startDraining() {
        underWay = drain.tryEnter("a parcel being packed");
        drain.start();
        return drain;
    }

    /** Another server takes over from the one that drains. */
    void replace() throws IOException {
        FlakyServer old = server;
        Drain next = Drain.create(name, TO_DRAIN);
        server = FlakyServer.start(time, 0, LATENCY, LATENCY, next);
        address = addressOf(server);
        if (underWay != null) {
            underWay.close();
        }
        drain = next;
        old.close();
    }

    private static URI addressOf(FlakyServer server) {
        return URI.create(server.address() + "/");
    }

    private void callAgainAndAgain() {
        try {
            while (!closed) {
                call();
                time.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void call() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        try {
            int unused = http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException refusedOrFailed) {
            // the guard has counted it
        }
    }

    /** Ends the calls and the server. */
    @Override
    public void close() {
        closed = true;
        caller.interrupt();
        server.close();
    }
}
