package dev.plimsoll.breaker;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Wakes a breaker when time alone ends its state. There is one timer at most, and it acts only on the episode that it
 * was set in. Where none can be started, for want of a thread say, the next call moves the breaker on, as it does where
 * nobody listens; and the next change of state tries again to set one.
 *
 * <p><b>Threading:</b> setting is serialized and looks at the state and at the observers of that moment, so that the last
 * one to set it sets it right.
 */
final class BreakerAlarm {

    private final BreakerFront breaker;
    private final Time time;
    private final Executor delivery;
    private @Nullable Ring ring;
    private boolean stopped;

    BreakerAlarm(BreakerFront breaker, Time time) {
        this.breaker = breaker;
        this.time = time;
        this.delivery = breaker.observers.delivery(time);
    }

    /**
     * Sets the timer for the present state; or none, where time ends nothing or nobody would hear of it. Throws nothing:
     * the state has changed already, and whoever changed it is in the midst of entering or settling.
     */
    synchronized void set() {
        silence();
        State state = breaker.present();
        if (!stopped && state.hasDue() && !breaker.observers.isEmpty()) {
            start(state);
        }
    }

    private void silence() {
        Ring before = ring;
        ring = null;
        try {
            if (before != null) {
                before.cancel();
            }
        } catch (Throwable noMemory) {
            return; // to count that it will not ring, which is decided by then
        }
    }

    private void start(State state) {
        Ring next = null;
        try {
            next = new Ring(state.episode());
            time.start(next, state.due() - time.precise());
            ring = next;
        } catch (Throwable noTimer) { // no thread or no memory for it
            if (next != null) {
                next.cancel();
            }
        }
    }

    /** No timer any more. */
    synchronized void stop() {
        stopped = true;
        set();
    }

    private final class Ring extends Timer {

        private final Episode episode;

        Ring(Episode episode) {
            this.episode = episode;
        }

        @Override
        protected void fire(long lateNanos) {
            breaker.wake(episode);
            delivery.execute(breaker::publish);
        }
    }
}
