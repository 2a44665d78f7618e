package dev.plimsoll.idempotency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;

/** Those who ask for the same key meet (ID-1). */
public final class OnceStress {

    private static final VirtualTime TIME = VirtualTime.create();

    private OnceStress() {}

    private static Desk<String> desk() {
        IdempotencyConfig config = new IdempotencyConfig(Duration.ofHours(1), Duration.ofHours(1), 4, failure -> false);
        return new Desk<>("stress", MemoryIdempotencyStore.create(4, TIME), config, TIME, Runnable::run);
    }

    private static AsyncOnce<String> asks(Desk<String> desk, Work<CompletableFuture<String>, RuntimeException> body) {
        return new AsyncOnce<>(desk, "key", "print", body);
    }

    /**
     * The first one ends while a second one begins to wait for it: the second has the result.
     *
     * <p>Guarding line: {@code AsyncOnce.goOn} sets its alarm before it asks the store, and begins to wait only if that alarm
     * has not been rung meanwhile.
     */
    @JCStressTest
    @GuardingLine(
            in = AsyncOnce.class,
            method = "begin",
            line = "boolean waits = state.compareAndSet(State.ASKED, State.WAITS);",
            without = "state.set(State.WAITS); boolean waits = true;",
            then = "waits whatever has happened")
    @GuardingLine(
            in = AsyncOnce.class,
            method = "goOn",
            line = {"alarm.set(next);", "waits = next.begin("},
            without = {"", "GAP; alarm.set(next); waits = next.begin("},
            then = "sets its alarm when it has asked")
    @Outcome(id = "done, 1", expect = ACCEPTABLE, desc = "done once, both have the result")
    @Outcome(expect = FORBIDDEN, desc = "the waking was lost: it waits until the lease is over")
    @State
    public static class EndAgainstWait {

        private final Desk<String> desk = desk();
        private final AtomicInteger ran = new AtomicInteger();
        private final CompletableFuture<String> work = new CompletableFuture<>();
        private final AsyncOnce<String> second = asks(desk, () -> {
            ran.incrementAndGet();
            return CompletableFuture.completedFuture("done");
        });

        public EndAgainstWait() {
            asks(desk, () -> {
                        ran.incrementAndGet();
                        return work;
                    })
                    .begin();
        }

        @Actor
        public void ends() {
            work.complete("done");
        }

        @Actor
        public void asksAgain() {
            second.begin();
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = second.getNow("waits");
            r.r2 = ran.get();
        }
    }

    /**
     * Two ask for a new key at once: one does the work.
     *
     * <p>Guarding line: the lock in {@code MemoryIdempotencyStore.begin}.
     */
    @JCStressTest
    @GuardingLine(
            in = MemoryIdempotencyStore.class,
            method = "begin",
            line = {"synchronized (lock) { long now = time.precise();", "running.remove(key);"},
            without = {"{ long now = time.precise();", "GAP; running.remove(key);"},
            then = "takes no lock")
    @Outcome(id = "done, done, 1", expect = ACCEPTABLE, desc = "done once, both have the result")
    @Outcome(expect = FORBIDDEN, desc = "done twice, or one waits for ever")
    @State
    public static class TwoAsk {

        private final Desk<String> desk = desk();
        private final AtomicInteger ran = new AtomicInteger();
        private final AsyncOnce<String> one = asks(desk, this::work);
        private final AsyncOnce<String> other = asks(desk, this::work);

        private CompletableFuture<String> work() {
            ran.incrementAndGet();
            return CompletableFuture.completedFuture("done");
        }

        @Actor
        public void asksOnce() {
            one.begin();
        }

        @Actor
        public void asksAgain() {
            other.begin();
        }

        @Arbiter
        public void look(LLI_Result r) {
            r.r1 = one.getNow("waits");
            r.r2 = other.getNow("waits");
            r.r3 = ran.get();
        }
    }
}
