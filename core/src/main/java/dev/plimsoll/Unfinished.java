package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of all guards that are not over and that nobody else knows of: the asynchronous ones, and those that are tried
 * again. Who closes the guards waits for them here.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; one at a time may wait.
 */
final class Unfinished {

    private final Time time;
    private final Set<AsyncCall<?>> underway = ConcurrentHashMap.newKeySet();
    private final AtomicInteger retrying = new AtomicInteger();
    private volatile @Nullable Thread closing;

    Unfinished(Time time) {
        this.time = time;
    }

    /** An asynchronous call has begun. */
    void begins(AsyncCall<?> call) {
        underway.add(call);
    }

    /** An asynchronous call is over. */
    void ends(AsyncCall<?> call) {
        underway.remove(call);
        wakeClosing();
    }

    /** A call is tried again: it holds nothing while it pauses, and wants to run once more. */
    void retryBegins() {
        retrying.incrementAndGet();
    }

    /** A call that was tried again is over. */
    void retryEnds() {
        retrying.decrementAndGet();
        wakeClosing();
    }

    private void wakeClosing() {
        Thread waiting = closing;
        if (waiting != null) {
            time.unpark(waiting);
        }
    }

    /**
     * Waits until all are empty at once and no call is between two attempts: what runs in one of them may still call
     * another, and of a key that is new. An interrupt ends it.
     *
     * @param all asked again and again
     */
    void awaitEnd(Supplier<List<Bulkhead>> all, Deadline deadline) {
        closing = Thread.currentThread();
        try {
            boolean busy = true;
            while (busy && !deadline.expired()) {
                for (Bulkhead bulkhead : all.get()) {
                    boolean unused = bulkhead.awaitEnd(deadline);
                }
                while ((retrying.get() > 0 || !underway.isEmpty()) && !deadline.expired()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    time.parkUntil(this, time.precise() + Time.nanos(deadline.remaining()));
                }
                busy = all.get().stream()
                        .anyMatch(bulkhead -> bulkhead.snapshot().active() > 0);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        closing = null;
    }

    /** Cancels the asynchronous ones. */
    void cancel() {
        List.copyOf(underway).forEach(AsyncCall::cancel);
    }
}
