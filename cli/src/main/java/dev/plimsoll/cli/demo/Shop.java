package dev.plimsoll.cli.demo;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the shop depends on beside the service that the demonstration is about, each with a trouble of its own, for the page
 * to show side by side:
 *
 * <pre>
 *              0      0.2     0.3             0.5  0.55                       1  of the length
 *   stock      every fourth request fails; retries make up for it, within their budget
 *   search     well    slow, so its circuit opens ······ well
 *   maps       well            asked for more than its limit well
 *   shipping   well            drains ········ a new instance
 * </pre>
 *
 * <p>Their traffic is thin, so that the service of the story is the one that harms most while its circuit is open.
 *
 * <p><b>Threading:</b> for one thread, but {@link #close} for any.
 */
final class Shop implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TOO_SLOW = Duration.ofMillis(250);
    private static final Duration SLOW = Duration.ofMillis(700);
    private static final Duration CALM = Duration.ofMillis(900);
    private static final Duration RUSH = Duration.ofMillis(380);
    private static final int ONE_IN = 4;

    private final Time time;
    private final Consumer<Drain> drains;
    private final List<Service> all = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Service search;
    private final Service maps;
    private final Service shipping;

    private Shop(Guards guards, Consumer<Drain> drains) throws IOException {
        this.time = guards.time();
        this.drains = drains;
        try {
            start(stock(guards)).server().failEvery(ONE_IN);
            search = start(search(guards));
            maps = start(maps(guards));
            shipping = start(shipping(guards));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens it, and lets its customers in.
     *
     * @param guards where its guards are made, and whose clock it goes by
     * @param drains is told of each service that is going to be drained
     */
    static Shop open(Guards guards, Consumer<Drain> drains) throws IOException {
        return new Shop(guards, drains);
    }

    private Service start(Guard guard) throws IOException {
        Service service = Service.start(time, client, guard, CALM);
        all.add(service);
        return service;
    }

    private static Guard stock(Guards guards) {
        Retry soon = Retry.fixed(Duration.ofMillis(50)).maxAttempts(3);
        return guards.guard("stock", g -> g.attemptTimeout(TIMEOUT).retry(soon));
    }

    private static Guard search(Guards guards) {
        return guards.guard(
                "search",
                g -> g.attemptTimeout(TIMEOUT)
                        .bulkhead(4)
                        .circuitBreaker(b -> b.slowCallRate(0.5, TOO_SLOW, 5)
                                .overLastCalls(8)
                                .openFor(Duration.ofSeconds(4))
                                .maxConcurrentProbes(1)
                                .successesToClose(1)));
    }

    private static Guard maps(Guards guards) {
        return guards.guard("maps", g -> g.attemptTimeout(TIMEOUT).rateLimiter(r -> r.permits(2)));
    }

    private static Guard shipping(Guards guards) {
        return guards.guard(
                "shipping",
                g -> g.attemptTimeout(TIMEOUT)
                        .circuitBreaker(b -> b.consecutiveFailures(2)
                                .openFor(Duration.ofSeconds(3))
                                .maxConcurrentProbes(1)
                                .successesToClose(1)));
    }

    /**
     * One day of it.
     *
     * @param length how long the day is
     * @throws InterruptedException when the thread is interrupted
     * @throws IOException when there is no free port for a new instance
     */
    void play(Duration length) throws InterruptedException, IOException {
        long start = time.precise();
        until(start, length, 0.2);
        search.server().slow(SLOW);
        until(start, length, 0.3);
        maps.pace(RUSH);
        drains.accept(shipping.startDraining());
        until(start, length, 0.5);
        shipping.replace();
        until(start, length, 0.55);
        search.server().recover();
        maps.pace(CALM);
        until(start, length, 1);
    }

    private void until(long start, Duration length, double share) throws InterruptedException {
        time.sleep((long) (length.toNanos() * share) - (time.precise() - start));
    }

    /** Closes all services. */
    @Override
    public void close() {
        all.forEach(Service::close);
    }
}
