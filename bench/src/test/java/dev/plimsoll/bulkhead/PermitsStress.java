package dev.plimsoll.bulkhead;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.time.Time;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;
import org.openjdk.jcstress.infra.results.ZZL_Result;

/** Calls, waiters and those who resize meet in the word of {@link Permits} (BH-1, BH-2, BH-4). */
public final class PermitsStress {

    private static final Bulkhead ANY = Bulkhead.create("stress", 1);

    private PermitsStress() {}

    private static Permits permits(int size, int taken) {
        Permits permits = new Permits(size, 4, null, Time.system());
        for (int i = 0; i < taken; i++) {
            if (!permits.tryTake()) {
                throw new IllegalStateException("there are not so many");
            }
        }
        return permits;
    }

    private static Waiter waiter() {
        return new Waiter(ANY, 0, 1);
    }

    /** Active and waiting. */
    private static String counts(Permits permits) {
        long word = permits.word();
        return Permits.active(word) + "." + Permits.waiting(word);
    }

    /**
     * Two calls want the last permit (T-37, T-88).
     *
     * <p>Guarding line: {@code Permits.tryTake} takes by a compare-and-set from the word that it has compared.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-37, T-88",
            in = Permits.class,
            method = "replace",
            line = "return CELL.compareAndSet(cells, WORD, from, to);",
            without = "if (word() != from) { return false; } GAP; CELL.setVolatile(cells, WORD, to); return true;",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false, 1.0", "false, true, 1.0"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more inside than permits, or none")
    @State
    public static class LastPermit {

        private final Permits permits = permits(1, 0);

        @Actor
        public void takes(ZZL_Result r) {
            r.r1 = permits.tryTake();
        }

        @Actor
        public void takesToo(ZZL_Result r) {
            r.r2 = permits.tryTake();
        }

        @Arbiter
        public void count(ZZL_Result r) {
            r.r3 = counts(permits);
        }
    }

    /**
     * A call takes the last permit, or queues for one, while the bulkhead shrinks by it and another call ends (BH-4).
     *
     * <p>Guarding lines: {@code Permits.tryTake} and {@code Permits.entryNow} change the word by a compare-and-set from the one
     * that they have compared with the maximum; without the second of them the call may queue beside a free permit.
     */
    @JCStressTest
    @GuardingLine(
            in = Permits.class,
            method = "replace",
            line = {"return CELL.compareAndSet(cells, WORD, from, to);", "wake(granted);"},
            without = {
                "if (word() != from) { return false; } GAP; CELL.setVolatile(cells, WORD, to); return true;",
                "for (int i = 0; i < 16; i++) { GAP; } wake(granted);"
            },
            then = "writes after comparing")
    @GuardingLine(
            in = Permits.class,
            method = "entryNow",
            line = {"if (!replace(word, word + (free ? 1 : ONE_WAITING))) {", "wake(granted);"},
            without = {
                "GAP; CELL.getAndAdd(cells, WORD, free ? 1L : ONE_WAITING); if (false) {",
                "for (int i = 0; i < 16; i++) { GAP; } wake(granted);"
            },
            then = "counts whatever has become of the word")
    @Outcome(id = "true, 1.0", expect = ACCEPTABLE, desc = "it has the only permit that is left")
    @Outcome(expect = FORBIDDEN, desc = "it waits beside a free permit, or the counts are wrong")
    @State
    public static class LastPermitAgainstShrink {

        private final Permits permits = permits(2, 1);
        private final Waiter waiter = waiter();

        @Actor
        public void takesOrQueues(ZL_Result r) {
            r.r1 = permits.tryTake() || permits.takeOrQueue(waiter) == Entry.TAKEN;
        }

        @Actor
        public void shrinksAndEnds() {
            permits.resize(1);
            permits.release();
        }

        @Arbiter
        public void count(ZL_Result r) {
            r.r1 |= waiter.fate == Waiter.Fate.GRANTED;
            r.r2 = counts(permits);
        }
    }

    /**
     * A call finds the last permit taken and queues while the bulkhead grows (BH-4, T-39).
     *
     * <p>Guarding line: {@code Permits.resize} grants, under the lock, as long as somebody waits and a permit is free.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-39",
            in = Permits.class,
            method = "resize",
            line = "waiting(word) > 0 && active(word) < newSize;",
            without = "waiting(word) > 0 && active(word) < 0;",
            then = "grants nothing")
    @Outcome(id = "true, 2.0", expect = ACCEPTABLE, desc = "the new permit is its own")
    @Outcome(expect = FORBIDDEN, desc = "it waits beside a free permit")
    @State
    public static class QueueAgainstGrowth {

        private final Permits permits = permits(1, 1);
        private final Waiter waiter = waiter();

        @Actor
        public void queues(ZL_Result r) {
            r.r1 = permits.takeOrQueue(waiter) == Entry.TAKEN;
        }

        @Actor
        public void grows() {
            permits.resize(2);
        }

        @Arbiter
        public void count(ZL_Result r) {
            r.r1 |= waiter.fate == Waiter.Fate.GRANTED;
            r.r2 = counts(permits);
        }
    }

    /**
     * A call finds the last permit taken and queues while that comes free (T-33, T-34).
     *
     * <p>Guarding line: {@code Permits.entryNow} counts the waiter by a compare-and-set from the word that showed no free
     * permit, in the lock in which it is linked.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-33",
            in = Permits.class,
            method = "replace",
            line = "return CELL.compareAndSet(cells, WORD, from, to);",
            without = "if (word() != from) { return false; } GAP; CELL.setVolatile(cells, WORD, to); return true;",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-33, T-34",
            in = Permits.class,
            method = "entryNow",
            line = "if (!replace(word, word + (free ? 1 : ONE_WAITING))) {",
            without = "GAP; CELL.getAndAdd(cells, WORD, free ? 1L : ONE_WAITING); if (false) {",
            then = "counts whatever has become of the word")
    @GuardingLine(
            against = "T-33, T-34",
            in = Permits.class,
            method = "takeOrQueue",
            line = {"synchronized (lock) {", "queue.append(waiter);"},
            without = {"{", "GAP; queue.append(waiter);"},
            then = "takes no lock")
    @Outcome(id = "true, 1.0", expect = ACCEPTABLE, desc = "taken, or granted")
    @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost: it waits beside a free permit")
    @State
    public static class QueueAgainstRelease {

        private final Permits permits = permits(1, 1);
        private final Waiter waiter = waiter();

        @Actor
        public void queues(ZL_Result r) {
            r.r1 = permits.takeOrQueue(waiter) == Entry.TAKEN;
        }

        @Actor
        public void releases() {
            permits.release();
        }

        @Arbiter
        public void count(ZL_Result r) {
            r.r1 |= waiter.fate == Waiter.Fate.GRANTED;
            r.r2 = counts(permits);
        }
    }

    /**
     * A waiter gives up while the permit comes free (T-30, T-31, T-32): it has gone, or the permit is its own.
     *
     * <p>Guarding line: {@code Permits.abandon} takes a waiter out, under the lock, only if its fate is not decided.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-30, T-31, T-32",
            in = Permits.class,
            method = "abandon",
            line = "synchronized (lock) { if (waiter.fate == Waiter.Fate.WAITING) {",
            without = "{ if (waiter.fate == Waiter.Fate.WAITING && GAP) {",
            then = "takes no lock")
    @Outcome(id = "true, 0.0", expect = ACCEPTABLE, desc = "it has gone, and the permit is free")
    @Outcome(id = "false, 1.0", expect = ACCEPTABLE, desc = "the permit is its own, to be settled")
    @Outcome(expect = FORBIDDEN, desc = "a permit was granted to nobody, or a place is still taken")
    @State
    public static class GrantAgainstAbandonment {

        private final Permits permits = permits(1, 1);
        private final Waiter waiter = waiter();

        public GrantAgainstAbandonment() {
            permits.takeOrQueue(waiter);
        }

        @Actor
        public void abandons(ZL_Result r) {
            r.r1 = permits.abandon(waiter);
        }

        @Actor
        public void releases() {
            permits.release();
        }

        @Arbiter
        public void count(ZL_Result r) {
            r.r2 = counts(permits);
        }
    }

    /**
     * A waiter queues while the bulkhead is closed (CA-5): it is told.
     *
     * <p>Guarding line: {@code Permits.close} sets the flag and empties the queue in one lock, in which {@code entryNow} asks
     * for the flag.
     */
    @JCStressTest
    @GuardingLine(
            in = Permits.class,
            method = "close",
            line = {"synchronized (lock) { max = 0;", "queue.append(waiter);"},
            without = {"{ max = 0;", "GAP; queue.append(waiter);"},
            then = "takes no lock")
    @GuardingLine(
            in = Permits.class,
            method = "entryNow",
            line = "if (closed) { return Entry.CLOSED; }",
            without = "",
            then = "does not ask whether it is closed")
    @Outcome(
            id = {"CLOSED, WAITING, 1.0", "QUEUED, SHUT_OUT, 1.0"},
            expect = ACCEPTABLE,
            desc = "refused, or shut out")
    @Outcome(expect = FORBIDDEN, desc = "it waits for ever")
    @State
    public static class QueueAgainstClose {

        private final Permits permits = permits(1, 1);
        private final Waiter waiter = waiter();

        @Actor
        public void queues(LLL_Result r) {
            r.r1 = permits.takeOrQueue(waiter);
        }

        @Actor
        public void closes() {
            permits.close();
        }

        @Arbiter
        public void count(LLL_Result r) {
            r.r2 = waiter.fate;
            r.r3 = counts(permits);
        }
    }

    /**
     * More is given back than was taken (T-37).
     *
     * <p>Guarding line: {@code Permits.release} takes one away by a compare-and-set from a word that has one.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-37",
            in = Permits.class,
            method = "release",
            line = "} while (!replace(word, word - 1));",
            without = "GAP; CELL.getAndAdd(cells, WORD, -1L); } while (false);",
            then = "takes one away whatever has become of the word")
    @Outcome(id = "0.0", expect = ACCEPTABLE, desc = "one permit, free once")
    @Outcome(expect = FORBIDDEN, desc = "the count is below zero: one too many may come in")
    @State
    public static class TwoReleasesOfOne {

        private final Permits permits = permits(2, 1);

        @Actor
        public void releases() {
            permits.release();
        }

        @Actor
        public void releasesToo() {
            permits.release();
        }

        @Arbiter
        public void count(L_Result r) {
            r.r1 = counts(permits);
        }
    }
}
