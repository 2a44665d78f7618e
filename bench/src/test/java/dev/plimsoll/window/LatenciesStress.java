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

/** Durations are recorded in the same cell of {@link Latencies}: as many as were offered (T-47). */
public final class LatenciesStress {

    private static final long HALF = 1_000_000;

    private LatenciesStress() {}

    /**
     * Two durations are recorded for the first time in one cell.
     *
     * <p>Guarding line: the compare-and-set in {@code Latencies.record}; who fails makes the stripes and records there.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-47",
            in = Latencies.class,
            method = "record",
            line = "if (Stripes.CELL.compareAndSet(stripes, index, cell, next(cell, epoch))) {",
            without = "GAP; Stripes.CELL.setVolatile(stripes, index, next(cell, epoch)); if (true) {",
            then = "writes after reading")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are recorded")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, or recorded twice")
    @State
    public static class FirstMeeting {

        private final Latencies latencies = new Latencies(2 * HALF, 0);

        @Actor
        public void records() {
            latencies.record(1000, 0);
        }

        @Actor
        public void recordsToo() {
            latencies.record(1000, 0);
        }

        @Arbiter
        public void count(J_Result r) {
            r.r1 = latencies.count(0);
        }
    }

    /**
     * Two durations begin a cell anew that still holds an older half.
     *
     * <p>Guarding line: the same; the one compare-and-set forgets the old half and counts the new call.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-47",
            in = Latencies.class,
            method = "record",
            line = "if (Stripes.CELL.compareAndSet(stripes, index, cell, next(cell, epoch))) {",
            without = "GAP; Stripes.CELL.setVolatile(stripes, index, next(cell, epoch)); if (true) {",
            then = "writes after reading")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are recorded, and nothing that is old")
    @Outcome(expect = FORBIDDEN, desc = "the new half was begun twice, or an old call is in it")
    @State
    public static class NewHalf {

        private final Latencies latencies = new Latencies(2 * HALF, 0);

        public NewHalf() {
            latencies.record(1000, 0);
            latencies.record(1000, 0);
            latencies.record(1000, 0);
        }

        @Actor
        public void records() {
            latencies.record(1000, 2 * HALF);
        }

        @Actor
        public void recordsToo() {
            latencies.record(1000, 2 * HALF);
        }

        @Arbiter
        public void count(J_Result r) {
            r.r1 = latencies.count(2 * HALF);
        }
    }
}
