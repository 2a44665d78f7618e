package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.LLJ_Result;

/** The end of the stage of a plain call meets who has made an attempt of it. */
public final class PlainCallStress {

    private static final VirtualTime TIME = VirtualTime.create();

    private PlainCallStress() {}

    private static Guard guard(UnaryOperator<GuardBuilder> more) {
        Guards guards = Guards.create(g -> g.time(TIME).executor(Runnable::run).logging(false));
        return guards.guard(
                "stress",
                g -> more.apply(g.bulkhead(b -> b.maxConcurrent(4)).circuitBreaker(b -> b.consecutiveFailures(5))));
    }

    private static int active(Guard guard) {
        return guard.snapshot().bulkhead().orElseThrow().active();
    }

    /**
     * The stage of a plain call completes while the holder of the future cancels it (RT-6, T-16, T-21, T-50, T-61): either
     * it is answered where it is, or an attempt is made of it that is stopped.
     *
     * <p>Guarding lines: the compare-and-sets of {@code AsyncFirst.after} by who answers and by who hands over.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-16, T-21, T-50, T-61",
            in = AsyncFirst.class,
            method = "apply",
            line = "if (plain && AFTER.compareAndSet(this, null, OVER)) {",
            without = "if (plain && after == null && GAP) { after = OVER;",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-16, T-21, T-50, T-61",
            in = AsyncFirst.class,
            method = "handOver",
            line = "if (AFTER.compareAndSet(this, null, attempt)) {",
            without = "if (after == null && GAP) { after = attempt;",
            then = "writes after comparing")
    @Outcome(id = "answered, 1.1, 1", expect = ACCEPTABLE, desc = "completed first: settled as good")
    @Outcome(id = "cancelled, 1.1, 0", expect = ACCEPTABLE, desc = "cancelled first: settled as ignored")
    @Outcome(
            id = "cancelled, 1.1, 1",
            expect = ACCEPTABLE,
            desc = "settled as good, and cancelled before that was told")
    @Outcome(expect = FORBIDDEN, desc = "settled twice, or not at all")
    @State
    public static class CompletionAgainstCancel {

        private final Guard guard =
                guard(g -> g.concurrencyLimit(l -> l.aimd().within(1, 9).initial(9)));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final CompletableFuture<String> other = guard.callAsync(() -> new CompletableFuture<String>());
        private final CompletableFuture<String> result = guard.callAsync(() -> work);

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Actor
        public void cancels() {
            result.cancel(true);
        }

        @Arbiter
        public void count(LLJ_Result r) {
            GuardSnapshot now = guard.snapshot();
            r.r1 = !result.isDone() || other.isDone() ? "pending" : result.isCancelled() ? "cancelled" : "answered";
            r.r2 = active(guard) + "." + now.concurrencyLimit().orElseThrow().inFlight();
            r.r3 = now.breaker().orElseThrow().judged().totalGood();
        }
    }

    /**
     * The stage of a plain call fails, and may be tried again, while the holder of the future cancels it (RT-6, T-50).
     *
     * <p>Guarding line: who shows the call that takes over reads {@code AsyncFirst.stopped} after that; without it somebody
     * who has cancelled the future, and found no call to stop yet, would leave it to go on to another attempt.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-50",
            in = AsyncFirst.class,
            method = "shows",
            line = "if (stopped) {",
            without = "if (false) {",
            then = "does not look whether it was stopped meanwhile")
    @Outcome(id = "cancelled, 0", expect = ACCEPTABLE, desc = "whoever came first, nobody works for it any more")
    @Outcome(expect = FORBIDDEN, desc = "another attempt goes on for nobody")
    @State
    public static class FailureAgainstCancel {

        private final Guard guard =
                guard(g -> g.retry(Retry.immediate().maxAttempts(3)).retryBudget(RetryBudget.unlimited()));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final AtomicInteger attempts = new AtomicInteger();
        private final CompletableFuture<String> result =
                guard.callAsync(() -> attempts.incrementAndGet() == 1 ? work : new CompletableFuture<String>());

        @Actor
        public void fails() {
            work.completeExceptionally(new IOException("lost"));
        }

        @Actor
        public void cancels() {
            result.cancel(true);
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = result.isCancelled() ? "cancelled" : "pending";
            r.r2 = active(guard);
        }
    }
}
