package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * One place in the queue of a {@link Bulkhead}, linked into the list of its {@link Permits}.
 *
 * <p><b>Threading:</b> belongs to the thread that asked. Links and state change under the lock of the permits only.
 */
final class Waiter extends Admission.Wait {

    /** What became of a place; it leaves WAITING once. */
    enum Fate {
        WAITING,
        GRANTED,
        ABANDONED,
        SHUT_OUT
    }

    final Thread thread = Thread.currentThread();
    volatile Fate fate = Fate.WAITING;

    @Nullable
    Waiter before;

    @Nullable
    Waiter after;

    private final Bulkhead bulkhead;
    private final long asked;
    private final long until;
    private boolean counted;

    Waiter(Bulkhead bulkhead, long now, long maxWaitNanos) {
        this.bulkhead = bulkhead;
        this.asked = now;
        this.until = now + maxWaitNanos;
    }

    @Override
    public @Nullable Leave granted() {
        return fate == Fate.GRANTED ? bulkhead.leave() : null;
    }

    @Override
    public boolean abandon() {
        return bulkhead.permits().abandon(this);
    }

    /* A closed bulkhead has nothing to wait for: the time is up since the beginning. */
    @Override
    public long until() {
        return fate == Fate.SHUT_OUT ? asked : until;
    }

    @Override
    public Rejection timedOut() {
        boolean first = !counted;
        counted = true;
        return bulkhead.refuseWaiter(fate == Fate.SHUT_OUT, first);
    }
}
