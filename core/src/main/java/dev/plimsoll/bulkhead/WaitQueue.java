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
