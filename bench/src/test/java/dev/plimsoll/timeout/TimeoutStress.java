package dev.plimsoll.timeout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.time.Firing;
import dev.plimsoll.time.Hands;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Signs of life and of hopeless work meet those who decide (TO-3, DL-3). */
public final class TimeoutStress {

    private static final VirtualTime TIME = VirtualTime.startingAt(1_000_000_000, 0);
    private static final long LIMIT = 1_000;
    private static final int LOOKS = 20;

    private TimeoutStress() {}

    /** Fires the next timer as soon as there is one; false when none comes for a while. */
    private static boolean hasFired(VirtualTime time) {
        boolean fired = false;
        for (int i = 0; i < LOOKS && !fired; i++) {
            fired = Firing.fireNext(time);
        }
        return fired;
    }

    /**
     * Work beats while its silence becomes too long: the beat keeps it alive, or changes nothing.
     *
     * <p>Guarding line: the compare-and-set in {@code Pulse.beat}.
     */
    @JCStressTest
    @GuardingLine(
            in = Pulse.class,
            method = "beat",
            line = "boolean unused = LAST.compareAndSet(this, seen, now);",
            without = "GAP; last = now;",
            then = "writes after comparing")
    @Outcome(
            id = {"true, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "silent, or alive")
    @Outcome(expect = FORBIDDEN, desc = "told to be silent, and alive again")
    @State
    public static class BeatAgainstSilence {

        private final Pulse pulse = new Pulse(TIME, LIMIT, TIME.precise() - 2 * LIMIT);

        @Actor
        public void beats() {
            pulse.beat();
        }

        @Actor
        public void expires(ZZ_Result r) {
            r.r1 = pulse.expires(TIME.precise());
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r2 = pulse.isSilent();
        }
    }

    /**
     * The work ends while its silence becomes too long: one of the two.
     *
     * <p>Guarding lines: the compare-and-sets in {@code Pulse.end} and {@code Pulse.expires}.
     */
    @JCStressTest
    @GuardingLine(
            in = Pulse.class,
            method = "end",
            line = "if (LAST.compareAndSet(this, seen, ENDED)) {",
            without = "if (last == seen && GAP) { last = ENDED;",
            then = "writes after comparing")
    @GuardingLine(
            in = Pulse.class,
            method = "expires",
            line = "if (seen < 0 || now - (begun + seen) < limitNanos || !LAST.compareAndSet(this, seen, SILENT)) {",
            without = "if (seen < 0 || now - (begun + seen) < limitNanos) { return false; } GAP; last = "
                    + "SILENT; if (false) {",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "ended in time, or silent")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class EndAgainstSilence {

        private final Pulse pulse = new Pulse(TIME, LIMIT, TIME.precise() - 2 * LIMIT);

        @Actor
        public void ends(ZZ_Result r) {
            r.r1 = pulse.end();
        }

        @Actor
        public void expires(ZZ_Result r) {
            r.r2 = pulse.expires(TIME.precise());
        }
    }

    /**
     * The work ends while the timer that watches it finds a younger beat, and sets the next one (T-62): none is left.
     *
     * <p>Guarding line: {@code WatchedPulse.watch} looks whether the work is alive after it has written down its timer; who
     * ends it does it the other way round.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-62",
            in = WatchedPulse.class,
            method = "watch",
            line = {"watch = next;", "if (!isAlive()) {"},
            without = {"GAP; watch = next;", "if (false) {"},
            then = "does not look whether the work is alive")
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "ended, and no timer")
    @Outcome(expect = FORBIDDEN, desc = "a timer is left for work that has ended")
    @State
    public static class EndAgainstNextLook {

        private final VirtualTime time = VirtualTime.create();
        private final WatchedPulse pulse = new WatchedPulse(time, LIMIT, 0) {
            @Override
            protected void silent(boolean stalled) {
                throw new IllegalStateException("it has beaten");
            }
        };

        public EndAgainstNextLook() {
            pulse.watch();
            Hands.forward(time, Duration.ofNanos(LIMIT / 2));
            pulse.beat();
        }

        @Actor
        public void ends(ZI_Result r) {
            r.r1 = pulse.end();
        }

        @Actor
        public void looks() {
            boolean unused = Firing.fireNext(time);
        }

        @Arbiter
        public void count(ZI_Result r) {
            r.r2 = time.pendingTimers();
        }
    }

    /**
     * An attempt ends on its caller's thread while its timer interrupts that (TO-1): the interrupt is gone when it has ended.
     *
     * <p>Guarding line: {@code AttemptTimer.finish} waits until the timer thread has interrupted it.
     */
    @JCStressTest
    @GuardingLine(
            in = AttemptTimer.class,
            method = "finish",
            line = {"while (phase < FIRED) {", "phase = FIRING;"},
            without = {"while (phase < PENDING) {", "phase = FIRING; for (int i = 0; i < 16; i++) { GAP; }"},
            then = "does not wait for the interrupt")
    @Outcome(
            id = {"true, false, true", "false, false, false"},
            expect = ACCEPTABLE,
            desc = "timed out and not interrupted any more, or never interrupted")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt hits what the thread does next, or they do not agree")
    @State
    public static class EndAgainstInterrupt {

        private final VirtualTime time = VirtualTime.create();

        @Actor
        @SuppressWarnings("ThreadPriorityCheck") // or the other thread would hardly ever come in time
        public void ends(ZZZ_Result r) {
            boolean late = Thread.interrupted(); // of the attempt before this one
            AttemptTimer timer = new AttemptTimer(true, false);
            time.start(timer, 0);
            Thread.yield();
            r.r1 = timer.finish();
            r.r2 = Thread.interrupted() || late;
        }

        @Actor
        public void fires(ZZZ_Result r) {
            r.r3 = hasFired(time);
        }
    }

    /**
     * An attempt ends on its caller's thread while its silence interrupts that (TO-3): the interrupt is gone when it has
     * ended.
     *
     * <p>Guarding line: {@code ThreadPulse.finish} waits until the timer thread has interrupted it.
     */
    @JCStressTest
    @GuardingLine(
            in = ThreadPulse.class,
            method = "finish",
            line = {"while (phase < FIRED) {", "phase = FIRING;"},
            without = {"while (phase < PENDING) {", "phase = FIRING; for (int i = 0; i < 16; i++) { GAP; }"},
            then = "does not wait for the interrupt")
    @Outcome(
            id = {"true, false, true", "false, false, false", "false, false, true"},
            expect = ACCEPTABLE,
            desc = "silent and not interrupted any more, or never interrupted")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt hits what the thread does next, or they do not agree")
    @State
    public static class EndAgainstSilentInterrupt {

        private final VirtualTime time = VirtualTime.create();

        @Actor
        @SuppressWarnings("ThreadPriorityCheck") // or the other thread would hardly ever come in time
        public void ends(ZZZ_Result r) {
            boolean late = Thread.interrupted(); // of the attempt before this one
            ThreadPulse pulse = new ThreadPulse(time, LIMIT, time.precise() - 2 * LIMIT, true, null);
            pulse.watch();
            Thread.yield();
            r.r1 = pulse.finish();
            r.r2 = Thread.interrupted() || late;
        }

        @Actor
        public void fires(ZZZ_Result r) {
            r.r3 = hasFired(time);
        }
    }

    /**
     * Two attempts arrive that are hopeless, where one in five may be refused.
     *
     * <p>Guarding line: the compare-and-set in {@code HopelessWork.refuses}, which spends what was saved.
     */
    @JCStressTest
    @GuardingLine(
            in = HopelessWork.class,
            method = "refuses",
            line = "if (after == before || saved.compareAndSet(before, after)) {",
            without = "GAP; saved.set(after); if (true) {",
            then = "writes after reading")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one in five is refused")
    @Outcome(expect = FORBIDDEN, desc = "more than a fifth is refused, or too few")
    @State
    public static class LastRefusal {

        private static final AnswerTimes SLOW = slow();
        private final HopelessWork hopeless = new HopelessWork(SLOW, Duration.ofHours(1), TIME.precise());

        public LastRefusal() {
            for (int i = 0; i < 4; i++) {
                hopeless.refuses(Time.LONGEST, TIME.precise());
            }
        }

        private static AnswerTimes slow() {
            AnswerTimes times = new AnswerTimes(Duration.ofHours(1), TIME);
            for (int i = 0; i < 200; i++) {
                times.answered(1_000_000, TIME.precise());
            }
            return times;
        }

        @Actor
        public void arrives(ZZ_Result r) {
            r.r1 = hopeless.refuses(1, TIME.precise());
        }

        @Actor
        public void arrivesToo(ZZ_Result r) {
            r.r2 = hopeless.refuses(1, TIME.precise());
        }
    }
}
