package dev.plimsoll.bulkhead;

import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.List;

/**
 * Those who wait until no permit of a {@link Permits} is out.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Who waits says so and then reads the count; who gives the
 * last permit back changes the count and then looks whether somebody waits: one of the two sees the other.
 */
final class Watchers {

    private final Permits permits;
    private final Time time;
    private final List<Thread> threads = new ArrayList<>(); // guarded by this
    private volatile boolean any;

    Watchers(Permits permits, Time time) {
        this.permits = permits;
        this.time = time;
    }

    /**
     * Waits until no permit is out.
     *
     * @param until an instant of {@link Time#precise()}; ignored when {@code bounded} is false
     */
    boolean await(boolean bounded, long until) throws InterruptedException {
        Thread me = Thread.currentThread();
        synchronized (this) {
            threads.add(me);
            any = true;
        }
        try {
            while (Permits.active(permits.word()) != 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (!bounded) {
                    time.park(this);
                } else if (until - time.precise() > 0) {
                    time.parkUntil(this, until);
                } else {
                    return false;
                }
            }
            return true;
        } finally {
            synchronized (this) {
                threads.remove(me);
                any = !threads.isEmpty();
            }
        }
    }

    /** Called when the last permit has come back. */
    void wake() {
        if (any) {
            List<Thread> all;
            synchronized (this) {
                all = List.copyOf(threads);
            }
            all.forEach(time::unpark);
        }
    }

    @Override
    public String toString() {
        return "the last permit to come back";
    }
}
