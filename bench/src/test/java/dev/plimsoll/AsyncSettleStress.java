package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LIL_Result;
import org.openjdk.jcstress.infra.results.LI_Result;

/** The ends of an asynchronous attempt meet; what it held is given back once. */
public final class AsyncSettleStress {

    private static final VirtualTime TIME = VirtualTime.create();
    private static final Duration LONG = Duration.ofHours(1);
    private static final IOException LOST = new IOException("lost");

    private AsyncSettleStress() {}

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
     * The stage completes while the holder of the future cancels it (RT-6, T-16, T-21, T-50). A second call keeps the
     * bulkhead from hiding a permit that is given back twice.
     *
     * <p>Guarding line: the compare-and-set of {@code AsyncFirst.after} by who answers; if it were written only, the attempt
     * that the holder's cancelling has made would settle as well.
     */
    @JCStressTest
    @Outcome(id = "answered, 1, 1", expect = ACCEPTABLE, desc = "completed first: settled as good")
    @Outcome(id = "cancelled, 1, 0", expect = ACCEPTABLE, desc = "cancelled first: settled as ignored")
    @Outcome(id = "cancelled, 1, 1", expect = ACCEPTABLE, desc = "settled as good, and cancelled before that was told")
    @Outcome(expect = FORBIDDEN, desc = "settled twice, or not at all")
    @State
    public static class CompletionAgainstCancel {

        private final Guard guard = guard(g -> g);
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
        public void count(LIL_Result r) {
            r.r1 = !result.isDone() || other.isDone() ? "pending" : result.isCancelled() ? "cancelled" : "answered";
            r.r2 = active(guard);
            r.r3 = guard.snapshot().breaker().orElseThrow().judged().totalGood();
        }
    }

    /**
     * The same of an attempt with a timeout, which is one from its beginning.
     *
     * <p>What is looked at is the permit and the count of good results. That no gate is settled a second time, which the
     * compare-and-sets from RUNNING in {@code AsyncAttempt} see to, is not visible here.
     */
    @JCStressTest
    @Outcome(id = "answered, 1, 1", expect = ACCEPTABLE, desc = "completed first: settled as good")
    @Outcome(id = "cancelled, 1, 0", expect = ACCEPTABLE, desc = "cancelled first: settled as ignored")
    @Outcome(id = "cancelled, 1, 1", expect = ACCEPTABLE, desc = "settled as good, and cancelled before that was told")
    @Outcome(expect = FORBIDDEN, desc = "settled twice, or not at all")
    @State
    public static class TimedCompletionAgainstCancel {

        private final Guard guard = guard(g -> g.attemptTimeout(LONG));
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
        public void count(LIL_Result r) {
            r.r1 = !result.isDone() || other.isDone() ? "pending" : result.isCancelled() ? "cancelled" : "answered";
            r.r2 = active(guard);
            r.r3 = guard.snapshot().breaker().orElseThrow().judged().totalGood();
            other.cancel(true); // and its timer with it
        }
    }

    /**
     * The only stage of a call fails, and may be tried again, while the holder of the future cancels it (RT-6, T-50).
     *
     * <p>Guarding line: who shows a call that takes over reads {@code AsyncFirst.stopped} after that; without it a call
     * that nobody wants any more would go on to another attempt, and keep its permit.
     */
    @JCStressTest
    @Outcome(id = "cancelled, 0", expect = ACCEPTABLE, desc = "whoever came first, it was cancelled")
    @Outcome(expect = FORBIDDEN, desc = "somebody still works for it")
    @State
    public static class FailureAgainstCancel {

        private final Guard guard =
                guard(g -> g.retry(Retry.immediate().maxAttempts(3)).retryBudget(RetryBudget.unlimited()));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final AtomicInteger attempts = new AtomicInteger();
        private final CompletableFuture<String> result = guard.callAsync(
                () -> attempts.incrementAndGet() == 1 ? work : new CompletableFuture<String>());

        @Actor
        public void fails() {
            work.completeExceptionally(LOST);
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

    /**
     * The last stage of an attempt completes while its work registers another one (BH-3).
     *
     * <p>Guarding line: {@code KeptPermit.endsWith} does not count from 0, in the same compare-and-set; without that the
     * permit is settled although something runs, and settled again at its end.
     */
    @JCStressTest
    @Outcome(
            id = "kept, 2, 1",
            expect = ACCEPTABLE,
            desc = "registered in time: the permit is held until both have ended")
    @Outcome(id = "refused, 1, 1", expect = ACCEPTABLE, desc = "too late: the permit is back, once")
    @Outcome(expect = FORBIDDEN, desc = "the permit is back too early, twice, or never")
    @State
    public static class EndAgainstEndsWith {

        private final Guard guard = guard(g -> g);
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final CompletableFuture<String> more = new CompletableFuture<>();
        private final AtomicReference<@Nullable Attempt> attempt = new AtomicReference<>();
        private final CompletableFuture<String> other = guard.callAsync(() -> new CompletableFuture<String>());
        private final CompletableFuture<String> result = guard.callAsync(mine -> {
            attempt.set(mine);
            return work;
        });

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Actor
        public void registers(LII_Result r) {
            try {
                Objects.requireNonNull(attempt.get()).endsWith(more);
                r.r1 = "kept";
            } catch (IllegalStateException tooLate) {
                r.r1 = "refused";
            }
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = result.isDone() && !other.isDone() ? active(guard) : -1;
            more.complete("done");
            r.r3 = active(guard);
        }
    }

    /**
     * The path of a call leaves while the end of its attempt hands it the result: one of them goes on with the call.
     *
     * <p>Guarding line: both exchange {@code AsyncEnd.result}; if the end only wrote it, a path that has left would never
     * be taken up again, and the call would never end.
     */
    @JCStressTest
    @Outcome(id = "done, 0", expect = ACCEPTABLE, desc = "whoever came second went on")
    @Outcome(expect = FORBIDDEN, desc = "nobody goes on with the call")
    @State
    public static class PathAgainstEnd {

        private final Guard guard = guard(g -> g.attemptTimeout(LONG));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final AtomicReference<@Nullable CompletableFuture<String>> result = new AtomicReference<>();

        @Actor
        public void calls() {
            result.set(guard.callAsync(() -> work));
        }

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = Objects.requireNonNull(result.get()).getNow("pending");
            r.r2 = active(guard);
        }
    }

    /**
     * A call waits for a place in the bulkhead's queue while the permit comes free, and its holder cancels it (T-32).
     *
     * <p>Guarding lines: the compare-and-set of {@code AsyncQueue.over}, and {@code Permits.abandon}, which says whether the
     * permit had been granted: a call that is cancelled with a permit gives it back.
     */
    @JCStressTest
    @Outcome(id = "done, 0, 0", expect = ACCEPTABLE, desc = "it had its turn, or left the queue: all permits are free")
    @Outcome(expect = FORBIDDEN, desc = "a permit was granted to nobody, or a place is still taken")
    @State
    public static class GrantAgainstCancel {

        private final Guard guard = Guards.create(
                        g -> g.time(TIME).executor(Runnable::run).logging(false))
                .guard(
                        "stress",
                        g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(LONG)));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final CompletableFuture<String> first = guard.callAsync(() -> work);
        private final CompletableFuture<String> queued =
                guard.callAsync(() -> CompletableFuture.completedFuture("done"));

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Actor
        public void cancels() {
            queued.cancel(true);
        }

        @Arbiter
        public void look(LII_Result r) {
            r.r1 = first.getNow("pending");
            r.r2 = active(guard);
            r.r3 = guard.snapshot().bulkhead().orElseThrow().waiting();
        }
    }
}
