package dev.plimsoll.drain;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.LJJ_Result;
import org.openjdk.jcstress.infra.results.LLJ_Result;
import org.openjdk.jcstress.infra.results.ZIJ_Result;

/** Units enter and leave while a {@link Drain} begins and ends (DR-1). */
public final class DrainStress {

    private static final Duration HOUR = Duration.ofHours(1);

    private DrainStress() {}

    private static Unit entered(Drain drain) {
        return Objects.requireNonNull(drain.tryEnter(null));
    }

    /**
     * The last unit leaves while draining begins: one of the two is the last one out, and stops it.
     *
     * <p>Guarding line: {@code Underway.drain} sets the bit and learns the count in one compare-and-set, and
     * {@code Underway.leave} learns both by one atomic add; who looks at the bit before he counts himself out leaves a drain
     * that nobody ends.
     */
    @JCStressTest
    @GuardingLine(
            in = Drain.class,
            method = "leave",
            line = "long word = underway.leave(unit); if (Underway.isDraining(word) && Underway.count(word) == 0) {",
            without = "boolean draining = Underway.isDraining(underway.word()); GAP; long word = "
                    + "underway.leave(unit); if (draining && Underway.count(word) == 0) {",
            then = "looks at the bit before it counts out")
    @GuardingLine(
            in = Underway.class,
            method = "drain",
            line = "if (WORD.compareAndSet(this, now, draining)) {",
            without = "GAP; word = draining; if (true) {",
            then = "writes after reading")
    @Outcome(id = "true, 1, 0", expect = ACCEPTABLE, desc = "stopped once, nothing was cut off")
    @Outcome(expect = FORBIDDEN, desc = "nobody was the last one out, or both were")
    @State
    public static class LastOutAgainstStart {

        private final Drain drain = Drain.create("stress", HOUR);
        private final AtomicInteger stopped = new AtomicInteger();
        private final Unit unit = entered(drain);

        public LastOutAgainstStart() {
            drain.onStopped(stopped::incrementAndGet);
        }

        @Actor
        public void leaves() {
            unit.close();
        }

        @Actor
        public void starts() {
            drain.start();
        }

        @Arbiter
        public void look(ZIJ_Result r) {
            r.r1 = drain.isStopped();
            r.r2 = stopped.get();
            r.r3 = drain.report().cutOff();
        }
    }

    /**
     * The last two units leave a drain at once.
     *
     * <p>Guarding line: the atomic add in {@code Underway.countOut}: one of them gets from 1 to 0.
     */
    @JCStressTest
    @GuardingLine(
            in = Underway.class,
            method = "countOut",
            line = "return (long) WORD.getAndAdd(this, -1L) - 1;",
            without = "long now = word - 1; GAP; word = now; return now;",
            then = "writes after reading")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "stopped once, both have drained")
    @Outcome(expect = FORBIDDEN, desc = "nobody was the last one out, or both were")
    @State
    public static class TwoLastOut {

        private final Drain drain = Drain.create("stress", HOUR);
        private final AtomicInteger stopped = new AtomicInteger();
        private final Unit one = entered(drain);
        private final Unit other = entered(drain);

        public TwoLastOut() {
            drain.onStopped(stopped::incrementAndGet);
            drain.start();
        }

        @Actor
        public void leaves() {
            one.close();
        }

        @Actor
        public void leavesToo() {
            other.close();
        }

        @Arbiter
        public void look(IJ_Result r) {
            r.r1 = stopped.get();
            r.r2 = drain.report().drained();
        }
    }

    /**
     * A unit asks to enter while draining begins: nobody is admitted to a drain that has stopped.
     *
     * <p>Guarding line: {@code Underway.countIn} counts a unit in by a compare-and-set from a word without the bit.
     */
    @JCStressTest
    @GuardingLine(
            in = Underway.class,
            method = "countIn",
            line = "if (WORD.compareAndSet(this, now, now + 1)) {",
            without = "GAP; WORD.getAndAdd(this, 1L); if (true) {",
            then = "counts in whatever has become of the word")
    @Outcome(id = "admitted, DRAINING, 1", expect = ACCEPTABLE, desc = "in before, and waited for")
    @Outcome(id = "refused, STOPPED, 0", expect = ACCEPTABLE, desc = "too late, and nobody is in")
    @Outcome(expect = FORBIDDEN, desc = "in, and not waited for")
    @State
    public static class EnterAgainstStart {

        private final Drain drain = Drain.create("stress", HOUR);

        @Actor
        public void enters(LLJ_Result r) {
            r.r1 = drain.tryEnter(null) != null ? "admitted" : "refused";
        }

        @Actor
        public void starts() {
            drain.start();
        }

        @Arbiter
        public void look(LLJ_Result r) {
            r.r2 = drain.report().phase();
            r.r3 = drain.inFlight();
        }
    }

    /**
     * The last unit ends while the time runs out, which another one who is refused notices: stopped by one of the two, and
     * the books agree.
     *
     * <p>Guarding line: the compare-and-set in {@code Underway.stop}, from a word that is not stopped.
     */
    @JCStressTest
    @GuardingLine(
            in = Underway.class,
            method = "stop",
            line = {
                "if (WORD.compareAndSet(this, now, now | STOPPED)) {",
                "return (long) WORD.getAndAdd(this, -1L) - 1;"
            },
            without = {
                "for (int i = 0; i < 16; i++) { GAP; } word = now | STOPPED; if (true) {",
                "for (int i = 0; i < 16; i++) { GAP; } return (long) WORD.getAndAdd(this, -1L) - 1;"
            },
            then = "writes after comparing")
    @Outcome(
            id = {"1.0, 1, 0", "1.0, 0, 1"},
            expect = ACCEPTABLE,
            desc = "stopped once; the unit has drained or was cut off")
    @Outcome(expect = FORBIDDEN, desc = "stopped twice, or the unit is missing, or counted twice or for ever")
    @State
    public static class LastOutAgainstTime {

        private final VirtualTime time = VirtualTime.create();
        private final Drain drain = Drain.create("stress", HOUR, time);
        private final Unit unit = entered(drain);
        private final AtomicInteger stopped = new AtomicInteger();

        public LastOutAgainstTime() {
            drain.onStopped(stopped::incrementAndGet);
            drain.start();
        }

        @Actor
        public void leaves() {
            unit.close();
        }

        @Actor
        public void isRefused() {
            Hands.forward(time, HOUR);
            drain.tryEnter(null);
        }

        @Arbiter
        public void look(LJJ_Result r) {
            DrainReport report = drain.report();
            r.r1 = stopped + "." + drain.inFlight();
            r.r2 = report.drained();
            r.r3 = report.cutOff();
        }
    }

    /**
     * A unit is closed by two threads (T-37).
     *
     * <p>Guarding line: the exchange in {@code Unit.close}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-37",
            in = Unit.class,
            method = "close",
            line = "if ((boolean) OPEN.getAndSet(this, false)) {",
            without = "boolean first = open; GAP; open = false; if (first) {",
            then = "writes after reading")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the other unit is still under way")
    @Outcome(expect = FORBIDDEN, desc = "counted out twice, or never")
    @State
    public static class ClosedTwice {

        private final Drain drain = Drain.create("stress", HOUR);
        private final Unit unit = entered(drain);

        public ClosedTwice() {
            entered(drain);
        }

        @Actor
        public void closes() {
            unit.close();
        }

        @Actor
        public void closesToo() {
            unit.close();
        }

        @Arbiter
        public void count(J_Result r) {
            r.r1 = drain.inFlight();
        }
    }
}
