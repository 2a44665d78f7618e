package dev.plimsoll.bulkhead;

import dev.plimsoll.time.Time;

/**
 * Judges whether the queue of a {@link Permits} stands, by how long its oldest waiter has been waiting whenever somebody
 * comes or goes on.
 *
 * <p><b>Threading:</b> guarded by the lock of the permits.
 */
final class Overload {
    /*
     *             the oldest waited > target               and so at every look for an interval
     *     CALM ────────────────────────────► SUSPECTED ──────────────────────────────────► OVERLOADED
     *      ▲ ▲ first in, first out             │  first in, first out          last in, first out; those who waited
     *      │ └─── the oldest waited ≤ target ──┘                               > 2 · target are refused
     *      │                                   │                                            │
     *      └───────────── nobody waited > target for an interval ───────────────────────────┘
     *
     * A queue that empties now and then absorbs a burst, and order is fair. One that stands only makes everybody late:
     * served in order, each caller gets its permit when it has nearly given up. So then the newest goes first, which is
     * still in time, and those who waited too long are told at once, to go elsewhere.
     *
     * The waiting times of an overloaded queue are short because late waiters are refused, which is why one short look
     * does not end OVERLOADED. Between two looks the queue may have been empty, or have had nobody to look at it: how
     * long nobody waited is the time from the last long look to when the now oldest waiter came.
     *
     * Target and interval are those of CoDel (K. Nichols, V. Jacobson, RFC 8289), 5 ms and 100 ms; that the limit is twice
     * the target while overloaded is from the CoDel of the Folly library; to serve the newest first then is adaptive LIFO
     * (B. Maurer: Fail at Scale, ACM Queue 13 (8), 2015).
     */
    private enum Stage {
        CALM,
        SUSPECTED,
        OVERLOADED
    }

    private final long target;
    private final long interval;
    private final long limit;
    private Stage stage = Stage.CALM;
    private long since; // when the present SUSPECTED began
    private long lastLong; // the last look at somebody who had waited > target; means nothing when CALM

    Overload(long targetNanos, long intervalNanos) {
        this.target = targetNanos;
        this.interval = intervalNanos;
        this.limit = targetNanos > Time.LONGEST / 2 ? Time.LONGEST : 2 * targetNanos;
    }

    /**
     * Takes a look at the queue, before anybody is let go on or put in.
     *
     * @param now an instant
     * @param asked since when the oldest waits
     */
    void look(long now, long asked) {
        if (asked - lastLong >= interval) {
            stage = Stage.CALM;
        }
        if (now - asked <= target) {
            stage = stage == Stage.OVERLOADED ? stage : Stage.CALM;
            return;
        }
        if (stage == Stage.CALM) {
            stage = Stage.SUSPECTED;
            since = now;
        } else if (now - since >= interval) {
            stage = Stage.OVERLOADED;
        }
        lastLong = now;
    }

    boolean isOn() {
        return stage == Stage.OVERLOADED;
    }

    /** Whether who waits since then is to be refused. */
    boolean isTooLate(long now, long asked) {
        return isOn() && now - asked > limit;
    }
}
