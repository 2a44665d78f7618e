package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A pulse that timers watch: one for each limit's length of the work, however often that beats. For those who write
 * engines.
 *
 * <p><b>Threading:</b> as {@link Pulse}; the timer thread watches.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public abstract class WatchedPulse extends Pulse {
    /*
     *     watch() ─► Watch ── fires: a younger beat? ── yes ──► the next Watch, a limit after that
     *                                 └── no ──► silent()
     *
     * Concurrency: end() ends the pulse, then cancels what it reads in `watch`; a timer writes its successor into `watch`,
     * then asks whether the pulse is alive: one of the two sees the other, so that no timer is left.
     */
    private final Time time;
    private volatile @Nullable Watch watch;

    /**
     * Not watched yet.
     *
     * @param time the clock
     * @param limitNanos how long the work may be silent
     * @param begun the instant at which it begins
     */
    protected WatchedPulse(Time time, long limitNanos, long begun) {
        super(time, limitNanos, begun);
        this.time = time;
    }

    /** Begins to watch; called once. */
    public final void watch() {
        Watch next = new Watch();
        watch = next;
        if (!isAlive()) {
            boolean unused = next.cancel();
        }
        time.startAt(next, due());
    }

    /**
     * The work is over; no timer is left.
     *
     * @return false when it had been silent for too long before
     */
    @Override
    public final boolean end() {
        boolean ended = super.end();
        Watch last = watch;
        if (last != null) {
            boolean unused = last.cancel();
        }
        return ended;
    }

    /**
     * The work has been silent for too long. Called once, by the timer thread.
     *
     * @param stalled whether the timer itself came more than 100 ms late: this process stood still
     */
    protected abstract void silent(boolean stalled);

    private final class Watch extends Timer {

        @Override
        protected void fire(long lateNanos) {
            if (expires(time.precise())) {
                silent(lateNanos > Time.LOCAL_STALL);
            } else if (isAlive()) {
                watch();
            }
        }
    }
}
