package dev.plimsoll.breaker;

import dev.plimsoll.call.Observers;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the transitions of one breaker in their order, one at a time, outside any lock.
 *
 * <p>The queue is the chain of episodes, each of which knows the one before it until it has been told: the
 * compare-and-set that makes a transition queues it, too, so that none can get lost in between.
 *
 * <p><b>Threading:</b> whoever publishes first delivers for all; the others return at once.
 */
final class TransitionQueue {

    /*
     * Concurrency: one thread at a time holds `delivering`. It clears `waiting`, then reads the newest episode, and looks
     * at `waiting` again once it has let go. Who made a transition sets `waiting`, then tries to take `delivering`: if it
     * is held, its holder has not let go yet, and will see `waiting`.
     *
     * A thread may run out of stack at any call it makes, in a finally block as well: what a failure must leave behind
     * is written to fields, without a call. Then whoever publishes next goes on where this one stopped.
     */

    private static final VarHandle DELIVERING = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "delivering", VarHandle.class, TransitionQueue.class, Thread.class);

    private final String name;
    private final Observers observers;
    private volatile @Nullable Thread delivering;
    private Episode last; // the newest that was told; touched only by the thread that delivers

    /** There is a transition to be told: set by who made it, by a plain write, see above; then it must publish. */
    volatile boolean waiting;

    TransitionQueue(String name, Observers observers, Episode first) {
        this.name = name;
        this.observers = observers;
        this.last = first;
    }

    /** Delivers what is queued. An {@link Error} of an observer is rethrown when all is delivered. */
    void publish(BreakerFront breaker) {
        if (waiting) {
            deliverAll(breaker, Thread.currentThread());
        }
    }

    private void deliverAll(BreakerFront breaker, Thread self) {
        if (delivering == self) { // an observer's own doing: told after what it hears
            return;
        }
        Error thrown = null;
        while (waiting) {
            boolean done = false;
            try {
                if (!DELIVERING.compareAndSet(this, null, self)) {
                    break;
                }
                waiting = false;
                Error next = deliver(breaker.present().episode());
                thrown = thrown == null ? next : thrown;
                done = true;
            } finally {
                if (delivering == self) {
                    if (!done) {
                        waiting = true;
                    }
                    delivering = null;
                }
            }
        }
        if (thrown != null) {
            throw thrown;
        }
    }

    private @Nullable Error deliver(Episode newest) {
        Deque<Episode> untold = new ArrayDeque<>();
        for (Episode each = newest; each != null && each != last; each = each.previous()) {
            untold.push(each);
        }
        Error thrown = null;
        for (Episode each : untold) {
            CircuitTransition transition = each.told(name, last);
            last = each;
            try {
                observers.tellTransition(transition);
            } catch (Error e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        return thrown;
    }
}
