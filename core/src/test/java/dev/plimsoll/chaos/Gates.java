package dev.plimsoll.chaos;

import dev.plimsoll.GuardBuilder;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.bulkhead.BulkheadConfig.Threads;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.time.Backoff;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** The gates of a guard, drawn at random. */
final class Gates {

    /** Stands for no limit. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private final SplittableRandom random;
    private final BiConsumer<String, UnaryOperator<GuardBuilder>> step;

    /** How many may be under way. */
    int places = UNLIMITED;

    /** Those of the bulkhead, if there is one. */
    Threads threads = Threads.CALLERS;

    boolean pool;

    /** How many probes must succeed before the breaker closes; 1 where there is none. */
    int successes = 1;

    int slots = UNLIMITED;

    /** Permits per second of the rate limiter; 0 for none. */
    double rate;

    long burst;

    Gates(SplittableRandom random, BiConsumer<String, UnaryOperator<GuardBuilder>> step) {
        this.random = random;
        this.step = step;
    }

    void draw(Threads whose, boolean hedged) {
        threads = whose;
        if (random.nextInt(4) > 0) {
            breaker();
        }
        if (random.nextInt(5) == 0) {
            Duration over = millis(1_000, 4_000);
            double k = 1.1 + random.nextInt(9) / 10.0;
            int least = 1 + random.nextInt(20);
            step.accept(
                    "throttle " + k + " over " + over + " from " + least,
                    g -> g.adaptiveThrottle(t -> t.k(k).over(over).minimumRequests(least)));
        }
        if (random.nextInt(4) == 0) {
            rateLimiter();
        }
        if (random.nextInt(4) == 0) {
            concurrencyLimit();
        }
        if (threads != Threads.CALLERS || random.nextInt(3) > 0) {
            bulkhead(hedged);
        }
    }

    private void breaker() {
        int kind = random.nextInt(6);
        int least = 4 + random.nextInt(5); // fewer, and the fresh calls would open it
        double share = 0.3 + random.nextInt(6) / 10.0;
        Duration slow = millis(10, 100);
        UnaryOperator<CircuitBreakerBuilder> rules = b -> switch (kind) {
            case 0 -> b.consecutiveFailures(least / 2);
            case 1 -> b.failureRate(share, least);
            case 2 -> b.slowCallRate(share, slow, least);
            case 3 -> b.failures(least);
            case 4 -> b.consecutiveFailures(least).failureRate(share, least).slowCallRate(share, slow, least);
            default -> b;
        };
        boolean byCalls = random.nextBoolean();
        int calls = 10 + random.nextInt(18); // fewer than each guard has in peace, so that none of the faults is left
        Duration span = millis(500, 8_000);
        UnaryOperator<CircuitBreakerBuilder> horizon = kind == 0 || kind == 5
                ? UnaryOperator.identity()
                : b -> byCalls ? b.overLastCalls(calls) : b.overLast(span);
        step.accept(
                "breaker " + kind + " " + least + " " + share + " slow " + slow + " over "
                        + (byCalls ? calls + " calls" : span),
                g -> g.circuitBreaker(b -> recovery.apply(horizon.apply(rules.apply(b)))));
        recovery();
    }

    private UnaryOperator<CircuitBreakerBuilder> recovery = UnaryOperator.identity();

    private void recovery() {
        Duration open = random.nextBoolean() ? millis(20, 200) : millis(200, 1_500);
        boolean growing = random.nextBoolean();
        int probes = 1 + random.nextInt(3);
        int enough = 1 + random.nextInt(3);
        successes = enough;
        Duration ramp = random.nextInt(3) == 0 ? millis(100, 2_000) : Duration.ZERO;
        Duration lease = random.nextBoolean() ? millis(50, 2_000) : Duration.ofSeconds(10);
        boolean overload = random.nextInt(5) > 0;
        Duration clamp = millis(500, 3_000);
        recovery = b -> (growing
                        ? b.openFor(Backoff.exponential(open)
                                .cap(open.multipliedBy(6))
                                .fullJitter())
                        : b.openFor(open))
                .maxConcurrentProbes(probes)
                .successesToClose(enough)
                .rampUp(ramp)
                .probeLease(lease)
                .overloadTrips(overload)
                .retryAfterClamp(clamp);
        step.accept(
                "open for " + open + (growing ? " and more" : "") + ", " + probes + " probes, " + enough
                        + " successes, ramp " + ramp + ", lease " + lease + ", overload trips " + overload + ", clamp "
                        + clamp,
                g -> g);
    }

    private void rateLimiter() {
        int permits = 5 + random.nextInt(60);
        Duration per = millis(200, 1_000);
        burst = random.nextLong(3, 13);
        rate = 1e9 * permits / per.toNanos();
        Duration wait = random.nextBoolean() ? Duration.ZERO : millis(5, 300);
        step.accept(
                "rate limiter " + permits + " per " + per + " burst " + burst + " wait " + wait,
                g -> g.rateLimiter(r -> r.permits(permits).per(per).burst(burst).maxWait(wait)));
    }

    private void concurrencyLimit() {
        int kind = random.nextInt(4);
        slots = 2 + random.nextInt(20);
        int initial = 1 + random.nextInt(slots);
        UnaryOperator<ConcurrencyLimitConfig.Builder> algorithm = l -> switch (kind) {
            case 0 -> l.aimd();
            case 1 -> l.vegas();
            case 2 -> l.gradient2();
            default -> l.adaptive();
        };
        step.accept(
                "concurrency limit " + kind + " within 1 and " + slots + " from " + initial,
                g -> g.concurrencyLimit(l -> algorithm.apply(l).within(1, slots).initial(initial)));
    }

    private void bulkhead(boolean hedged) {
        boolean pooled = threads != Threads.CALLERS;
        pool = pooled;
        // One in force may not get smaller where it has a pool: a body could be queued behind one that sleeps.
        places = pooled ? 3 : 1 + random.nextInt(4) + (hedged ? 1 : 0);
        int waiting = random.nextInt(4);
        Duration wait = millis(10, 400);
        boolean lifo = waiting > 0 && random.nextInt(3) == 0;
        Duration target = millis(1, 20);
        UnaryOperator<BulkheadConfig.Builder> queue =
                b -> waiting == 0 ? b : b.maxWaiting(waiting).maxWait(wait);
        UnaryOperator<BulkheadConfig.Builder> order =
                b -> lifo ? b.lifoUnderOverload(target, target.multipliedBy(5)) : b;
        step.accept(
                "bulkhead of " + places + ", " + waiting + " waiting for " + wait + (lifo ? ", lifo" : "") + " on "
                        + threads,
                g -> g.bulkhead(
                        b -> order.apply(queue.apply(b.maxConcurrent(places))).threads(threads)));
    }

    private Duration millis(int least, int most) {
        return SetUp.millis(random, least, most);
    }
}
