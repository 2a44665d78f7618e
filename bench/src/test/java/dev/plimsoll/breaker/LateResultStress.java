package dev.plimsoll.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.LJ_Result;

/** Results come late: their episode ends at the same moment (CB-7). */
public final class LateResultStress {

    private static final Duration AT_ONCE = Duration.ofNanos(1);

    private LateResultStress() {}

    /** Opened by a failure; the open wait is over. */
    private static CircuitBreaker opened(CircuitBreaker breaker) {
        OpeningStress.entered(breaker).settle(Verdict.FAILURE);
        return breaker;
    }

    private static CircuitBreaker breaker(int probes) {
        return CircuitBreaker.create(
                "stress",
                b -> b.consecutiveFailures(1)
                        .openFor(AT_ONCE)
                        .successesToClose(1)
                        .maxConcurrentProbes(probes));
    }

    /**
     * A failure of before ends while an operator resets the breaker (T-01): it opens the breaker before, and that is reset;
     * or it comes after, and changes nothing.
     *
     * <p>Guarding lines: {@code CircuitBreaker.settleElsewhere} takes the evidence only if the episode is that of the leave;
     * and {@code CircuitBreaker.open} opens only the episode whose evidence was asked.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-01",
            in = CircuitBreaker.class,
            method = "settleElsewhere",
            line = "Evidence evidence = seen.episode() == leave.episode() ? seen.evidence() : null;",
            without = "Evidence evidence = seen.evidence();",
            then = "does not compare the episodes")
    @GuardingLine(
            against = "T-01",
            in = CircuitBreaker.class,
            method = "open",
            line = "State now = state; while (now.episode() == asked.episode() && (now instanceof Closed || "
                    + "now instanceof Ramping)) { Evidence present = now.evidence(); // Under other settings "
                    + "by now the old rules are mute, and those of now are asked. String reason = present == "
                    + "null || present == asked ? broken : present.broken();",
            without = "GAP; State now = state; while (now instanceof Closed || now instanceof Ramping) { "
                    + "String reason = broken;",
            then = "opens whatever episode it finds")
    @Outcome(id = "CLOSED, 0", expect = ACCEPTABLE, desc = "reset, and nothing is known of before")
    @Outcome(expect = FORBIDDEN, desc = "a result of before has counted in the new episode")
    @State
    public static class FailureAgainstReset {

        private final CircuitBreaker breaker = breaker(1);
        private final Permit late = OpeningStress.entered(breaker);

        @Actor
        public void fails() {
            late.settle(Verdict.FAILURE);
        }

        @Actor
        public void resets() {
            breaker.reset("stress", "operator");
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = breaker.state();
            r.r2 = breaker.present().episode().streak();
        }
    }

    /**
     * A probe of an earlier episode succeeds while the next one begins with its first probe (T-01, T-04): that decides
     * nothing there.
     *
     * <p>Guarding line: {@code CircuitBreaker.settleProbe} goes on only while the probe is one of those alive in the state.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-01, T-04",
            in = CircuitBreaker.class,
            method = "settleProbe",
            line = "seen instanceof HalfOpen half && half.live().contains(probe);",
            without = "seen instanceof HalfOpen half;",
            then = "does not ask whether the probe is alive")
    @Outcome(id = "HALF_OPEN, 1, 0", expect = ACCEPTABLE, desc = "still waiting for the new probe, which is under way")
    @Outcome(expect = FORBIDDEN, desc = "a late result has decided the new episode")
    @State
    public static class OldProbeAgainstNew {

        private final CircuitBreaker breaker = opened(breaker(2));
        private final Permit failing = OpeningStress.entered(breaker);
        private final Permit late = OpeningStress.entered(breaker);

        public OldProbeAgainstNew() {
            failing.settle(Verdict.FAILURE);
        }

        @Actor
        public void succeedsLate() {
            late.succeeded();
        }

        @Actor
        public void probes(LII_Result r) {
            if (breaker.enter() instanceof Probe) {
                r.r2 = 1;
            }
        }

        @Arbiter
        public void look(LII_Result r) {
            r.r1 = breaker.state();
            r.r3 = breaker.tally.orphans();
        }
    }

    /**
     * A call that began while the breaker was closed fails while it becomes half open (T-01, T-03): the only probe decides.
     *
     * <p>Guarding line: {@code CircuitBreaker.settleElsewhere} takes the evidence only if the episode is that of the leave.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-01, T-03",
            in = CircuitBreaker.class,
            method = "settleElsewhere",
            line = "Evidence evidence = seen.episode() == leave.episode() ? seen.evidence() : null;",
            without = "Evidence evidence = seen.evidence();",
            then = "does not compare the episodes")
    @Outcome(id = "CLOSED, 3", expect = ACCEPTABLE, desc = "closed by the probe: opened, half open, closed")
    @Outcome(expect = FORBIDDEN, desc = "a late result has moved the breaker")
    @State
    public static class FailureAgainstProbe {

        private final CircuitBreaker breaker = breaker(1);
        private final Permit late = OpeningStress.entered(breaker);

        public FailureAgainstProbe() {
            opened(breaker);
        }

        @Actor
        public void failsLate() {
            late.settle(Verdict.FAILURE);
        }

        @Actor
        public void probes() {
            OpeningStress.entered(breaker).succeeded();
        }

        @Arbiter
        public void look(LJ_Result r) {
            r.r1 = breaker.state();
            r.r2 = breaker.present().episode().sequence();
        }
    }
}
