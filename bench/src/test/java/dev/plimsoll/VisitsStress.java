package dev.plimsoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A call enters a guard by key while that is retired (CB-11): either is in, never both.
 *
 * <p>Guarding line: the compare-and-set from 0 in {@code Visits.retires}.
 */
@JCStressTest
@GuardingLine(
        in = Visits.class,
        method = "retires",
        line = "return inside.compareAndSet(0, RETIRED);",
        without = "if (inside.get() != 0) { return false; } GAP; inside.set(RETIRED); return true;",
        then = "writes after comparing")
@GuardingLine(
        in = Visits.class,
        method = "enters",
        line = "return inside.get() >= 0 && inside.incrementAndGet() > 0;",
        without = "if (inside.get() < 0) { return false; } GAP; inside.incrementAndGet(); return true;",
        then = "does not look at the sum")
@Outcome(
        id = {"true, false", "false, true"},
        expect = ACCEPTABLE,
        desc = "a call is inside, or the guard is retired")
@Outcome(expect = FORBIDDEN, desc = "a call is inside of a retired guard, or neither")
@State
public class VisitsStress {

    private final Visits visits = Visits.none();

    @Actor
    public void enters(ZZ_Result r) {
        r.r1 = visits.enters();
    }

    @Actor
    public void retires(ZZ_Result r) {
        r.r2 = visits.retires();
    }
}
