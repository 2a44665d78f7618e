package dev.plimsoll.breaker;

import dev.plimsoll.call.Observers;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the transitions of one breaker in their order, one at a time, outside any lock.
 *
 * <p><b>Threading:</b> whoever publishes first delivers for all; the others return at once. A transition whose
 * predecessor was decided but is not queued yet waits for it: the thread that queues the missing one delivers both.
 */
final class TransitionQueue {

    private final Observers observers;
    private final ConcurrentHashMap<Long, CircuitTransition> queued = new ConcurrentHashMap<>();
    private final AtomicInteger work = new AtomicInteger();
    private volatile boolean waiting;
    private long next = 1; // touched only by the thread that delivers

    TransitionQueue(Observers observers) {
        this.observers = observers;
    }

    /** Queues a transition; a call of {@link #publish()} must follow. */
    void add(CircuitTransition transition) {
        queued.put(transition.sequence(), transition);
        waiting = true;
    }

    /** Delivers what is queued. An {@link Error} of an observer is rethrown when all is delivered. */
    void publish() {
        if (!waiting || work.getAndIncrement() != 0) {
            return;
        }
        Error thrown = null;
        int missed = 1;
        do {
            waiting = false;
            @Nullable CircuitTransition transition;
            while ((transition = queued.remove(next)) != null) {
                next++;
                try {
                    observers.tellTransition(transition);
                } catch (Error e) {
                    thrown = thrown == null ? e : thrown;
                }
            }
            missed = work.addAndGet(-missed);
        } while (missed != 0);
        if (thrown != null) {
            throw thrown;
        }
    }
}
