package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.time.Firing;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JLJ_Result;
import org.openjdk.jcstress.infra.results.LII_Result;

/** The time of an asynchronous call, or of its wait, is up while something else ends that: it ends once. */
public final class AsyncTimeoutStress {

    private static final Duration LONG = Duration.ofHours(1);

    private AsyncTimeoutStress() {}

    private static Guard guard(VirtualTime time, UnaryOperator<GuardBuilder> setup) {
        return Guards.create(g -> g.time(time).executor(Runnable::run).logging(false))
                .guard("stress", setup);
    }

    private static CompletableFuture<String> pending(Guard guard) {
        return guard.callAsync(() -> new CompletableFuture<String>());
    }

    /**
     * The stage completes while the attempt's time is up (TO-1, T-61, T-62): the call has one end, and it is settled once. A
     * second call, which has all the time, keeps bulkhead and limit from hiding what is given back twice.
     *
     * <p>Guarding lines: the compare-and-sets from RUNNING in {@code AsyncAttempt.timeIsUp} and {@code AsyncAttempt.completes}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-61, T-62",
            in = AsyncAttempt.class,
            method = "timeIsUp",
            line = "if (STATE.compareAndSet(this, RUNNING, how)) {",
            without = "if (state == RUNNING && GAP) { state = how;",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-61, T-62",
            in = AsyncAttempt.class,
            method = "completes",
            line = "if (!STATE.compareAndSet(this, RUNNING, COMPLETED)) {",
            without = "boolean first = state == RUNNING && GAP; state = COMPLETED; if (!first) {",
            then = "writes after comparing")
    @Outcome(id = "1, 1.1, 1", expect = ACCEPTABLE, desc = "one end, and what the other call holds is out")
    @Outcome(expect = FORBIDDEN, desc = "ended or settled twice, or not at all")
    @State
    public static class CompletionAgainstTimeout {

        private final VirtualTime time = VirtualTime.create();
        private final Bulkhead places = Bulkhead.create("places", b -> b.maxConcurrent(4), time);
        private final ConcurrencyLimit limit =
                ConcurrencyLimit.create("limit", l -> l.aimd().within(1, 9).initial(9), time);
        private final Guard guard = guard(
                time,
                g -> g.attemptTimeout(LONG)
                        .circuitBreaker(b -> b.consecutiveFailures(5))
                        .bulkhead(places)
                        .concurrencyLimit(limit));
        private final CompletableFuture<String> other =
                pending(guard(time, g -> g.bulkhead(places).concurrencyLimit(limit)));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final CompletableFuture<String> result = guard.callAsync(() -> work);

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Actor
        public void fires() {
            boolean unused = Firing.fireNext(time);
        }

        @Arbiter
        public void count(JLJ_Result r) {
            GuardSnapshot now = guard.snapshot();
            GuardSnapshot.Calls calls = now.calls();
            r.r1 = result.isDone() && !other.isDone() ? calls.answered() + calls.timedOut() + calls.failed() : -1;
            r.r2 = places.snapshot().active() + "." + limit.snapshot().inFlight();
            r.r3 = now.breaker().orElseThrow().judged().totalGood()
                    + now.breaker().orElseThrow().judged().totalBad();
        }
    }

    /**
     * A call waits for a place in the bulkhead's queue; its wait is up while the permit comes free (T-32): it has its turn, or
     * leaves the queue.
     *
     * <p>Guarding lines: the compare-and-sets of {@code AsyncQueue.over} in {@code fire} and {@code decided}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-32",
            in = AsyncQueue.class,
            method = "fire",
            line = "if (over.compareAndSet(false, true)) {",
            without = "if (!over.get() && GAP) { over.set(true);",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-32",
            in = AsyncQueue.class,
            method = "decided",
            line = "if (over.compareAndSet(false, true)) {",
            without = "if (!over.get() && GAP) { over.set(true);",
            then = "writes after comparing")
    @Outcome(id = "done, 1, 0", expect = ACCEPTABLE, desc = "it has ended, and one other call is inside")
    @Outcome(
            expect = FORBIDDEN,
            desc = "a permit was granted to nobody, or given back twice, or a place is still taken")
    @State
    public static class GrantAgainstTimeout {

        private final VirtualTime time = VirtualTime.create();
        private final Guard guard = guard(
                time, g -> g.bulkhead(b -> b.maxConcurrent(2).maxWaiting(1).maxWait(LONG)));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final CompletableFuture<String> other = pending(guard);
        private final CompletableFuture<String> first = guard.callAsync(() -> work);
        private final CompletableFuture<String> queued =
                guard.callAsync(() -> CompletableFuture.completedFuture("done"));

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Actor
        public void fires() {
            boolean unused = Firing.fireNext(time);
        }

        @Arbiter
        public void look(LII_Result r) {
            r.r1 = queued.isDone() ? first.getNow("pending") : "pending";
            r.r2 = other.isDone()
                    ? -1
                    : guard.snapshot().bulkhead().orElseThrow().active();
            r.r3 = guard.snapshot().bulkhead().orElseThrow().waiting();
        }
    }
}
