package dev.plimsoll.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * A failure opens a breaker that somebody observes, while an operator forces it open for a time (T-25): there is one timer.
 *
 * <p>Guarding line: the lock of {@code BreakerAlarm.set}, in which the timer of before is cancelled and that of the present
 * state is set.
 */
@JCStressTest
@GuardingLine(
        against = "T-25",
        in = BreakerAlarm.class,
        method = "set",
        line = {"synchronized void set() {", "State state = breaker.present();"},
        without = {"void set() {", "State state = breaker.present(); GAP;"},
        then = "takes no lock")
@Outcome(id = "FORCED_OPEN, 1", expect = ACCEPTABLE, desc = "one timer, for the operator's state")
@Outcome(expect = FORBIDDEN, desc = "a timer is left behind, or there is none")
@State
public class AlarmStress {

    private static final Duration HOUR = Duration.ofHours(1);

    private final VirtualTime time = VirtualTime.create();
    private final CircuitBreaker breaker =
            CircuitBreaker.create("stress", b -> b.consecutiveFailures(1).openFor(HOUR), time);
    private final Permit permit = OpeningStress.entered(breaker);

    public AlarmStress() {
        breaker.observe(event -> {});
    }

    @Actor
    public void fails() {
        permit.settle(Verdict.FAILURE);
    }

    @Actor
    public void forces() {
        breaker.forceOpen("stress", "operator", HOUR);
    }

    @Arbiter
    public void look(LI_Result r) {
        r.r1 = breaker.state();
        r.r2 = time.pendingTimers();
    }
}
