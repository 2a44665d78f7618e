package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Episode;
import dev.plimsoll.call.Observers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final String name;
    private final Observers observers;
    private final AtomicInteger work = new AtomicInteger();
    private volatile boolean waiting;
    private Episode last; // the newest that was told; touched only by the thread that delivers

    TransitionQueue(String name, Observers observers, Episode first) {
        this.name = name;
        this.observers = observers;
        this.last = first;
    }

    /** There is a transition to be told; a call of {@link #publish} must follow. */
    void announce() {
        waiting = true;
    }

    /** Delivers what is queued. An {@link Error} of an observer is rethrown when all is delivered. */
    void publish(BreakerFront breaker) {
        if (!waiting || work.getAndIncrement() != 0) {
            return;
        }
        Error thrown = null;
        int missed = 1;
        try {
            do {
                waiting = false;
                Error next = deliver(breaker.present().episode());
                thrown = thrown == null ? next : thrown;
                missed = work.addAndGet(-missed);
            } while (missed != 0);
        } finally {
            if (missed != 0) { // out of stack or memory: whoever publishes next goes on
                waiting = true;
                work.set(0);
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
