package dev.plimsoll.time;

import org.jspecify.annotations.Nullable;

/**
 * Notices that this process stood still, while anybody watches: a timer that comes late, every 50 ms.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Stalls {
    /*
     *      watchers:  0 ──watch()──▶ 1 ──watch()──▶ 2 …         tick ── 50 ms ──▶ tick ── 50 ms ──▶ tick
     *                   ◀──close()──   ◀──close()──                      the process is stopped here: ╰─ late ─▶ tick
     *
     * A stop that begins between two ticks is seen from the later one on, so up to 50 ms of it are missed: a shorter one
     * may be missed wholly. Whoever asks after the process was continued and before the timer thread has come to it sees
     * that a tick is overdue: what stood still is known to the first thread that asks.
     *
     * Concurrency: everything is guarded by the lock of `late`, which timers take too, for a few instructions. A tick that
     * was cancelled or replaced finds another one, or none, in `pending`, and does nothing.
     */
    static final long PERIOD = 50_000_000;

    private final Time time;
    private final LateTicks late = new LateTicks();
    private int watchers;
    private @Nullable Tick pending;
    private long due;

    Stalls(Time time) {
        this.time = time;
    }

    StallWatch watch() {
        synchronized (late) {
            if (pending == null) { // or the last tick could not start another one, for want of memory say
                next();
            }
            watchers++;
        }
        return new StallWatch(this::leave);
    }

    private void leave() {
        synchronized (late) {
            watchers--;
            Tick last = pending;
            if (watchers == 0 && last != null) {
                pending = null;
                boolean unused = last.cancel();
            }
        }
    }

    /** Called with the lock. */
    private void next() {
        Tick next = new Tick();
        long instant = time.precise() + PERIOD;
        time.startAt(next, instant);
        due = instant;
        pending = next;
    }

    /** How long this process stood still since an instant; see {@link Time#lateness(long)}. */
    long lateness(long since) {
        synchronized (late) {
            long now = time.precise();
            long overdue = pending == null ? 0 : now - due;
            return late.since(since) + (overdue > CoarseClock.LATE ? LateTicks.part(overdue, now - since) : 0);
        }
    }

    private final class Tick extends Timer {

        @Override
        protected void fire(long lateNanos) {
            synchronized (late) {
                if (pending != this) {
                    return;
                }
                pending = null;
                if (lateNanos > CoarseClock.LATE) {
                    late.add(due + lateNanos, lateNanos);
                }
                next();
            }
        }
    }
}
