package dev.plimsoll.console;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A bad minute of a shop, on virtual time: several of the services that it depends on are in trouble at once, each in another
 * way, and its own level and an instance that goes down are to be seen as well. It is what a console would send. How the
 * dependencies do is reported to the level as it is counted for the page, so that neither contradicts the other.
 *
 * <pre>
 *   seconds   0          20           25        30          35         40         50         58       64
 *             all well   payments is  search    mail is     prices     maps is    shipping   the rest now
 *                        gone, so     takes     forced      fails too  asked for  goes down  is well
 *                        the shop is  3 s       open        often      more
 *                        DEGRADED
 * </pre>
 */
final class Outage implements AutoCloseable {

    private static final int SECONDS = 64;
    private static final int SLOW_SECONDS = 3;
    private static final String RUN = "00000000000000aa";
    private static final String[] WELL = {"stock", "reviews", "images", "accounts"};

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Feed feed = new Feed(1_000);
    private final Watchman watchman = new Watchman(time, RUN, feed);
    private final Watches watches = new Watches(watchman);
    private final Counters counters = new Counters(guards);
    private final TroubleStories troubles = new TroubleStories(guards, counters, watchman);
    private final Listening listening = new Listening(guards, counters, time);
    private final Overview overview = new Overview(guards, counters, listening, watches, time);
    private final List<Unit> parcels = new ArrayList<>();
    private final Deque<Slow> slow = new ArrayDeque<>();

    private final Guard payments = guard(
            "payments",
            g -> g.attemptTimeout(Duration.ofMillis(800))
                    .circuitBreaker(b -> b.consecutiveFailures(5).openFor(Duration.ofMinutes(2))));
    private final Guard search = guard(
            "search",
            g -> g.attemptTimeout(Duration.ofSeconds(5))
                    .circuitBreaker(b -> b.consecutiveFailures(20))
                    .bulkhead(4));
    private final Guard mail = guard("mail", g -> g.circuitBreaker());
    private final Guard prices = guard(
            "prices",
            g -> g.attemptTimeout(Duration.ofMillis(500))
                    .circuitBreaker(b -> b.failureRate(0.9, 20))
                    .retry(Retry.fixed(Duration.ZERO).maxAttempts(3))
                    .retryBudget(RetryBudget.create(b -> b.ratio(0.1).minimumPerSecond(0), time)));
    private final Guard maps = guard("maps", g -> g.rateLimiter(r -> r.permits(2)));
    private final Degradation shop = Degradation.create(
            "shop",
            d -> d.at(Level.NORMAL, "ml_search", "reviews", "live_prices")
                    .at(Level.DEGRADED, "basic_search", "reviews", "cached_prices")
                    .thresholds(t -> t.degraded(3, 0.5).minimal(5, 0.8))
                    .notice("ml_search", "Search is temporarily simplified")
                    .notice("live_prices", "Prices may be a few minutes old"),
            time);
    private final Drain shipping = Drain.create("shipping", Duration.ofSeconds(30), time);

    /** An answer that takes its time, and in which second it was asked for. */
    private record Slow(int second, CompletableFuture<Integer> answer) {}

    private Outage() {}

    private Guard guard(String name, UnaryOperator<GuardBuilder> setup) {
        return guards.guard(name, setup);
    }

    /** As it is after its minute. */
    static Outage played() {
        Outage outage = new Outage();
        outage.play();
        return outage;
    }

    Guards guards() {
        return guards;
    }

    // ---------------------------------------------------------------- what a console would send

    String hello() {
        return "{\"run\":\"" + RUN + "\",\"service\":\"checkout\",\"readOnly\":false,\"replay\":10000}";
    }

    List<String> stories() throws InterruptedException {
        return Objects.requireNonNull(feed.await(0, 1)).entries().stream()
                .map(Feed.Entry::json)
                .toList();
    }

    String overview() {
        return overview.json();
    }

    // ---------------------------------------------------------------- the minute

    private void play() {
        for (String name : WELL) {
            Guard unused =
                    guard(name, g -> g.attemptTimeout(Duration.ofMillis(500)).circuitBreaker());
        }
        guards.observe(watchman);
        watches.add(shop, () -> new LevelWatch(shop, watchman, time));
        watches.add(shipping, () -> new DrainWatch(shipping, watchman, time));
        for (String each : new String[] {"parcel 4711", "parcel 4712", "a return"}) {
            parcels.add(shipping.enter(each));
        }
        counters.begin();
        listening.begin();
        for (int second = 0; second < SECONDS; second++) {
            events(second);
            long end = time.precise() + Duration.ofSeconds(1).toNanos();
            traffic(second);
            time.advance(Duration.ofNanos(Math.max(0, end - time.precise())));
            counters.tick();
            troubles.tick();
            listening.tick(true);
            shop.report(guards.all().stream().map(this::health).toList());
            boolean unused = watches.look();
        }
    }

    private void events(int second) {
        switch (second) {
            case 30 ->
                circuit(mail).forceOpen("their provider moves house, change 4711", "anna", Duration.ofMinutes(30));
            case 50 -> shipping.start();
            case 53 -> {
                parcels.remove(0).close();
                for (int i = 0; i < 7; i++) {
                    if (shipping.tryEnter("parcel") != null) {
                        throw new AssertionError("nobody is admitted any more");
                    }
                }
            }
            default -> {}
        }
    }

    private DependencyHealth health(Guard guard) {
        Traffic traffic = counters.of(guard.name());
        Histogram micros = Latencies.sum();
        traffic.addAttemptTimes(micros);
        Duration p99 = Duration.ofNanos(1_000 * micros.getValueAtPercentile(99));
        double errors = traffic.calls() == 0 ? 0 : traffic.bad() / (double) traffic.calls();
        return new DependencyHealth(guard.name(), Troubles.isClosed(guard.snapshot()), p99, errors);
    }

    private static CircuitBreaker circuit(Guard guard) {
        return Objects.requireNonNull(guard.circuitBreaker());
    }

    private void traffic(int second) {
        while (!slow.isEmpty() && slow.peek().second() <= second - SLOW_SECONDS) {
            boolean unused = slow.remove().answer().complete(7);
        }
        boolean gone = second >= 20;
        for (int i = 0; i < 4 + second % 3; i++) {
            call(payments, gone ? 2 : 12, gone ? new ConnectException("Connection refused") : null);
        }
        for (int i = 0; i < 3; i++) {
            search(second);
            call(prices, 6, second >= 35 && i < 2 ? new IOException("HTTP 500 from prices-2") : null);
        }
        call(mail, 20, null);
        for (int i = 0; i < (second >= 40 ? 5 : 1); i++) {
            call(maps, 9, null);
        }
        for (int each = 0; each < WELL.length; each++) {
            for (int i = 0; i < 2 + each + (second + each) % 2; i++) {
                call(guards.get(WELL[each]), 5 + 3 * each, null);
            }
        }
    }

    /** From some time on an answer takes seconds, and as many are under way as may be. */
    private void search(int second) {
        if (second < 25) {
            call(search, 30, null);
        } else {
            CompletableFuture<Integer> unused = search.callAsync(() -> {
                Slow asked = new Slow(second, new CompletableFuture<>());
                slow.add(asked);
                return asked.answer();
            });
        }
    }

    private void call(Guard guard, int millis, @Nullable IOException error) {
        try {
            int unused = guard.<Integer, IOException>call(() -> {
                time.advance(Duration.ofMillis(millis));
                if (error != null) {
                    throw error;
                }
                return 7;
            });
        } catch (IOException | RejectedException counted) {
            // it is on the page
        }
    }

    @Override
    public void close() {
        guards.close();
    }
}
