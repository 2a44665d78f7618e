package dev.plimsoll.failover;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * Two answers of a replica come at once (FO-1): the slower one is believed.
 *
 * <p>Guarding line: the compare-and-set in {@code PeakLatency.answered}, which changes average and instant together.
 */
@JCStressTest
@GuardingLine(
        in = PeakLatency.class,
        method = "answered",
        line = "while (!word.compareAndSet(seen, after(seen, elapsedNanos, now, decayNanos))) {",
        without = "GAP; word.set(after(seen, elapsedNanos, now, decayNanos)); if (false) {",
        then = "writes after reading")
@Outcome(id = "2048", expect = ACCEPTABLE, desc = "bad news counts at once")
@Outcome(expect = FORBIDDEN, desc = "the slower answer was lost")
@State
public class PeakLatencyStress {

    private final PeakLatency latency = new PeakLatency();

    @Actor
    public void answers() {
        latency.answered(1024, 0, 1);
    }

    @Actor
    public void answersSlowly() {
        latency.answered(2048, 0, 1);
    }

    @Arbiter
    public void look(J_Result r) {
        r.r1 = (long) latency.nanos(false, 0, 1);
    }
}
