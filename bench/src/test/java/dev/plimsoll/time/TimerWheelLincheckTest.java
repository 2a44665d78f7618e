package dev.plimsoll.time;

import dev.plimsoll.bench.lincheck.Alone;
import dev.plimsoll.bench.lincheck.Linearizability;
import dev.plimsoll.bench.lincheck.Race;
import dev.plimsoll.bench.stress.GuardingLine;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A timer of the wheel against a model of it, which is a few flags. It is started, cancelled and fired by three parties at
 * once, while others come and go beside it.
 *
 * <p>What is promised is promised of each timer: an advance that begins after the start has ended fires it when it is due,
 * and it is fired or cancelled, never both. An advance as a whole is not one step: it fires one timer after the other, and
 * whoever looks at two may see one of them fired and cancel the other. So one timer is looked at here. How many are pending
 * is exact at rest, and is asked for there.
 *
 * <p>Without the compare-and-set of {@code Timer.expire()} (a plain write of FIRED) this fails: a timer is cancelled, says
 * that it will not fire, and fires. No T-id is about the wheel alone; the timeouts of T-32, T-62 and T-65 stand on it.
 */
@Tag("lincheck")
final class TimerWheelLincheckTest {

    private static final Race[] RACES = {
        Race.of(Wheel.class)
                .does("start", 0, 1)
                .thread()
                .does("advance", 0, 2)
                .thread()
                .does("cancel", 1)
                .then()
                .does("isPending"),
        Race.of(Wheel.class)
                .thread()
                .does("start", 0, 1)
                .thread()
                .does("cancel", 1)
                .does("advance", 1, 2)
                .then()
                .does("advance", 0, 2)
                .does("isPending"),
    };

    @Test
    @GuardingLine(
            against = "T-62",
            in = Timer.class,
            method = "expire",
            line = "return STATE.compareAndSet(this, PENDING, FIRED);",
            without = "state = FIRED; return true;",
            then = "writes whatever has become of it")
    @DisplayName("TO-1 a timer is fired or cancelled, once, whatever the interleaving")
    void timer_inEveryInterleaving_isFiredOrCancelled() {
        Linearizability.explore(Wheel.class, Model.class, RACES);
    }

    @Test
    @Tag("racing")
    @DisplayName("TO-1 a timer is fired or cancelled, once, by threads that race")
    void timer_ofRacingThreads_isFiredOrCancelled() {
        Linearizability.stress(Wheel.class, Model.class, RACES);
    }

    /** One timer that everybody looks at, and others that come and go beside it. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    @Param(name = "ticks", gen = IntGen.class, conf = "0:3")
    public static final class Wheel {

        private static final long TICK = 1 << 20;

        private final TimerWheel wheel = new TimerWheel(Long.MAX_VALUE - 2 * TICK);
        private final Counting watched = new Counting();
        private final Counting[] others = new Counting[2];
        private long now = Long.MAX_VALUE - 2 * TICK; // the driver's alone

        private static final class Counting extends Timer {
            private volatile int fired;

            @Override
            @SuppressWarnings("NonAtomicVolatileUpdate") // fired once, or the test fails
            protected void fire(long lateNanos) {
                fired++;
            }
        }

        @Operation(runOnce = true)
        public boolean start(@Param(name = "slot") int slot, @Param(name = "ticks") int ticks) {
            return wheel.start(watched, Long.MAX_VALUE - 2 * TICK + ticks * TICK);
        }

        @Operation
        public boolean cancel(@Param(name = "slot") int slot) {
            return watched.cancel();
        }

        @Operation
        public void startAnother(@Param(name = "slot") int slot, @Param(name = "ticks") int ticks) {
            Counting another = new Counting();
            others[slot] = another;
            wheel.start(another, Long.MAX_VALUE - 2 * TICK + ticks * TICK);
        }

        @Operation
        public void cancelAnother(@Param(name = "slot") int slot) {
            if (others[slot] != null) {
                others[slot].cancel();
            }
        }

        /** Returns how often the timer has fired by then. */
        @Operation(nonParallelGroup = "driver")
        public int advance(@Param(name = "slot") int slot, @Param(name = "ticks") int ticks) {
            now += ticks * TICK;
            wheel.advance(now);
            return watched.fired;
        }

        @Alone
        @Operation
        public boolean isPending() {
            return watched.isPending();
        }
    }

    /** What one timer of a wheel is: a few flags. */
    public static final class Model {

        private long now;
        private long when;
        private boolean started;
        private boolean cancelled;
        private int fired;

        public boolean start(int slot, int ticks) {
            started = !cancelled;
            when = ticks;
            return started;
        }

        public boolean cancel(int slot) {
            if (cancelled || fired > 0) {
                return false;
            }
            cancelled = true;
            return true;
        }

        public void startAnother(int slot, int ticks) {}

        public void cancelAnother(int slot) {}

        public int advance(int slot, int ticks) {
            now += ticks;
            if (started && !cancelled && when <= now) {
                fired = 1;
            }
            return fired;
        }

        public boolean isPending() {
            return started && !cancelled && fired == 0;
        }
    }
}
