package dev.plimsoll.shed;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Two units say at once how long they waited (SH-1): the shorter wait counts, for one that did not wait proves that the queue
 * is not standing.
 *
 * <p>Guarding line: the compare-and-set in {@code Shedder.least}.
 */
@JCStressTest
@GuardingLine(
        in = Shedder.class,
        method = "least",
        line = "while (seen < before && !known.compareAndSet(before, seen)) {",
        without = "if (seen < before) { GAP; known.set(seen); } if (false) {",
        then = "writes after comparing")
@Outcome(id = "false", expect = ACCEPTABLE, desc = "not overloaded")
@Outcome(expect = FORBIDDEN, desc = "the shorter wait was lost")
@State
public class ShedderStress {

    private final Shedder shedder;

    public ShedderStress() {
        VirtualTime time = VirtualTime.create();
        shedder = Shedder.create("stress", defaults -> defaults, time);
        time.advance(Duration.ofSeconds(10));
    }

    @Actor
    public void waitsLong() {
        shedder.waited(60_000_000_000L);
    }

    @Actor
    public void doesNotWait() {
        shedder.waited(0);
    }

    @Arbiter
    public void look(Z_Result r) {
        shedder.enter("anybody");
        r.r1 = shedder.snapshot().overloaded();
    }
}
