package dev.plimsoll.limit;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.openjdk.jcstress.infra.results.ZZL_Result;

/** The last place of a limit, and changes of its settings (CL-1, RL-1). */
public final class LimitStress {

    private static final Duration HOUR = Duration.ofHours(1);

    private LimitStress() {}

    /**
     * Two calls want the last place under a concurrency limit (T-88).
     *
     * <p>Guarding line: {@code ConcurrencyLimit.tryTake} takes by a compare-and-set from the number that it has compared.
     */
    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more under way than allowed, or none")
    @State
    public static class LastPlace {

        private final ConcurrencyLimit limit =
                ConcurrencyLimit.create("stress", l -> l.aimd().within(1, 1).initial(1));

        @Actor
        public void enters(ZZI_Result r) {
            r.r1 = limit.enter() instanceof Admission.Leave;
        }

        @Actor
        public void entersToo(ZZI_Result r) {
            r.r2 = limit.enter() instanceof Admission.Leave;
        }

        @Arbiter
        public void count(ZZI_Result r) {
            r.r3 = limit.snapshot().inFlight();
        }
    }

    /**
     * Two calls end at once (T-43): both places are free again.
     *
     * <p>Guarding line: the compare-and-set in {@code ConcurrencyLimit.release}.
     */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "nobody is under way")
    @Outcome(expect = FORBIDDEN, desc = "a place is lost")
    @State
    public static class TwoEnds {

        private final ConcurrencyLimit limit =
                ConcurrencyLimit.create("stress", l -> l.aimd().within(1, 9).initial(9));
        private final Permit one = Objects.requireNonNull(limit.tryEnter());
        private final Permit other = Objects.requireNonNull(limit.tryEnter());

        @Actor
        public void ends() {
            one.succeeded();
        }

        @Actor
        public void endsToo() {
            other.settle(Verdict.IGNORED);
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = limit.snapshot().inFlight();
        }
    }

    /**
     * The limit is cut by a dropped call while it gets other bounds (T-85): the bounds stay.
     *
     * <p>Guarding line: the compare-and-set in {@code ConcurrencyLimit.endWhenOver}; a plain write would put the old bounds
     * back.
     */
    @JCStressTest
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "by the new bounds")
    @Outcome(expect = FORBIDDEN, desc = "the new bounds were lost")
    @State
    public static class CutAgainstReconfiguration {

        private final ConcurrencyLimit limit =
                ConcurrencyLimit.create("stress", l -> l.aimd().within(1, 9).initial(9));
        private final Permit permit = Objects.requireNonNull(limit.tryEnter());

        @Actor
        public void drops() {
            permit.settle(Verdict.OVERLOAD);
        }

        @Actor
        public void reconfigures() {
            limit.reconfigure(l -> l.aimd().within(1, 7).initial(7));
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = limit.config().max();
        }
    }

    /**
     * Two calls want the last permit of a rate limiter (T-88).
     *
     * <p>Guarding line: {@code RateSchedule.tryTake} reserves by a compare-and-set from the word that it has compared.
     */
    @JCStressTest
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more than the rate allows, or none")
    @State
    public static class LastOfTheRate {

        private final RateSchedule schedule =
                RateSchedule.full(RateLimit.defaults().permits(1).per(HOUR).burst(1), 0);

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
     * <p>Guarding line: {@code RateSchedule.giveBack} changes word and places under one lock.
     */
    @JCStressTest
    @Outcome(id = "true, true, 0.1", expect = ACCEPTABLE, desc = "nobody waits, all is given back")
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
            Wait next = (Wait) limiter.enter();
            boolean first = next.until() - time.precise() == HOUR.toNanos();
            r.r3 = limiter.snapshot().waiting() - 1 + "." + (first ? 1 : 0);
        }
    }

    /**
     * Two calls are admitted to a window at once: it remembers the greater number under way.
     *
     * <p>Guarding line: the compare-and-set in {@code Window.admitted}.
     */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "two were under way")
    @Outcome(expect = FORBIDDEN, desc = "the smaller number was written over the greater one")
    @State
    public static class MostInFlight {

        private final Window window = Window.begun(
                "stress",
                ConcurrencyLimitConfig.builder().aimd().within(1, 9).initial(9).build(),
                9,
                0,
                Window.Counted.NOTHING);

        @Actor
        public void admits() {
            window.admitted(1);
        }

        @Actor
        public void admitsMore() {
            window.admitted(2);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = window.sample(Samples.Reading.NONE, 0, 0).mostInFlight();
        }
    }
}
