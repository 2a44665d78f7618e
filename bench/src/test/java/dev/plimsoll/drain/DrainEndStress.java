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
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.openjdk.jcstress.infra.results.LI_Result;

/** What is said and done at the end of a {@link Drain} (DR-1). */
public final class DrainEndStress {

    private static final Duration HOUR = Duration.ofHours(1);

    private DrainEndStress() {}

    /**
     * Two threads begin to drain when nobody is in: it is over, and stays so.
     *
     * <p>Guarding line: the compare-and-set in {@code Drain.start}, from a drain that is running; a plain write would put the
     * beginning over the end.
     */
    @JCStressTest
    @GuardingLine(
            in = Drain.class,
            method = "start",
            line = "STATE.compareAndSet(this, RUNNING, new Draining(now, now + timeoutNanos));",
            without = "GAP; state = new Draining(now, now + timeoutNanos);",
            then = "writes after comparing")
    @Outcome(id = "STOPPED, 1", expect = ACCEPTABLE, desc = "stopped, once")
    @Outcome(expect = FORBIDDEN, desc = "it has begun anew, and nobody will end it")
    @State
    public static class TwoStarts {

        private final Drain drain = Drain.create("stress", HOUR);
        private final AtomicInteger stopped = new AtomicInteger();

        public TwoStarts() {
            drain.onStopped(stopped::incrementAndGet);
        }

        @Actor
        public void starts() {
            drain.start();
        }

        @Actor
        public void startsToo() {
            drain.start();
        }

        @Arbiter
        public void look(LI_Result r) {
            r.r1 = drain.report().phase();
            r.r2 = stopped.get();
        }
    }

    /**
     * Somebody adds a hook while the drain stops: it runs once.
     *
     * <p>Guarding line: the lock of {@code StopHooks.add}, in which it looks whether the others have run already.
     */
    @JCStressTest
    @GuardingLine(
            in = StopHooks.class,
            method = "add",
            line = "synchronized (lock) { if (!over) {",
            without = "{ if (!over && GAP) {",
            then = "takes no lock")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "run once")
    @Outcome(expect = FORBIDDEN, desc = "never run, or twice")
    @State
    public static class HookAgainstStop {

        private final Drain drain = Drain.create("stress", HOUR);
        private final AtomicInteger ran = new AtomicInteger();

        @Actor
        public void adds() {
            drain.onStopped(ran::incrementAndGet);
        }

        @Actor
        public void starts() {
            drain.start();
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = ran.get();
        }
    }

    /**
     * A unit with a name ends while the time runs out: the report names it if it was cut off.
     *
     * <p>Guarding lines: the locks of {@code Underway.leave} and {@code Underway.stop}, in which the names change together
     * with the count.
     */
    @JCStressTest
    @GuardingLine(
            in = Underway.class,
            method = "leave",
            line = "synchronized (lock) { remove(unit);",
            without = "{ remove(unit); GAP;",
            then = "takes no lock")
    @GuardingLine(
            in = Underway.class,
            method = "stop",
            line = {"synchronized (lock) { while (true) {", "synchronized (lock) { remove(unit);"},
            without = {"{ while (true) {", "synchronized (lock) { remove(unit); GAP;"},
            then = "takes no lock")
    @Outcome(
            id = {"0, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "drained, or cut off and named")
    @Outcome(expect = FORBIDDEN, desc = "the names are not those of the units that were cut off")
    @State
    public static class NamesAgainstTime {

        private final VirtualTime time = VirtualTime.create();
        private final Drain drain = Drain.create("stress", HOUR, time);
        private final Unit unit = Objects.requireNonNull(drain.tryEnter("job"));

        public NamesAgainstTime() {
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
        public void look(JI_Result r) {
            DrainReport report = drain.report();
            r.r1 = report.cutOff();
            r.r2 = report.cutOffLabels().size();
        }
    }
}
