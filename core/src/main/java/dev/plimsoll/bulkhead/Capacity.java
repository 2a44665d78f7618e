package dev.plimsoll.bulkhead;

import org.jspecify.annotations.Nullable;

/**
 * How many may be inside of a {@link Bulkhead} at once, and how many threads that takes where it has its own: one for each
 * permit, and one for each body whose permit was given back before its end.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; changes come one after the other. There are never fewer
 * threads than permits need: growing begins with the threads, shrinking with the permits; and a permit that was given back too
 * early may be taken again by the end of its body before the timer's thread has come to count that it went back.
 */
final class Capacity {

    private final Permits permits;
    private final @Nullable Pool pool;
    private final Refusals refusals;
    private int busyWithout; // bodies whose permit was given back before their end, for a moment -1; guarded by this

    Capacity(Permits permits, @Nullable Pool pool, Refusals refusals) {
        this.permits = permits;
        this.pool = pool;
        this.refusals = refusals;
    }

    synchronized void resize(int maxConcurrent) {
        refusals.resized(maxConcurrent);
        if (pool == null) {
            permits.resize(maxConcurrent);
        } else if (maxConcurrent > permits.size()) {
            pool.resize(threadsFor(maxConcurrent));
            permits.resize(maxConcurrent);
        } else {
            permits.resize(maxConcurrent);
            pool.resize(threadsFor(maxConcurrent));
        }
    }

    /** Gives the permit of a body back whose thread is not free for another one, so the pool grows by one. */
    void releaseAbandoned() {
        try {
            moreThreads(1);
        } finally {
            permits.release();
        }
    }

    void takeAbandonedBack() {
        permits.takeAgain();
        moreThreads(-1);
    }

    private synchronized void moreThreads(int more) {
        busyWithout += more;
        if (pool != null) {
            pool.resize(threadsFor(permits.size()));
        }
    }

    /** Called with the lock. */
    private int threadsFor(int maxConcurrent) {
        return (int) Math.min(Integer.MAX_VALUE, (long) maxConcurrent + Math.max(0, busyWithout));
    }
}
