package dev.plimsoll.window;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Calls are counted in the same cell of a {@link TimeWindow} (CB-2, EV-3, T-28). */
public final class TimeWindowStress {

    private static final int BUCKETS = 10;
    private static final long BUCKET = 1_000_000;
    /* The ring has 16 places: this instant uses the place of the origin. */
    private static final long ROUND = 16 * BUCKET;

    private TimeWindowStress() {}

    private static TimeWindow window(int good) {
        TimeWindow window = new TimeWindow(BUCKETS * BUCKET, BUCKETS, 0);
        for (int i = 0; i < good; i++) {
            window.add(Kind.GOOD, 0);
        }
        return window;
    }

    /**
     * Two calls are counted for the first time in one cell.
     *
     * <p>Guarding line: the compare-and-set in {@code TimeWindow.add}; who fails makes the stripes and counts there.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = TimeWindow.class,
            method = "add",
            line = "if ((next ^ (epoch << countBits)) >>> countBits != 0 || "
                    + "!Stripes.CELL.compareAndSet(stripes, index, cell, next)) {",
            without = "boolean cold = (next ^ (epoch << countBits)) >>> countBits != 0; if (!cold) { GAP; "
                    + "Stripes.CELL.setVolatile(stripes, index, next); } if (cold) {",
            then = "writes after reading")
    @Outcome(id = "4, 4", expect = ACCEPTABLE, desc = "all are counted")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, or counted twice")
    @State
    public static class FirstMeeting {

        private final TimeWindow window = window(0);

        @Actor
        public void adds() {
            window.add(Kind.FAILED, 0);
            window.add(Kind.FAILED, 0);
        }

        @Actor
        public void addsToo() {
            window.add(Kind.FAILED, 0);
            window.add(Kind.FAILED, 0);
        }

        @Arbiter
        public void sum(JJ_Result r) {
            r.r1 = window.failed(0);
            r.r2 = window.sum(Kind.FAILED);
        }
    }

    /**
     * Two calls roll a cell over that still holds an older bucket: that is retired once.
     *
     * <p>Guarding line: in {@code TimeWindow.addSlowly} only the thread whose compare-and-set has replaced the old count adds
     * it to the retired ones.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = TimeWindow.class,
            method = "addSlowly",
            line = "if (Stripes.CELL.compareAndSet(stripes, index, cell, next)) {",
            without = "GAP; Stripes.CELL.setVolatile(stripes, index, next); if (true) {",
            then = "writes after reading")
    @Outcome(id = "2, 5", expect = ACCEPTABLE, desc = "two in the window, five in all")
    @Outcome(expect = FORBIDDEN, desc = "the old bucket was retired twice or never, or a call was lost")
    @State
    public static class RollOver {

        private final TimeWindow window = window(3);

        @Actor
        public void adds() {
            window.add(Kind.GOOD, ROUND);
        }

        @Actor
        public void addsToo() {
            window.add(Kind.GOOD, ROUND);
        }

        @Arbiter
        public void sum(JJ_Result r) {
            r.r1 = window.count(Kind.GOOD, ROUND);
            r.r2 = window.sum(Kind.GOOD);
        }
    }

    /**
     * A call is counted while the window is sealed: it goes to the retired counts, with all that was there.
     *
     * <p>Guarding line: the exchange in {@code TimeWindow.seal(long[])}, which takes out exactly what it puts away.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = TimeWindow.class,
            method = "seal",
            line = "long cell = (long) Stripes.CELL.getAndSet(stripes, i, sealed());",
            without = "long cell = (long) Stripes.CELL.getVolatile(stripes, i); "
                    + "for (int n = 0; n < 16 && i == Stripes.PAD; n++) { GAP; } "
                    + "Stripes.CELL.setVolatile(stripes, i, sealed());",
            then = "writes after reading")
    @Outcome(id = "0, 3", expect = ACCEPTABLE, desc = "all have gone to the retired counts")
    @Outcome(expect = FORBIDDEN, desc = "a call was lost, counted twice, or left behind")
    @State
    public static class AddAgainstSeal {

        private final TimeWindow window = window(2);

        @Actor
        public void adds() {
            window.add(Kind.GOOD, 0);
        }

        @Actor
        public void seals() {
            window.seal();
        }

        @Arbiter
        public void sum(JJ_Result r) {
            r.r1 = window.unretired(Kind.GOOD);
            r.r2 = window.sum(Kind.GOOD);
        }
    }

    /**
     * Stripes are made, and a call is counted in them, while the window is sealed: they are sealed too.
     *
     * <p>Guarding line: {@code TimeWindow.grow} asks whether the window has ended when its stripes are there to be seen; who
     * seals says that it has ended before looking for stripes.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = TimeWindow.class,
            method = "grow",
            line = "if (ended) {",
            without = "if (false) {",
            then = "seals no stripes")
    @Outcome(id = "0, 3", expect = ACCEPTABLE, desc = "all have gone to the retired counts")
    @Outcome(expect = FORBIDDEN, desc = "a call was lost, counted twice, or left behind")
    @State
    public static class GrowthAgainstSeal {

        private final TimeWindow window = window(2);

        @Actor
        public void grows() {
            window.grow();
            window.add(Kind.GOOD, 0);
        }

        @Actor
        public void seals() {
            window.seal();
        }

        @Arbiter
        public void sum(JJ_Result r) {
            r.r1 = window.unretired(Kind.GOOD);
            r.r2 = window.sum(Kind.GOOD);
        }
    }
}
