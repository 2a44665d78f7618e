package dev.plimsoll.bulkhead;

import org.jspecify.annotations.Nullable;

/**
 * Those who wait, first come, first served: a doubly linked list through the waiters themselves, so that one who gives up
 * leaves in constant time.
 *
 * <p><b>Threading:</b> guarded by the lock of the {@link Permits} it belongs to.
 */
final class WaitQueue {

    private @Nullable Waiter first;
    private @Nullable Waiter last;
    private volatile @Nullable Overload
            overload; // written under the lock, and read without it to ask whether it is there

    /** A list in the order of coming; with an overload to judge it, in the opposite order while that is on. */
    WaitQueue(@Nullable Overload overload) {
        this.overload = overload;
    }

    /** Whether somebody must look at it to know the order. */
    boolean isJudged() {
        return overload != null;
    }

    /** Judges the list by another measure from now on, or by none; those in it keep their places. */
    void judgeBy(@Nullable Overload other) {
        overload = other;
    }

    /** Judges the list, if it is judged, before anybody is put in or let go on. */
    void look(long now) {
        Overload judge = overload;
        if (judge != null && first != null) {
            judge.look(now, first.asked());
        }
    }

    /** Whose turn it is. */
    @Nullable
    Waiter next() {
        Overload judge = overload;
        return judge != null && judge.isOn() ? last : first;
    }

    /** The oldest, if it has waited too long. */
    @Nullable
    Waiter tooLate(long now) {
        Overload judge = overload;
        return judge != null && first != null && judge.isTooLate(now, first.asked()) ? first : null;
    }

    @Nullable
    Waiter first() {
        return first;
    }

    void append(Waiter waiter) {
        Waiter tail = last;
        waiter.before = tail;
        last = waiter;
        if (tail == null) {
            first = waiter;
        } else {
            tail.after = waiter;
        }
    }

    /** Takes out a waiter that is in the list, and says why. */
    void remove(Waiter waiter, Waiter.Fate fate) {
        Waiter before = waiter.before;
        Waiter after = waiter.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        waiter.before = null;
        waiter.after = null;
        waiter.fate = fate;
    }
}
