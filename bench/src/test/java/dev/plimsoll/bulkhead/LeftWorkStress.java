package dev.plimsoll.bulkhead;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Firing;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Work of a {@link Bulkhead} ends while its caller gives it up, or while it becomes too old (BH-3). */
public final class LeftWorkStress {

    private static final VirtualTime TIME = VirtualTime.create();
    private static final Observers NOBODY = new Observers(null);
    private static final Carried NOTHING = Carried.take(List.of(), NOBODY);

    private LeftWorkStress() {}

    /** Work that nobody has a bulkhead for. */
    private static <T> PooledBody<T> body(AttemptWork<T, ?> work) {
        return new PooledBody<>(new Orphans(bulkhead(), TIME, NOBODY), work, new AnyAttempt(), NOTHING);
    }

    private static Bulkhead bulkhead() {
        return Bulkhead.create(
                "stress",
                b -> b.maxConcurrent(4).abandonAfter(Duration.ofHours(1)).releaseAbandoned(),
                TIME);
    }

    /**
     * The body ends while its caller leaves it to itself (TO-1): the value is the caller's, or is late, or there is none.
     *
     * <p>Guarding line: completion and detachment are compare-and-sets of one word, {@code PooledBody.move}; with plain writes
     * both would have happened, or the orphan would never end.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-41",
            in = PooledBody.class,
            method = "move",
            line = "return STATE.compareAndSet(this, from, to);",
            without = "if (state != from) { return false; } GAP; state = to; return true;",
            then = "writes after comparing")
    @Outcome(id = "done, 0.1.1", expect = ACCEPTABLE, desc = "ended first: no late value")
    @Outcome(id = "detached, 1.1.1", expect = ACCEPTABLE, desc = "left while it ran: a late value")
    @Outcome(id = "detached, 0.0.1", expect = ACCEPTABLE, desc = "left before it began: it never does")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither, or something is left behind")
    @State
    public static class EndAgainstDetachment {

        private final AtomicInteger late = new AtomicInteger();
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();
        private final Orphans orphans = new Orphans(bulkhead(), TIME, NOBODY);
        private final PooledBody<String> body = new PooledBody<>(
                orphans,
                attempt -> {
                    ran.incrementAndGet();
                    return "done";
                },
                new AnyAttempt(),
                NOTHING);

        public EndAgainstDetachment() {
            body.onEnd(ended::incrementAndGet);
        }

        @Actor
        public void runs() {
            body.run();
        }

        @Actor
        public void detaches(LL_Result r) {
            r.r1 = body.detach(false, value -> late.incrementAndGet()) ? "detached" : "done";
        }

        @Arbiter
        public void look(LL_Result r) {
            boolean fits = body.isDone() == r.r1.equals("done");
            r.r2 = fits && orphans.count() == 0 ? late + "." + ran + "." + ended : "does not fit";
        }
    }

    /**
     * The body ends while its caller leaves it and interrupts its thread (TO-1): the interrupt is gone when the thread turns
     * to something else.
     *
     * <p>Guarding line: {@code PooledBody.complete} waits until the caller has interrupted the thread.
     */
    @JCStressTest
    @GuardingLine(
            in = PooledBody.class,
            method = "complete",
            line = {"while (state == State.LEAVING) {", "Thread running = worker;"},
            without = {"while (state == null) {", "Thread running = worker; for (int i = 0; i < 16; i++) { GAP; }"},
            then = "does not wait for the interrupt")
    @Outcome(
            id = {"false, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "left or not, the thread is not interrupted any more")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt hits what the thread does next")
    @State
    public static class EndAgainstInterrupt {

        private final PooledBody<String> body = body(attempt -> whenOthersHadTime());

        @SuppressWarnings("ThreadPriorityCheck") // or the caller would hardly ever come while it runs
        private static String whenOthersHadTime() {
            Thread.yield();
            return "done";
        }

        @Actor
        public void runs(ZZ_Result r) {
            boolean late = Thread.interrupted(); // of the body before this one
            body.run();
            r.r1 = Thread.interrupted() || late;
        }

        @Actor
        public void leaves(ZZ_Result r) {
            r.r2 = body.detach(true, null);
        }
    }

    /**
     * The body ends while somebody says what to do then: done once.
     *
     * <p>Guarding line: both exchange {@code PooledBody.hook}; who comes second runs it.
     */
    @JCStressTest
    @GuardingLine(
            in = PooledBody.class,
            method = "onEnd",
            line = "Runnable before = (Runnable) HOOK.compareAndExchange(this, null, action);",
            without = "Runnable before = hook; if (before == null) { GAP; hook = action; }",
            then = "writes after looking")
    @GuardingLine(
            in = PooledBody.class,
            method = "end",
            line = "Runnable action = (Runnable) HOOK.getAndSet(this, this);",
            without = "Runnable action = hook; GAP; hook = this;",
            then = "writes after looking")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the permit goes back, once")
    @Outcome(expect = FORBIDDEN, desc = "the permit is lost, or goes back twice")
    @State
    public static class EndAgainstHook {

        private final AtomicInteger ended = new AtomicInteger();
        private final PooledBody<String> body = body(attempt -> "done");

        @Actor
        public void runs() {
            body.run();
        }

        @Actor
        public void hooks() {
            body.onEnd(ended::incrementAndGet);
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = ended.get();
        }
    }

    /**
     * An orphan ends while it becomes so old that its permit is released (T-42): after its end, whatever came first, the
     * permit is there to be settled, and nothing is counted as left behind.
     *
     * <p>Guarding line: the exchange in {@code Orphan.ended} says from which age it ended; with a look before it, a release in
     * between would never be undone.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-42",
            in = Orphan.class,
            method = "ended",
            line = "Age before = age.getAndSet(Age.ENDED);",
            without = "Age before = age.get(); GAP; age.set(Age.ENDED);",
            then = "looks before it writes")
    @GuardingLine(
            against = "T-42",
            in = Orphan.class,
            method = "fire",
            line = "if (age.compareAndSet(Age.YOUNG, releases ? Age.RELEASED : Age.ABANDONED)) {",
            without = "if (age.get() == Age.YOUNG && GAP) { age.set(releases ? Age.RELEASED : Age.ABANDONED);",
            then = "writes after comparing")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "one permit out, no orphan, none abandoned")
    @Outcome(expect = FORBIDDEN, desc = "a permit was given back twice, or counts have drifted")
    @State
    public static class EndAgainstAbandonment {

        private final Bulkhead bulkhead = bulkhead();
        private final Admission held = bulkhead.enter();
        private final Orphan orphan = bulkhead.orphan();

        @Actor
        public void ends() {
            orphan.ended();
        }

        @Actor
        public void growsOld() {
            Firing.fire(orphan.timer());
        }

        @Arbiter
        public void count(III_Result r) {
            BulkheadSnapshot now = bulkhead.snapshot();
            r.r1 = held instanceof Admission.Leave ? now.active() : -1;
            r.r2 = now.orphans();
            r.r3 = now.abandoned();
        }
    }
}
