package dev.plimsoll.time;

import org.jspecify.annotations.Nullable;

/**
 * What {@link VirtualTime} knows about one registered thread: whether it runs or is parked, and for what.
 *
 * <p><b>Threading:</b> guarded by the lock of its {@link VirtualTime}.
 */
final class Seat {
    /** Later than any order drawn for a timer or a park at the same instant. */
    static final long LAST = Long.MAX_VALUE;

    final Thread thread;

    /** The thread counts as parked; it may still be on its way into the park, or on its way out of it. */
    boolean parked;

    /** Neither unpark nor interrupt ends this park. */
    boolean deaf;

    /** The park ends at an instant. */
    boolean bounded;

    long until;
    long order;

    @Nullable
    Object blocker;

    /** The next park returns at once. */
    boolean permit;

    /** Where threads take turns: the thread may go on, but another one works. */
    boolean waits;

    /** Where threads take turns: it was interrupted while it could not go on, and is to find its flag set then. */
    boolean struck;

    /** The park has ended because it could never have ended otherwise. */
    @Nullable
    String deadlock;

    Seat(Thread thread) {
        this.thread = thread;
    }

    /** Parks without limit. */
    void park(@Nullable Object blocker) {
        this.blocker = blocker;
        bounded = false;
        deaf = false;
        parked = true;
    }

    /** Parks until an instant; of several things at one instant the smaller order comes first. */
    void parkUntil(@Nullable Object blocker, long until, long order) {
        park(blocker);
        bounded = true;
        this.until = until;
        this.order = order;
    }

    /** Parks until an instant and after everything else that happens at it; nothing ends this park early. */
    void parkDeaf(Object blocker, long until) {
        parkUntil(blocker, until, LAST);
        deaf = true;
    }

    /** Whether an interrupt has ended the park, though the thread may not have noticed yet. */
    boolean isInterrupted() {
        return parked && !deaf && (struck || thread.isInterrupted());
    }

    /** Neither parked nor waiting for its turn. */
    boolean works() {
        return !parked && !waits;
    }

    /** Whether this park ends before something else happens. */
    boolean endsBefore(long instant, long itsOrder) {
        long apart = until - instant;
        return apart < 0 || (apart == 0 && order < itsOrder);
    }

    /** Who waits for what. */
    String describe() {
        String what;
        if (blocker instanceof Thread awaited) {
            what = "the end of thread " + awaited.getName();
        } else {
            try {
                what = String.valueOf(blocker);
            } catch (RuntimeException broken) {
                what = "something whose toString() threw " + broken.getClass().getName();
            }
        }
        return thread.getName() + " waits for " + what;
    }
}
