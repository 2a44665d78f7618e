package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.LLJ_Result;

/** The ends of an asynchronous attempt meet; what it held is given back once. */
public final class AsyncSettleStress {

    private static final VirtualTime TIME = VirtualTime.create();
    private static final Duration LONG = Duration.ofHours(1);

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
     * The stage completes while the holder of the future cancels it (RT-6, T-16, T-21, T-50, T-61): it is settled once. A
     * second call keeps bulkhead and limit from hiding what is given back twice.
     *
     * <p>Guarding lines: the compare-and-sets from RUNNING in {@code AsyncAttempt.completes} and {@code AsyncAttempt.stop}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-16, T-21, T-50, T-61",
            in = AsyncAttempt.class,
            method = "completes",
            line = "if (!STATE.compareAndSet(this, RUNNING, COMPLETED)) {",
            without = "boolean first = state == RUNNING && GAP; state = COMPLETED; if (!first) {",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-16, T-21, T-50, T-61",
            in = AsyncAttempt.class,
            method = "stop",
            line = "if (STATE.compareAndSet(this, RUNNING, STOPPED)) {",
            without = "if (state == RUNNING && GAP) { state = STOPPED;",
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
     * Work that cannot be cancelled ends while its call is cancelled (BH-3, T-42): it is no orphan any more, and its permit
     * is back, once.
     *
     * <p>Guarding lines: the atomic add in {@code KeptPermit.ends} and the compare-and-set in {@code KeptPermit.orphan}, which
     * change one word: whoever brings the count to 0 knows whether there is an orphan to end.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-42",
            in = KeptPermit.class,
            method = "ends",
            line = "int left = (int) RUNS.getAndAdd(this, -1) - 1;",
            without = "int left = running - 1; GAP; running = left;",
            then = "writes after reading")
    @GuardingLine(
            against = "T-42",
            in = KeptPermit.class,
            method = "orphan",
            line = "if (RUNS.compareAndSet(this, seen, seen | ORPHANED)) {",
            without = "GAP; running = seen | ORPHANED; if (true) {",
            then = "writes after reading")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the other call's permit is out, and nobody is an orphan")
    @Outcome(expect = FORBIDDEN, desc = "an orphan is counted that has ended, or the permit is back twice, or never")
    @State
    public static class EndAgainstLettingGo {

        private final Guard guard = guard(g -> g);
        private final CompletableFuture<String> work = new Stubborn();
        private final CompletableFuture<String> other = guard.callAsync(() -> new CompletableFuture<String>());
        private final CompletableFuture<String> result = guard.callAsync(() -> work);

        private static final class Stubborn extends CompletableFuture<String> {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return false;
            }
        }

        @Actor
        public void completes() {
            work.complete("done");
        }

        @Actor
        public void cancels() {
            result.cancel(true);
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = other.isDone() ? -1 : active(guard);
            r.r2 = guard.snapshot().bulkhead().orElseThrow().orphans();
        }
    }

    /**
     * The last stage of an attempt completes while its work registers another one (BH-3).
     *
     * <p>Guarding lines: {@code KeptPermit.endsWith} does not count from 0, in the same compare-and-set; without that the
     * permit is settled although something runs, and settled again at its end.
     */
    @JCStressTest
    @GuardingLine(
            in = KeptPermit.class,
            method = "endsWith",
            line = "if ((seen & ~ORPHANED) == 0) {",
            without = "if (false) {",
            then = "counts from 0")
    @GuardingLine(
            in = KeptPermit.class,
            method = "endsWith",
            line = "} while (!RUNS.compareAndSet(this, seen, seen + 1));",
            without = "GAP; running = seen + 1; } while (false);",
            then = "writes after comparing")
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
     * <p>Guarding lines: both exchange {@code AsyncEnd.result}, in {@code hand} and {@code resultOrPending}; if one of them
     * only wrote it, a path that has left would never be taken up again, and the call would never end.
     */
    @JCStressTest
    @GuardingLine(
            in = AsyncEnd.class,
            method = "hand",
            line = {
                "if (RESULT.getAndSet(this, told == null ? NULL : told) == AsyncCall.PENDING) {",
                "Object known = RESULT.compareAndExchange("
            },
            without = {
                "Object before = result; for (int i = 0; i < 16; i++) { GAP; } result = told == null ? NULL : told; "
                        + "if (before == AsyncCall.PENDING) {",
                "GAP; Object known = RESULT.compareAndExchange("
            },
            then = "looks before it writes")
    @GuardingLine(
            in = AsyncEnd.class,
            method = "resultOrPending",
            line = "Object known = RESULT.compareAndExchange(this, null, AsyncCall.PENDING);",
            without = "Object known = result; if (known == null) { GAP; result = AsyncCall.PENDING; }",
            then = "writes after looking")
    @Outcome(id = "done, 0", expect = ACCEPTABLE, desc = "whoever came second went on")
    @Outcome(expect = FORBIDDEN, desc = "nobody goes on with the call")
    @State
    public static class PathAgainstEnd {

        private final Guard guard = guard(g -> g);
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
     * <p>Guarding lines: the compare-and-set of {@code AsyncQueue.over}, and {@code AsyncQueue.outcome}, which asks whether the
     * permit had been granted: a call that is cancelled with a permit gives it back.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-32",
            in = AsyncQueue.class,
            method = "decided",
            line = "if (over.compareAndSet(false, true)) {",
            without = "if (!over.get() && GAP) { over.set(true);",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-32",
            in = AsyncQueue.class,
            method = "outcome",
            line = "if (!place.abandon()) {",
            without = "if (GAP && !place.abandon() && false) {",
            then = "does not ask whether the permit had been granted")
    @Outcome(
            id = "done, 1, 0",
            expect = ACCEPTABLE,
            desc = "it had its turn, or left the queue: one other call is inside")
    @Outcome(
            expect = FORBIDDEN,
            desc = "a permit was granted to nobody, or given back twice, or a place is still taken")
    @State
    public static class GrantAgainstCancel {

        private final Guard guard = Guards.create(
                        g -> g.time(TIME).executor(Runnable::run).logging(false))
                .guard(
                        "stress",
                        g -> g.bulkhead(b -> b.maxConcurrent(2).maxWaiting(1).maxWait(LONG)));
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final CompletableFuture<String> other = guard.callAsync(() -> new CompletableFuture<String>());
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
            r.r2 = other.isDone() ? -1 : active(guard);
            r.r3 = guard.snapshot().bulkhead().orElseThrow().waiting();
        }
    }
}
