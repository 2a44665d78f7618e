package dev.plimsoll.limit;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.openjdk.jcstress.infra.results.ZZL_Result;

/** The last permit of a rate, turns, what is given back, and other rates (RL-1). */
public final class RateStress {

    private static final Duration HOUR = Duration.ofHours(1);

    private RateStress() {}

    /**
     * Two calls want the last permit of a rate limiter (T-88).
     *
     * <p>Guarding line: {@code RateSchedule.tryTake} reserves by a compare-and-set from the word that it has compared.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-88",
            in = RateSchedule.class,
            method = "tryTake",
            line = "long seen = (long) CELL.compareAndExchange(cells, WORD, word, end);",
            without = "long seen = word(); if (seen == word) { GAP; CELL.setVolatile(cells, WORD, end); }",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more than the rate allows, or none")
    @State
    public static class LastOfTheRate {

        private final RateSchedule schedule =
                RateSchedule.full(RateLimit.defaults().permits(1).per(HOUR).burst(1), new LongAdder(), 0);

        @Actor
        public void takes(ZZJ_Result r) {
            r.r1 = schedule.tryTake(1, 0) != null;
        }

        @Actor
        public void takesToo(ZZJ_Result r) {
            r.r2 = schedule.tryTake(1, 0) != null;
        }

        @Arbiter
        public void left(ZZJ_Result r) {
            r.r3 = schedule.available(0);
        }
    }

    /**
     * A call takes the only permit while the rate changes (T-85): it is taken by the old rate or by the new one, not twice.
     *
     * <p>Guarding line: the exchange in {@code RateSchedule.sealedFor}, which takes over exactly what was taken until then.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-85",
            in = RateSchedule.class,
            method = "sealedFor",
            line = "long word = (long) CELL.getAndSet(cells, WORD, SEALED);",
            without = "long word = word(); GAP; CELL.setVolatile(cells, WORD, SEALED);",
            then = "reads, then writes")
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "taken once")
    @Outcome(expect = FORBIDDEN, desc = "the permit can be had again under the new rate, or was lost")
    @State
    public static class PermitAgainstNewRate {

        private final RateLimiter limiter =
                RateLimiter.create("stress", r -> r.permits(1).per(HOUR).burst(1));

        @Actor
        public void takes(ZJ_Result r) {
            r.r1 = limiter.tryEnter() != null;
        }

        @Actor
        public void reconfigures() {
            limiter.reconfigure(r -> r.permits(1).per(HOUR.multipliedBy(2)).burst(1));
        }

        @Arbiter
        public void left(ZJ_Result r) {
            r.r2 = limiter.snapshot().available();
        }
    }

    /**
     * Two threads see that a promised turn has come: counted once (T-82).
     *
     * <p>Guarding line: the compare-and-set in {@code RateTurn.decide}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-82",
            in = RateTurn.class,
            method = "decide",
            line = "return FATE.compareAndSet(this, Fate.WAITING, decision);",
            without = "if (fate != Fate.WAITING) { return false; } GAP; fate = decision; return true;",
            then = "writes after comparing")
    @Outcome(id = "true, true, 0.2", expect = ACCEPTABLE, desc = "nobody waits, two were admitted")
    @Outcome(expect = FORBIDDEN, desc = "the turn was counted twice, or never")
    @State
    public static class TurnSeenTwice {

        private final RateLimiter limiter;
        private final Wait turn;

        public TurnSeenTwice() {
            VirtualTime time = VirtualTime.create();
            limiter = RateLimiter.create(
                    "stress", r -> r.permits(1).per(HOUR).burst(1).maxWait(HOUR), time);
            limiter.enter();
            turn = (Wait) limiter.enter();
            time.advance(HOUR);
        }

        @Actor
        public void looks(ZZL_Result r) {
            r.r1 = turn.granted() != null;
        }

        @Actor
        public void looksToo(ZZL_Result r) {
            r.r2 = turn.granted() != null;
        }

        @Arbiter
        public void count(ZZL_Result r) {
            RateLimiterSnapshot now = limiter.snapshot();
            r.r3 = now.waiting() + "." + now.admitted();
        }
    }

    /**
     * Two waits are given up, and their permits with them, while nothing else happens: as if they had never been.
     *
     * <p>Guarding line: {@code RateSchedule.giveBack} changes word and places under one lock; a place that is put among those
     * given up when the word has gone below it is lost when its time comes.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-82",
            in = RateSchedule.class,
            method = "giveBack",
            line = {"synchronized (lock) { boolean done = false;", "lastTurn = Math.max(notBefore, before - burst);"},
            without = {"{ boolean done = false;", "GAP; lastTurn = Math.max(notBefore, before - burst);"},
            then = "takes no lock")
    @Outcome(id = "true, true, 0.1", expect = ACCEPTABLE, desc = "nobody waits, and the permit is there in time")
    @Outcome(expect = FORBIDDEN, desc = "a reservation was lost, or given back twice")
    @State
    public static class TwoTurnsGivenUp {

        private final VirtualTime time = VirtualTime.create();
        private final RateLimiter limiter = RateLimiter.create(
                "stress", r -> r.permits(1).per(HOUR).burst(1).maxWait(HOUR.multipliedBy(9)), time);
        private final Wait one;
        private final Wait other;

        public TwoTurnsGivenUp() {
            limiter.enter();
            one = (Wait) limiter.enter();
            other = (Wait) limiter.enter();
        }

        @Actor
        public void abandons(ZZL_Result r) {
            r.r1 = one.abandon();
        }

        @Actor
        public void abandonsToo(ZZL_Result r) {
            r.r2 = other.abandon();
        }

        @Arbiter
        public void count(ZZL_Result r) {
            Hands.forward(time, HOUR);
            RateLimiterSnapshot now = limiter.snapshot();
            r.r3 = now.waiting() + "." + now.available();
        }
    }

    /**
     * A turn is given up while somebody wants to be told of it (T-62, T-82): no timer is left.
     *
     * <p>Guarding line: {@code RateTurn.whenDecided} looks whether the turn was given up, after it has hung up its bell; who
     * gives it up does it the other way round.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-62, T-82",
            in = RateTurn.class,
            method = "whenDecided",
            line = {"bell = hung;", "if (fate == Fate.ABANDONED) {"},
            without = {"GAP; bell = hung;", "if (false) {"},
            then = "does not look whether the turn was given up")
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "given up, and no timer")
    @Outcome(expect = FORBIDDEN, desc = "a timer is left for a turn that nobody waits for")
    @State
    public static class BellAgainstAbandonment {

        private final VirtualTime time = VirtualTime.create();
        private final Wait turn;

        public BellAgainstAbandonment() {
            RateLimiter limiter = RateLimiter.create(
                    "stress", r -> r.permits(1).per(HOUR).burst(1).maxWait(HOUR), time);
            limiter.enter();
            turn = (Wait) limiter.enter();
        }

        @Actor
        public void listens() {
            turn.whenDecided(() -> {});
        }

        @Actor
        public void abandons(ZI_Result r) {
            r.r1 = turn.abandon();
        }

        @Arbiter
        public void count(ZI_Result r) {
            r.r2 = time.pendingTimers();
        }
    }

    /**
     * A permit is given back that was not used, while time passes and another call has the next one (T-90): what has come in
     * by itself is not given back as well.
     *
     * <p>Guarding line: {@code RateSchedule.giveBack} reads the word before it reads the clock, so that everybody in the word
     * had read the clock earlier.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-90",
            in = RateSchedule.class,
            method = "giveBack",
            line = "long word = word(); long now = ticks.ticks(time.precise() - origin); if (word < 0) {",
            without = "long now = ticks.ticks(time.precise() - origin); GAP; long word = word(); if (word < 0) {",
            then = "reads the clock before the word")
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "one permit an hour")
    @Outcome(expect = FORBIDDEN, desc = "a clock that was read before the word has brought a permit too many")
    @State
    public static class GivingBackAgainstTime {

        private final VirtualTime time = VirtualTime.create();
        private final RateLimiter limiter =
                RateLimiter.create("stress", r -> r.permits(1).per(HOUR).burst(1), time);
        private final Permit notUsed = Objects.requireNonNull(limiter.tryEnter());

        @Actor
        public void givesBack() {
            notUsed.settle(Verdict.NOT_RUN);
        }

        @Actor
        public void takes(ZJ_Result r) {
            Hands.forward(time, HOUR);
            r.r1 = limiter.tryEnter() != null;
        }

        @Arbiter
        public void left(ZJ_Result r) {
            r.r2 = limiter.snapshot().available();
        }
    }
}
