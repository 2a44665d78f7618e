package dev.plimsoll.drain;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJJ_Result;
import org.openjdk.jcstress.infra.results.IJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.LZJ_Result;
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
    @Outcome(id = "admitted, false, 1", expect = ACCEPTABLE, desc = "in before, and waited for")
    @Outcome(id = "refused, true, 0", expect = ACCEPTABLE, desc = "too late, and nobody is in")
    @Outcome(expect = FORBIDDEN, desc = "in, and not waited for")
    @State
    public static class EnterAgainstStart {

        private final Drain drain = Drain.create("stress", HOUR);

        @Actor
        public void enters(LZJ_Result r) {
            r.r1 = drain.tryEnter(null) != null ? "admitted" : "refused";
        }

        @Actor
        public void starts() {
            drain.start();
        }

        @Arbiter
        public void look(LZJ_Result r) {
            r.r2 = drain.isStopped();
            r.r3 = drain.inFlight();
        }
    }

    /**
     * The last unit ends when the time is up, which another one who is refused notices: stopped by one of the two, and the
     * books agree.
     *
     * <p>Guarding line: the compare-and-set in {@code Underway.stop}, from a word that is not stopped.
     */
    @JCStressTest
    @Outcome(
            id = {"1, 1, 0", "1, 0, 1"},
            expect = ACCEPTABLE,
            desc = "stopped once; the unit has drained or was cut off")
    @Outcome(expect = FORBIDDEN, desc = "stopped twice, or the unit is missing or counted twice")
    @State
    public static class LastOutAgainstTime {

        private final Drain drain;
        private final Unit unit;
        private final AtomicInteger stopped = new AtomicInteger();

        public LastOutAgainstTime() {
            VirtualTime time = VirtualTime.create();
            drain = Drain.create("stress", HOUR, time);
            unit = entered(drain);
            drain.onStopped(stopped::incrementAndGet);
            drain.start();
            time.advance(HOUR);
        }

        @Actor
        public void leaves() {
            unit.close();
        }

        @Actor
        public void isRefused() {
            drain.tryEnter(null);
        }

        @Arbiter
        public void look(IJJ_Result r) {
            DrainReport report = drain.report();
            r.r1 = stopped.get();
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
