package dev.plimsoll.window;

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
 * Two threads count for the first time in the same {@link StripedCount}: every addition counts once (EV-3, T-28).
 *
 * <p>Guarding line: {@code StripedCount.addAlone} counts by compare-and-set, and goes to the stripes when that fails.
 */
@JCStressTest
@GuardingLine(
        against = "T-28",
        in = StripedCount.class,
        method = "addAlone",
        line = "if (!Stripes.CELL.compareAndSet(alone, kind, count, count + 1)) {",
        without = "GAP; Stripes.CELL.setVolatile(alone, kind, count + 1); if (false) {",
        then = "writes after reading")
@Outcome(id = "4", expect = ACCEPTABLE, desc = "all are counted")
@Outcome(expect = FORBIDDEN, desc = "one was lost, or counted twice")
@State
public class StripedCountStress {

    private final StripedCount count = new StripedCount();

    @Actor
    public void adds() {
        count.add(Kind.GOOD);
        count.add(Kind.GOOD);
    }

    @Actor
    public void addsToo() {
        count.add(Kind.GOOD);
        count.add(Kind.GOOD);
    }

    @Arbiter
    public void sum(J_Result r) {
        r.r1 = count.sum(Kind.GOOD);
    }
}
