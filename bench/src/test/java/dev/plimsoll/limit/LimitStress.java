package dev.plimsoll.limit;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** The last place of a concurrency limit, and changes of its settings (CL-1). */
public final class LimitStress {

    private LimitStress() {}

    /** One less for each drop, at once. */
    private record OneLess(int limit) implements LimitAlgorithm {

        @Override
        public LimitAlgorithm startingAt(int start, int min, int max) {
            return new OneLess(start);
        }

        @Override
        public LimitAlgorithm next(LimitSample sample) {
            return new OneLess(limit - (int) sample.drops());
        }

        @Override
        public int drops() {
            return 1;
        }

        @Override
        public String name() {
            return "one less";
        }

        @Override
        public String explain() {
            return "one less for each drop";
        }
    }

    /**
     * Two calls want the last place under a concurrency limit (T-88).
     *
     * <p>Guarding line: {@code ConcurrencyLimit.tryTake} takes by a compare-and-set from the number that it has compared.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-88",
            in = ConcurrencyLimit.class,
            method = "tryTake",
            line = "if (CELL.compareAndSet(cells, WORD, inFlight, inFlight + 1)) {",
            without = "if (inFlight() == inFlight && GAP) { CELL.setVolatile(cells, WORD, inFlight + 1);",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more under way than allowed, or none")
    @State
    public static class LastPlace {

        private final ConcurrencyLimit limit =
                ConcurrencyLimit.create("stress", l -> l.aimd().within(1, 1).initial(1));

        @Actor
        public void enters(ZZI_Result r) {
            r.r1 = limit.enter() instanceof Admission.Leave;
        }

        @Actor
        public void entersToo(ZZI_Result r) {
            r.r2 = limit.enter() instanceof Admission.Leave;
        }

        @Arbiter
        public void count(ZZI_Result r) {
            r.r3 = limit.snapshot().inFlight();
        }
    }

    /**
     * Two calls end at once: both places are free again.
     *
     * <p>Guarding line: the compare-and-set in {@code ConcurrencyLimit.release}.
     */
    @JCStressTest
    @GuardingLine(
            in = ConcurrencyLimit.class,
            method = "release",
            line = "} while (inFlight > 0 && !CELL.compareAndSet(cells, WORD, inFlight, inFlight - 1));",
            without = "if (inFlight > 0) { GAP; CELL.setVolatile(cells, WORD, inFlight - 1); } } while (false);",
            then = "writes after reading")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "nobody is under way")
    @Outcome(expect = FORBIDDEN, desc = "a place is lost")
    @State
    public static class TwoEnds {

        private final ConcurrencyLimit limit =
                ConcurrencyLimit.create("stress", l -> l.aimd().within(1, 9).initial(9));
        private final Permit one = Objects.requireNonNull(limit.tryEnter());
        private final Permit other = Objects.requireNonNull(limit.tryEnter());

        @Actor
        public void ends() {
            one.succeeded();
        }

        @Actor
        public void endsToo() {
            other.settle(Verdict.IGNORED);
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = limit.snapshot().inFlight();
        }
    }

    /**
     * The limit is cut by a dropped call while it gets other bounds (T-85): the bounds stay.
     *
     * <p>Guarding line: the compare-and-set in {@code ConcurrencyLimit.endWhenOver}; a plain write would put the old bounds
     * back.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-85",
            in = ConcurrencyLimit.class,
            method = "endWhenOver",
            line = "WINDOW.compareAndSet(this, current, after(current, seen, now, counted));",
            without = "Window next = after(current, seen, now, counted); GAP; window = next;",
            then = "writes whatever was configured meanwhile")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "by the new bounds")
    @Outcome(expect = FORBIDDEN, desc = "the new bounds were lost")
    @State
    public static class CutAgainstReconfiguration {

        private final ConcurrencyLimit limit = ConcurrencyLimit.create(
                "stress", l -> l.algorithm(new OneLess(9)).within(1, 9).initial(9));
        private final Permit permit = Objects.requireNonNull(limit.tryEnter());

        @Actor
        public void drops() {
            permit.settle(Verdict.OVERLOAD);
        }

        @Actor
        public void reconfigures() {
            limit.reconfigure(l -> l.algorithm(new OneLess(7)).within(1, 7).initial(7));
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = limit.config().max();
        }
    }

    /**
     * Two calls are dropped at once, and later a third one (T-47): each drop is seen in exactly one window.
     *
     * <p>Guarding line: in {@code ConcurrencyLimit.endWhenOver} the reading that ends a window is the one from which the next
     * window counts; with a second reading, what came between the two would be seen in neither.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-47",
            in = ConcurrencyLimit.class,
            method = "endWhenOver",
            line = "Window.Counted counted = new Window.Counted(ended, refused.sum(), mean);",
            without = "GAP; Window.Counted counted = new Window.Counted(samples.read(), refused.sum(), mean);",
            then = "reads the counts twice")
    @Outcome(id = "6", expect = ACCEPTABLE, desc = "one less for each of the three")
    @Outcome(expect = FORBIDDEN, desc = "a drop was seen in two windows, or in none")
    @State
    public static class TwoDrops {

        private final ConcurrencyLimit limit = ConcurrencyLimit.create(
                "stress", l -> l.algorithm(new OneLess(9)).within(1, 9).initial(9));
        private final Permit one = Objects.requireNonNull(limit.tryEnter());
        private final Permit other = Objects.requireNonNull(limit.tryEnter());
        private final Permit third = Objects.requireNonNull(limit.tryEnter());

        @Actor
        public void drops() {
            one.settle(Verdict.OVERLOAD);
        }

        @Actor
        public void dropsToo() {
            other.settle(Verdict.OVERLOAD);
        }

        @Arbiter
        public void look(I_Result r) {
            third.settle(Verdict.OVERLOAD);
            r.r1 = limit.limit();
        }
    }

    /**
     * Two calls are admitted to a window at once: it remembers the greater number under way.
     *
     * <p>Guarding line: the compare-and-set in {@code Window.admitted}.
     */
    @JCStressTest
    @GuardingLine(
            in = Window.class,
            method = "admitted",
            line = "while (inFlight > most && !MOST.compareAndSet(this, most, inFlight)) {",
            without = "if (inFlight > most) { GAP; mostInFlight = inFlight; } if (false) {",
            then = "writes after comparing")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "two were under way")
    @Outcome(expect = FORBIDDEN, desc = "the smaller number was written over the greater one")
    @State
    public static class MostInFlight {

        private final Window window = Window.begun(
                "stress",
                ConcurrencyLimitConfig.builder().aimd().within(1, 9).initial(9).build(),
                9,
                0,
                Window.Counted.NOTHING);

        @Actor
        public void admits() {
            window.admitted(1);
        }

        @Actor
        public void admitsMore() {
            window.admitted(2);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = window.sample(Samples.Reading.NONE, 0, 0).mostInFlight();
        }
    }
}
