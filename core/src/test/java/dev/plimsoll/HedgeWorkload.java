package dev.plimsoll;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The workload of the project bhope/hedge, on virtual time, through real asynchronous calls of a guard: answers take 5 ± 2
 * ms, lognormally, and one in twenty takes ten times that. All legs are independent of each other.
 *
 * <p>First legs and others draw from streams of their own, so that the first legs of all rows take the same times.
 */
final class HedgeWorkload {

    private static final double MEAN_MILLIS = 5;
    private static final double DEVIATION_MILLIS = 2;
    private static final double STRAGGLERS = 0.05;
    private static final double STRAGGLING = 10;
    private static final double SIGMA2 = Math.log(1 + Math.pow(DEVIATION_MILLIS / MEAN_MILLIS, 2));
    private static final double MU = Math.log(MEAN_MILLIS) - SIGMA2 / 2;

    /** What came of some calls. Times in milliseconds. */
    record Row(double delay, double extraLoad, double p95, double p99, double p999) {}

    /** Completes a stage when it is time. */
    private static final class Answer extends Timer {

        private final CompletableFuture<Integer> stage = new CompletableFuture<>();

        @Override
        protected void fire(long lateNanos) {
            stage.complete(1);
        }
    }

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false).executor(Runnable::run));
    private final SplittableRandom firstLegs;
    private final SplittableRandom otherLegs;
    private double slowdown = 1;

    HedgeWorkload(long seed) {
        this.firstLegs = new SplittableRandom(seed);
        this.otherLegs = new SplittableRandom(~seed);
    }

    Guard guard(@Nullable Hedge hedge, RetryBudget budget) {
        return guards.guard("values", g -> hedge == null ? g : g.hedge(hedge).retryBudget(budget));
    }

    VirtualTime time() {
        return time;
    }

    /** From now on all answers take so many times as long. */
    void slowDown(double factor) {
        slowdown = factor;
    }

    /** One call, from now. */
    @SuppressWarnings("FutureReturnValueIgnored") // what a cancelled answer still does is to stop its timer
    CompletableFuture<Integer> call(Guard guard) {
        return guard.callAsync(attempt -> {
            Answer answer = new Answer();
            time.start(answer, nanos(attempt.leg() == 1 ? firstLegs : otherLegs));
            CompletableFuture<Integer> unused = answer.stage.whenComplete((value, error) -> answer.cancel());
            return answer.stage;
        });
    }

    private long nanos(SplittableRandom random) {
        double factor = random.nextDouble() < STRAGGLERS ? STRAGGLING : 1;
        double millis = Math.exp(MU + Math.sqrt(SIGMA2) * gaussian(random)) * factor * slowdown;
        return (long) (millis * 1e6);
    }

    private static double gaussian(SplittableRandom random) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        return radius * Math.cos(2 * Math.PI * random.nextDouble());
    }

    /** So many calls, a millisecond apart, after others that are not measured. */
    Row run(Guard guard, int warmUp, int measured) {
        for (int i = 0; i < warmUp; i++) {
            begin(guard, new long[1], 0);
        }
        time.advance(Duration.ofSeconds(1));
        long before = launched(guard);
        long[] took = new long[measured];
        for (int i = 0; i < measured; i++) {
            begin(guard, took, i);
        }
        time.advance(Duration.ofSeconds(1));
        Arrays.sort(took);
        double extra = (double) (launched(guard) - before) / measured;
        double delay = guard.snapshot()
                .hedges()
                .flatMap(HedgeSnapshot::delay)
                .map(now -> now.toNanos() / 1e6)
                .orElse(Double.NaN);
        return new Row(delay, extra, share(took, 0.95), share(took, 0.99), share(took, 0.999));
    }

    private void begin(Guard guard, long[] took, int place) {
        long begun = time.precise();
        CompletableFuture<Integer> unused =
                call(guard).whenComplete((value, error) -> took[place] = time.precise() - begun);
        time.advance(Duration.ofMillis(1));
    }

    static long launched(Guard guard) {
        return guard.snapshot().hedges().map(HedgeSnapshot::launched).orElse(0L);
    }

    private static double share(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }
}
