package dev.plimsoll.window;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.openjdk.jcstress.infra.results.JJI_Result;

/** Calls take their places in {@link LastCalls}; at rest what it counts is what the places hold (CB-2, T-28). */
public final class LastCallsStress {

    private LastCallsStress() {}

    /**
     * A slow and a good call take the only place from a failed one, one after the other.
     *
     * <p>Guarding line: {@code LastCalls.replace} exchanges the place by compare-and-set, and so knows what it takes out.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = LastCalls.class,
            method = "replace",
            line = "if (Stripes.CELL.compareAndSet(cells, index, word, word ^ ((long) (old ^ kind) << shift))) {",
            without = "GAP; Stripes.CELL.setVolatile(cells, index, word ^ ((long) (old ^ kind) << shift)); if (true) {",
            then = "writes after reading")
    @Outcome(
            id = {"0, 0, 0", "1, 0, 1"},
            expect = ACCEPTABLE,
            desc = "the later one holds the place, and is what counts")
    @Outcome(expect = FORBIDDEN, desc = "the count is not what the place holds")
    @State
    public static class OnePlace {

        private final LastCalls window = new LastCalls(1);

        public OnePlace() {
            window.record(Kind.FAILED);
        }

        @Actor
        public void isSlow() {
            window.record(Kind.SLOW);
        }

        @Actor
        public void succeeds() {
            window.record(Kind.GOOD);
        }

        @Arbiter
        public void look(JJI_Result r) {
            Counts counts = window.read();
            r.r1 = counts.slow();
            r.r2 = counts.failed();
            r.r3 = window.kindAt(0) == Kind.GOOD ? 0 : 1;
        }
    }

    /**
     * Two bad calls take neighbouring places, which share a word, in a window of good ones.
     *
     * <p>Guarding lines: the compare-and-set of the word in {@code LastCalls.replace}, and the atomic adds to the sequence
     * and to {@code bad}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-28",
            in = LastCalls.class,
            method = "replace",
            line = "if (Stripes.CELL.compareAndSet(cells, index, word, word ^ ((long) (old ^ kind) << shift))) {",
            without = "GAP; Stripes.CELL.setVolatile(cells, index, word ^ ((long) (old ^ kind) << shift)); if (true) {",
            then = "writes after reading")
    @GuardingLine(
            against = "T-28",
            in = LastCalls.class,
            method = "take",
            line = "long sequence = (long) Stripes.CELL.getAndAdd(cells, SEQUENCE, 1L);",
            without = "long sequence = (long) Stripes.CELL.getVolatile(cells, SEQUENCE); GAP; "
                    + "Stripes.CELL.setVolatile(cells, SEQUENCE, sequence + 1);",
            then = "writes after reading")
    @GuardingLine(
            against = "T-28",
            in = LastCalls.class,
            method = "change",
            line = "long unused = (long) BAD.getAndAdd(this, difference);",
            without = "long before = bad; GAP; bad = before + difference;",
            then = "writes after reading")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "both are counted and in their places")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, or both took one place")
    @State
    public static class OneWord {

        private final LastCalls window = new LastCalls(4);

        public OneWord() {
            for (int i = 0; i < 4; i++) {
                window.record(Kind.GOOD);
            }
        }

        @Actor
        public void fails() {
            window.record(Kind.FAILED);
        }

        @Actor
        public void failsToo() {
            window.record(Kind.FAILED);
        }

        @Arbiter
        public void look(JI_Result r) {
            r.r1 = window.read().failed();
            for (int place = 0; place < 4; place++) {
                r.r2 += window.kindAt(place) == Kind.FAILED ? 1 : 0;
            }
        }
    }
}
