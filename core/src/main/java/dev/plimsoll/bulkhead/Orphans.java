package dev.plimsoll.bulkhead;

import dev.plimsoll.time.Time;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the work of a {@link Bulkhead} that runs on although its caller has given up.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Orphans {

    private final AtomicInteger count = new AtomicInteger();
    private final Time time;

    Orphans(Time time) {
        this.time = time;
    }

    void add(int more) {
        count.addAndGet(more);
    }

    int count() {
        return count.get();
    }

    Time time() {
        return time;
    }
}
