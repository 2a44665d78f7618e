package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The work of a {@link Bulkhead} that runs on although its caller has given up, and how old that gets.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Orphans {

    private final Set<Orphan> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final EngineSide bulkhead;
    private final Time time;
    private final Observers observers;
    private final Executor delivery;
    private volatile boolean closed;

    Orphans(EngineSide bulkhead, Time time, Observers observers) {
        this.bulkhead = bulkhead;
        this.time = time;
        this.observers = observers;
        this.delivery = observers.delivery(time);
    }

    /** Counts one more, until it has ended. Throws nothing: an engine is in the midst of letting it go. */
    Orphan add() {
        Duration abandonAfter = bulkhead.config().abandonAfter().orElse(Duration.ZERO);
        Orphan orphan = new Orphan(this, abandonAfter);
        all.add(orphan);
        if (!abandonAfter.isZero() && !closed) {
            watch(orphan, abandonAfter);
        }
        return orphan;
    }

    private void watch(Orphan orphan, Duration abandonAfter) {
        try {
            time.start(orphan.timer(), Time.nanos(abandonAfter));
        } catch (Throwable noTimer) { // no thread or no memory for it: it is counted, and never said to be old
            orphan.timer().cancel();
        }
        if (closed) {
            orphan.timer().cancel();
        }
    }

    /** Whether the permit of work that gets too old now is given back. */
    boolean releaseAbandoned() {
        return bulkhead.config().releaseAbandoned();
    }

    /** Called on the timer's thread. */
    void abandoned(Duration after, boolean releases) {
        int now = abandoned.incrementAndGet();
        if (releases) {
            bulkhead.capacity.releaseAbandoned();
        }
        if (observers.wantTransitions()) {
            WorkAbandoned event = new WorkAbandoned(bulkhead.name, now, after, releases);
            delivery.execute(() -> observers.tellTransition(event));
        }
    }

    void ended(Orphan orphan, boolean wasAbandoned, boolean wasReleased) {
        all.remove(orphan);
        if (wasAbandoned) {
            abandoned.decrementAndGet();
        }
        if (wasReleased) {
            bulkhead.capacity.takeAbandonedBack();
        }
    }

    /** No timer any more. */
    void close() {
        closed = true;
        all.forEach(each -> each.timer().cancel());
    }

    int count() {
        return all.size();
    }

    /** How many of them are older than they may get. */
    int countAbandoned() {
        return Math.max(0, abandoned.get());
    }

    Observers observers() {
        return observers;
    }

    Time time() {
        return time;
    }
}
