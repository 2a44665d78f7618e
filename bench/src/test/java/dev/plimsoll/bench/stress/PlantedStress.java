package dev.plimsoll.bench.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A planted fault, which proves that a run can fail: two threads count without an atomic add. It is in no other run. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both are counted")
@Outcome(expect = FORBIDDEN, desc = "one was lost")
@State
public class PlantedStress {

    private volatile int count;

    private void add() {
        int before = count;
        if (Gap.open()) {
            count = before + 1;
        }
    }

    @Actor
    public void adds() {
        add();
    }

    @Actor
    public void addsToo() {
        add();
    }

    @Arbiter
    public void look(I_Result r) {
        r.r1 = count;
    }
}
