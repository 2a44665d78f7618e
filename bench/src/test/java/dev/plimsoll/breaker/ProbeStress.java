package dev.plimsoll.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZIJ_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Calls, probes and the timer meet where time alone moves a {@link CircuitBreaker} on. */
public final class ProbeStress {

    private static final Duration AT_ONCE = Duration.ofNanos(1);

    private ProbeStress() {}

    /** Open, and the wait is over. */
    private static CircuitBreaker due() {
        return due(1);
    }

    private static CircuitBreaker due(int probes) {
        CircuitBreaker breaker = CircuitBreaker.create(
                "stress",
                b -> b.consecutiveFailures(1)
                        .openFor(AT_ONCE)
                        .successesToClose(probes)
                        .maxConcurrentProbes(probes)
                        .probeLease(Duration.ofHours(1)));
        OpeningStress.entered(breaker).settle(Verdict.FAILURE);
        return breaker;
    }

    private static int live(CircuitBreaker breaker) {
        return breaker.present() instanceof HalfOpen half ? half.live().size() : -1;
    }

    /**
     * Two calls find the open wait over (T-05, T-12): one of them is the probe.
     *
     * <p>Guarding lines: {@code CircuitBreaker.tryEnter(HalfOpen, …)} gives the leave only if its compare-and-set has put the
     * probe into the state; {@code CircuitBreaker.tryEnter(Open)} leaves it to the loop around it to look at the state anew,
     * for whoever asks the same one again that another has changed asks for ever.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-05",
            in = CircuitBreaker.class,
            method = "tryEnter",
            line = "return move(half, half.with(probe)) ? probe : null;",
            without = "GAP; move(half, half.with(probe)); return probe;",
            then = "admits a probe that is not in the state")
    @GuardingLine(
            against = "T-12",
            in = CircuitBreaker.class,
            method = "tryEnter",
            line = "move(open, next.halfOpen(open, false)); return null;",
            without = "return move(open, next.halfOpen(open, false)) ? null : tryEnter(open);",
            then = "asks the state again that it has lost")
    @GuardingLine(
            against = "T-05",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "if (state != from) { return false; } GAP; state = to; if (false) {",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one probe")
    @Outcome(expect = FORBIDDEN, desc = "two probes where there is one place, or none")
    @State
    public static class OnlyPlace {

        private final CircuitBreaker breaker = due();

        @Actor
        public void enters(ZZI_Result r) {
            r.r1 = breaker.enter() instanceof Probe;
        }

        @Actor
        public void entersToo(ZZI_Result r) {
            r.r2 = breaker.enter() instanceof Probe;
        }

        @Arbiter
        public void look(ZZI_Result r) {
            r.r3 = live(breaker);
        }
    }

    /**
     * The timer finds the open wait over, and a call as well (CB-4, T-25): one transition, and the probe is not lost.
     *
     * <p>Guarding line: the compare-and-set in {@code CircuitBreaker.move}; with a plain write the timer would put a state
     * without the probe over the one with it.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-25",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "if (state != from) { return false; } GAP; state = to; if (false) {",
            then = "writes after comparing")
    @Outcome(id = "true, 1, 2", expect = ACCEPTABLE, desc = "half open once, with its probe")
    @Outcome(expect = FORBIDDEN, desc = "the probe is lost, or there were two transitions")
    @State
    public static class TimerAgainstCall {

        private final CircuitBreaker breaker = due();
        private final Episode open = breaker.present().episode();

        @Actor
        public void wakes() {
            breaker.wake(open);
        }

        @Actor
        public void enters(ZIJ_Result r) {
            r.r1 = breaker.enter() instanceof Probe;
        }

        @Arbiter
        public void look(ZIJ_Result r) {
            r.r2 = live(breaker);
            r.r3 = breaker.present().episode().sequence();
        }
    }

    /**
     * The timer finds the open wait over while an operator forces the breaker open (T-14).
     *
     * <p>Guarding line: {@code CircuitBreaker.wake} moves on from the very state that it has looked at.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-14",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "if (state != from) { return false; } GAP; state = to; if (false) {",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-14",
            in = CircuitBreaker.class,
            method = "wake",
            line = "move(open, next.halfOpen(open, true));",
            without = "GAP; move(state, next.halfOpen(open, true));",
            then = "moves on from any state")
    @Outcome(id = "FORCED_OPEN", expect = ACCEPTABLE, desc = "the operator has the last word")
    @Outcome(expect = FORBIDDEN, desc = "the timer has moved an operator's state")
    @State
    public static class TimerAgainstOperator {

        private final CircuitBreaker breaker = due();
        private final Episode open = breaker.present().episode();

        @Actor
        public void wakes() {
            breaker.wake(open);
        }

        @Actor
        public void forces() {
            breaker.forceOpen("stress", "operator");
        }

        @Arbiter
        public void look(L_Result r) {
            r.r1 = breaker.state();
        }
    }

    /**
     * Two probes are cancelled at once (T-16, T-21): both places are free again, and nothing was learnt.
     *
     * <p>Guarding lines: the loop in {@code CircuitBreaker.settleProbe} moves on from the state that it has looked at, by the
     * compare-and-set in {@code CircuitBreaker.move}; with a plain write, or from any state, one of the probes would live on.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-16, T-21",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "if (state != from) { return false; } GAP; state = to; if (false) {",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-16, T-21",
            in = CircuitBreaker.class,
            method = "settleProbe",
            line = "if (move(half, next.afterProbe(half, probe, judgement, now, elapsedNanos, error))) {",
            without = "GAP; if (move(state, next.afterProbe(half, probe, judgement, now, elapsedNanos, error))) {",
            then = "moves on from any state")
    @Outcome(id = "HALF_OPEN, 0", expect = ACCEPTABLE, desc = "half open, with both places free")
    @Outcome(expect = FORBIDDEN, desc = "a cancelled probe keeps its place, or has decided")
    @State
    public static class TwoCancelled {

        private final CircuitBreaker breaker = due(2);
        private final Permit one = OpeningStress.entered(breaker);
        private final Permit other = OpeningStress.entered(breaker);

        @Actor
        public void cancels() {
            one.settle(Verdict.IGNORED);
        }

        @Actor
        public void cancelsToo() {
            other.settle(Verdict.IGNORED);
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = breaker.state();
            r.r2 = live(breaker);
        }
    }

    /**
     * A probe succeeds when its lease is over, and the timer comes (CB-5, T-03): it has failed, whichever of the two finds
     * that out, and nobody is left as an orphan.
     *
     * <p>Guarding lines: {@code CircuitBreaker.settleProbe} asks the clock before it believes a result; {@code Probe.end} and
     * {@code Probe.orphan} change one word, and so count an orphan in once and out once.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-03",
            in = CircuitBreaker.class,
            method = "settleProbe",
            line = "if (half.isDue(time.precise())) {",
            without = "if (false) {",
            then = "believes a result after the lease")
    @GuardingLine(
            against = "T-03",
            in = Probe.class,
            method = "end",
            line = "return stage.getAndSet(Stage.ENDED) == Stage.ORPHANED;",
            without = "boolean orphan = stage.get() == Stage.ORPHANED; GAP; stage.set(Stage.ENDED); return orphan;",
            then = "writes after reading")
    @GuardingLine(
            against = "T-03",
            in = Probe.class,
            method = "orphan",
            line = "return stage.compareAndSet(Stage.PROBING, Stage.ORPHANED);",
            without = "if (stage.get() != Stage.PROBING) { return false; } GAP; stage.set(Stage.ORPHANED); "
                    + "return true;",
            then = "writes after comparing")
    @Outcome(id = "OPEN, OPEN, 0", expect = ACCEPTABLE, desc = "one transition, and no orphan")
    @Outcome(expect = FORBIDDEN, desc = "a late result has decided, or an orphan is counted that has ended")
    @State
    public static class ResultAgainstLease {

        private final CircuitBreaker breaker = CircuitBreaker.create(
                "stress",
                b -> b.consecutiveFailures(1)
                        .openFor(AT_ONCE)
                        .successesToClose(1)
                        .probeLease(AT_ONCE));
        private final Permit probe;
        private final Episode halfOpen;

        public ResultAgainstLease() {
            OpeningStress.entered(breaker).settle(Verdict.FAILURE);
            probe = OpeningStress.entered(breaker);
            halfOpen = breaker.present().episode();
        }

        @Actor
        public void succeeds(LLI_Result r) {
            probe.succeeded();
            r.r1 = breaker.state();
        }

        @Actor
        public void wakes(LLI_Result r) {
            breaker.wake(halfOpen);
            r.r2 = breaker.state();
        }

        @Arbiter
        public void look(LLI_Result r) {
            r.r3 = breaker.tally.orphans();
        }
    }
}
