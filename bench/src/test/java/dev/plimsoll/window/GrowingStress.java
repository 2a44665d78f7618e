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

/** Two threads that have met make the stripes of a count at once, and count there (EV-3, T-28, T-47): in the same ones. */
public final class GrowingStress {

    private GrowingStress() {}

    /**
     * Of a {@link StripedCount}.
     *
     * <p>Guarding line: the compare-and-exchange in {@code StripedCount.grow}; who comes second counts in the stripes of the
     * first.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = StripedCount.class,
            method = "grow",
            line = "long[] witness = (long[]) STRIPES.compareAndExchange(this, (long[]) null, grown);",
            without = "long[] witness = stripes; if (witness == null) { GAP; stripes = grown; }",
            then = "writes after looking")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are counted")
    @Outcome(expect = FORBIDDEN, desc = "one was counted in stripes that nobody knows")
    @State
    public static class TotalGrows {

        private final StripedCount count = new StripedCount();

        private void add() {
            long[] unused = count.grow();
            count.add(Kind.GOOD);
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
        public void sum(J_Result r) {
            r.r1 = count.sum(Kind.GOOD);
        }
    }

    /**
     * Of a {@link TimeWindow}.
     *
     * <p>Guarding line: the compare-and-set in {@code TimeWindow.grow}, from the array that every window begins with.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = TimeWindow.class,
            method = "grow",
            line = "boolean unused = CELLS.compareAndSet(this, first, grown);",
            without = "GAP; cells = grown;",
            then = "writes after looking")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are counted")
    @Outcome(expect = FORBIDDEN, desc = "one was counted in stripes that nobody knows")
    @State
    public static class WindowGrows {

        private final TimeWindow window = new TimeWindow(10_000_000, 10, 0);

        private void add() {
            window.grow();
            window.add(Kind.FAILED, 0);
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
        public void sum(J_Result r) {
            r.r1 = window.failed(0);
        }
    }

    /**
     * Of {@link Latencies}.
     *
     * <p>Guarding line: the compare-and-set in {@code Latencies.grow}, from the array that every sample begins with.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-47",
            in = Latencies.class,
            method = "grow",
            line = "boolean unused = CELLS.compareAndSet(this, first, grown);",
            without = "GAP; cells = grown;",
            then = "writes after looking")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are recorded")
    @Outcome(expect = FORBIDDEN, desc = "one was recorded in stripes that nobody knows")
    @State
    public static class SampleGrows {

        private final Latencies latencies = new Latencies(2_000_000, 0);

        private void add() {
            latencies.grow();
            latencies.record(1000, 0);
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
        public void count(J_Result r) {
            r.r1 = latencies.count(0);
        }
    }
}
