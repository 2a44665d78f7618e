package dev.plimsoll.time;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZJI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Timers fire, are started and are cancelled at once (TO-1). */
public final class TimerStress {

    private TimerStress() {}

    private static final class Counted extends Timer implements Timer.Owner {

        private final AtomicInteger fired = new AtomicInteger();
        private final AtomicInteger cancelled = new AtomicInteger();

        @Override
        protected void fire(long lateNanos) {
            fired.incrementAndGet();
        }

        @Override
        public void cancelled(Timer timer) {
            cancelled.incrementAndGet();
        }
    }

    /**
     * A timer fires while it is cancelled (T-62): exactly one of the two.
     *
     * <p>Guarding lines: the compare-and-sets in {@code Timer.expire} and {@code Timer.cancel}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-62",
            in = Timer.class,
            method = "expire",
            line = "return STATE.compareAndSet(this, PENDING, FIRED);",
            without = "if (state != PENDING) { return false; } GAP; state = FIRED; return true;",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-62",
            in = Timer.class,
            method = "cancel",
            line = "if (STATE.compareAndSet(this, seen, CANCELLED)) {",
            without = "if (state == seen && GAP) { state = CANCELLED;",
            then = "writes after comparing")
    @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "it fires")
    @Outcome(id = "false, true, 1", expect = ACCEPTABLE, desc = "it is cancelled, and its owner knows")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class FireAgainstCancel {

        private final Counted timer = new Counted();

        public FireAgainstCancel() {
            timer.claim(timer, 0);
            timer.arm();
        }

        @Actor
        public void fires(ZZI_Result r) {
            r.r1 = timer.expire();
        }

        @Actor
        public void cancels(ZZI_Result r) {
            r.r2 = timer.cancel();
        }

        @Arbiter
        public void count(ZZI_Result r) {
            r.r3 = timer.cancelled.get();
        }
    }

    /**
     * A timer is cancelled while it is started (T-62): it never fires, and the wheel does not count it.
     *
     * <p>Guarding lines: the compare-and-sets in {@code Timer.claim} and {@code Timer.arm}; and {@code TimerWheel.start} counts
     * a timer out again that could not be armed.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-62",
            in = Timer.class,
            method = "claim",
            line = "if (!STATE.compareAndSet(this, NEW, STARTING)) {",
            without = "boolean fresh = state == NEW; GAP; if (fresh) { state = STARTING; } if (!fresh) {",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-62",
            in = Timer.class,
            method = "arm",
            line = "return STATE.compareAndSet(this, STARTING, PENDING);",
            without = "if (state != STARTING) { return false; } GAP; state = PENDING; return true;",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-62",
            in = TimerWheel.class,
            method = "start",
            line = "pending.decrement(); return false;",
            without = "return false;",
            then = "does not count out what could not be armed")
    @Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "cancelled, not pending, not fired")
    @Outcome(expect = FORBIDDEN, desc = "a timer that was cancelled fires, or is counted for ever")
    @State
    public static class StartAgainstCancel {

        private final TimerWheel wheel = new TimerWheel(0);
        private final Counted timer = new Counted();

        @Actor
        public void starts() {
            wheel.start(timer, 1);
        }

        @Actor
        public void cancels(ZJI_Result r) {
            r.r1 = timer.cancel();
        }

        @Arbiter
        public void count(ZJI_Result r) {
            r.r2 = wheel.pending();
            wheel.advance(2);
            r.r3 = timer.fired.get();
        }
    }

    /**
     * Two threads start timers in one stack.
     *
     * <p>Guarding line: the compare-and-set in {@code TimerArrivals.push}.
     */
    @JCStressTest
    @GuardingLine(
            in = TimerArrivals.class,
            method = "push",
            line = "if (HEADS.compareAndSet(heads, at, head, timer)) {",
            without = "if (HEADS.getVolatile(heads, at) == head && GAP) { HEADS.setVolatile(heads, at, timer);",
            then = "writes after comparing")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both have arrived")
    @Outcome(expect = FORBIDDEN, desc = "a timer was lost and would never fire")
    @State
    public static class TwoArrivals {

        private final TimerArrivals arrivals = new TimerArrivals(1);
        private final Counted one = new Counted();
        private final Counted other = new Counted();

        @Actor
        public void pushes() {
            arrivals.push(one);
        }

        @Actor
        public void pushesToo() {
            arrivals.push(other);
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = length(arrivals.drain(0));
        }
    }

    /**
     * A timer arrives while the timer thread takes out what has arrived before.
     *
     * <p>Guarding line: the exchange in {@code TimerArrivals.drain}, which empties the very stack that it takes.
     */
    @JCStressTest
    @GuardingLine(
            in = TimerArrivals.class,
            method = "drain",
            line = "return HEADS.getVolatile(heads, at) == null ? null : (Timer) HEADS.getAndSet(heads, at, null);",
            without = "Timer all = (Timer) HEADS.getVolatile(heads, at); GAP; HEADS.setVolatile(heads, at, "
                    + "(Timer) null); return all;",
            then = "writes after reading")
    @Outcome(
            id = {"2, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "taken out now, or next time")
    @Outcome(expect = FORBIDDEN, desc = "a timer was lost, or taken out twice")
    @State
    public static class ArrivalAgainstDrain {

        private final TimerArrivals arrivals = new TimerArrivals(1);
        private final Counted second = new Counted();

        public ArrivalAgainstDrain() {
            arrivals.push(new Counted());
        }

        @Actor
        public void pushes() {
            arrivals.push(second);
        }

        @Actor
        public void drains(II_Result r) {
            r.r1 = length(arrivals.drain(0));
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = length(arrivals.drain(0));
        }
    }

    private static int length(@Nullable Timer first) {
        int length = 0;
        for (Timer each = first; each != null; each = each.next) {
            length++;
        }
        return length;
    }

    /**
     * Somebody closes his {@link StallWatch} twice.
     *
     * <p>Guarding line: the compare-and-set in {@code StallWatch.close}.
     */
    @JCStressTest
    @GuardingLine(
            in = StallWatch.class,
            method = "close",
            line = "if (closed.compareAndSet(false, true)) {",
            without = "if (!closed.get() && GAP) { closed.set(true);",
            then = "writes after comparing")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "ended once")
    @Outcome(expect = FORBIDDEN, desc = "another one's watch was ended as well")
    @State
    public static class WatchClosedTwice {

        private final AtomicInteger ended = new AtomicInteger();
        private final StallWatch watch = new StallWatch(ended::incrementAndGet);

        @Actor
        public void closes() {
            watch.close();
        }

        @Actor
        public void closesToo() {
            watch.close();
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = ended.get();
        }
    }
}
