package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Firing;
import dev.plimsoll.time.VirtualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** An asynchronous call is cancelled between two attempts (RT-6, T-50). */
public final class AsyncStopStress {

    private AsyncStopStress() {}

    private static Guard guard(VirtualTime time, Retry retry) {
        return Guards.create(g -> g.time(time).executor(Runnable::run).logging(false))
                .guard("stress", g -> g.retry(retry.maxAttempts(2)).bulkhead(b -> b.maxConcurrent(4)));
    }

    private static int active(Guard guard) {
        return guard.snapshot().bulkhead().orElseThrow().active();
    }

    /**
     * The pause before the next attempt is over while the holder of the future cancels the call (T-50, T-61): it ends once,
     * and nothing runs on.
     *
     * <p>Guarding lines: the compare-and-sets of {@code AsyncPause.over}, in {@code fire} and {@code stop}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-50, T-61",
            in = AsyncPause.class,
            method = "fire",
            line = "if (over.compareAndSet(false, true)) {",
            without = "if (!over.get() && GAP) { over.set(true);",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-50, T-61",
            in = AsyncPause.class,
            method = "stop",
            line = "if (over.compareAndSet(false, true)) {",
            without = "if (!over.get() && GAP) { over.set(true);",
            then = "writes after comparing")
    @Outcome(
            id = {"1, 0, 1", "1, 0, 2"},
            expect = ACCEPTABLE,
            desc = "ended once, after one attempt or in the midst of another")
    @Outcome(expect = FORBIDDEN, desc = "the call went on twice, or something runs on")
    @State
    public static class PauseAgainstCancel {

        private final VirtualTime time = VirtualTime.create();
        private final Guard guard = guard(time, Retry.fixed(Duration.ofHours(1)).withoutJitter());
        private final AtomicInteger begun = new AtomicInteger();
        private final CompletableFuture<String> result = guard.callAsync(this::work);

        private CompletableFuture<String> work() {
            return begun.incrementAndGet() == 1
                    ? CompletableFuture.failedFuture(new ConnectException("down"))
                    : new CompletableFuture<>();
        }

        @Actor
        public void goesOn() {
            boolean unused = Firing.fireNext(time);
        }

        @Actor
        public void cancels() {
            result.cancel(true);
        }

        @Arbiter
        public void look(III_Result r) {
            GuardSnapshot.Calls calls = guard.snapshot().calls();
            r.r1 = (int) (calls.answered() + calls.failed() + calls.timedOut() + calls.refused() + calls.cancelled());
            r.r2 = active(guard);
            r.r3 = begun.get();
        }
    }

    /**
     * An attempt fails, and the next one begins at once, while the holder of the future cancels the call (T-50): whoever
     * comes second sees the other.
     *
     * <p>Guarding line: {@code AsyncCall.admitted} writes where the path waits, and then looks whether the call was stopped;
     * who stops it does it the other way round.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-50",
            in = AsyncCall.class,
            method = "admitted",
            line = {"waiting = attempt;", "stopIfStopped(attempt);"},
            without = {"GAP; waiting = attempt;", ""},
            then = "does not look whether the call was stopped")
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "cancelled, and nothing runs")
    @Outcome(expect = FORBIDDEN, desc = "an attempt of a cancelled call goes on")
    @State
    public static class CancelAgainstNextAttempt {

        private static final VirtualTime TIME = VirtualTime.create();

        private final Guard guard = guard(TIME, Retry.immediate());
        private final AtomicInteger begun = new AtomicInteger();
        private final CompletableFuture<String> first = new CompletableFuture<>();
        private final CompletableFuture<String> second = new CompletableFuture<>();
        private final CompletableFuture<String> result =
                guard.callAsync(() -> begun.incrementAndGet() == 1 ? first : second);

        @Actor
        public void fails() {
            first.completeExceptionally(new ConnectException("down"));
        }

        @Actor
        public void cancels() {
            result.cancel(true);
        }

        @Arbiter
        public void look(ZI_Result r) {
            r.r1 = result.isCancelled();
            r.r2 = active(guard);
        }
    }
}
