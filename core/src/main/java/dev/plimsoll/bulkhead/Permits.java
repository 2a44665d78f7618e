package dev.plimsoll.bulkhead;

import dev.plimsoll.time.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the permits of a {@link Bulkhead} and keeps those who wait for one, first come, first served; or, when
 * the queue is judged by an {@link Overload} and stands, last come, first served.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Nothing here waits.
 */
final class Permits {
    /*
     * One word holds both counts, and is the only memory that calls share:
     *
     *          63 ........ 32 31 ......... 0
     *         [   waiting    |   active     ]
     *
     *                 release (fast)                         release: one of them gets the permit
     *                   active - 1                             waiting - 1, active the same
     *                 ┌───────────┐                          ┌───────────┐
     *                 ▼           │     enqueue [lock]       ▼           │
     *    enter ──► NOBODY WAITS ──┴───────────────────► SOMEBODY WAITS ──┤
     *    (fast)   active ≤ max    ◄─────────────────────  active ≥ max   │
     *   active + 1     ▲               last grant,           ▲           │
     *     └────────────┘            abandon, shut out        └───────────┘
     *                                    [lock]        release above max: active - 1
     *
     * Invariants
     *   I1  active is the number of permits that were given and not settled. Only enter and takeAgain add one to it, only
     *       release takes one away, and a grant hands the one that is being released to a waiter.
     *   I2  waiting is the length of the queue (between two holders of the lock).
     *   I3  While waiting > 0 the word changes under the lock only: both fast paths are a compare-and-set from a word
     *       that has waiting = 0. So whoever holds the lock and sees waiting > 0 may write without a race.
     *   I4  waiting > 0 implies active ≥ max, whenever the lock is free.
     *   I5  The fate of a waiter leaves WAITING once, under the lock, together with its link and its count.
     *
     * No wake-up is lost. A waiter is counted by one compare-and-set from a word that shows active ≥ max, inside the lock
     * in which it is also linked. Thread A releases meanwhile: either its own compare-and-set came first, then the
     * waiter's fails and sees the free permit; or it came later, fails, sees waiting > 0, takes the lock and finds the
     * waiter linked. A growing maximum is written under the same lock, and grants there until I4 holds again.
     *
     * No permit leaks. A grant and an abandonment exclude each other (I5): the one who gives up either takes the place
     * out before a release looks at the queue, or is told that the permit is his, to be settled. A permit that was
     * released while somebody waits is never free in between, so nobody who comes later takes it past the queue (I3). Who
     * in the queue gets it is the queue's to say: the first, so that nobody overtakes; while overloaded the last, so that
     * everybody may. Those who waited too long then leave in the same way as those who give up, by I2, I3 and I5.
     *
     * Shrinking lowers the maximum and returns; releases above it take one away instead of granting, down to the new
     * maximum. An enter that had read the old maximum may still pass: it overlaps the call of resize, and counts as
     * having come before. A closed bulkhead is one whose maximum is 0, so that the fast path needs no other flag.
     *
     * Waking happens after the lock is free; a thread that is woken for nothing looks and parks again.
     */

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long ONE_WAITING = 1L << 32;
    /* The word has 128 bytes before and behind it for itself: a cache line, and the one that is fetched along with it. */
    private static final int WORD = 16;
    private static final int CELLS = 2 * WORD;

    private final long[] cells = new long[CELLS];
    private final Time time;
    private final Object lock = new Object();
    /* Guarded by lock: the queue, and every write of the four below. */
    private final WaitQueue queue;
    private volatile int max;
    private volatile int size;
    private volatile int maxWaiting;
    private volatile boolean closed;
    private final Watchers watchers;

    Permits(int size, int maxWaiting, @Nullable Overload overload, Time time) {
        this.queue = new WaitQueue(overload);
        this.watchers = new Watchers(this, time);
        this.size = size;
        this.max = size;
        this.maxWaiting = maxWaiting;
        this.time = time;
    }

    static int active(long word) {
        return (int) word;
    }

    static int waiting(long word) {
        return (int) (word >>> 32);
    }

    /** Both counts, as they were together at one moment. */
    long word() {
        return (long) CELL.getVolatile(cells, WORD);
    }

    /** The configured maximum, also when closed. */
    int size() {
        return size;
    }

    int maxWaiting() {
        return maxWaiting;
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes a permit if one is free; never waits and takes no lock. */
    boolean tryTake() {
        while (true) {
            long word = word();
            if (word >= max) { // who waits is counted in the upper half
                return false;
            }
            if (replace(word, word + 1)) {
                return true;
            }
        }
    }

    /** Whether somebody who asked now would surely have to be refused as full. May be wrong a moment later. */
    boolean isFull() {
        long word = word();
        int most = max;
        // Without any permits it is being closed, which is not the same as full: who asks under the lock is told.
        return most != 0 && !queue.isJudged() && active(word) >= most && waiting(word) >= maxWaiting;
    }

    /** Takes a permit, or the last place in the queue, or neither. */
    Entry takeOrQueue(Waiter waiter) {
        List<Waiter> late;
        Entry entry;
        synchronized (lock) {
            queue.look(waiter.asked());
            late = takeOutTooLate(waiter.asked());
            do {
                entry = entryNow(waiter);
            } while (entry == null);
        }
        try {
            wake(late);
        } catch (Throwable noStack) { // who asked will not come to know that there is something to give back
            if (entry == Entry.TAKEN || (entry == Entry.QUEUED && !abandon(waiter))) {
                release();
            }
            throw noStack;
        }
        return entry;
    }

    /* Called with the lock held; null when the word has changed meanwhile. */
    private @Nullable Entry entryNow(Waiter waiter) {
        long word = word();
        if (closed) {
            return Entry.CLOSED;
        }
        boolean free = waiting(word) == 0 && active(word) < max;
        if (!free && waiting(word) >= maxWaiting) {
            return Entry.FULL;
        }
        if (!replace(word, word + (free ? 1 : ONE_WAITING))) {
            return null;
        }
        if (free) {
            return Entry.TAKEN;
        }
        queue.append(waiter);
        return Entry.QUEUED;
    }

    /** Gives a permit back. One that nobody holds is ignored, so that the counts cannot go below zero. */
    void release() {
        long word;
        do {
            word = word();
            if (waiting(word) != 0) {
                releaseToWaiter();
                return;
            }
            if (active(word) == 0) {
                return;
            }
        } while (!replace(word, word - 1));
        if (active(word) == 1) {
            watchers.wake();
        }
    }

    /** Takes a permit whether one is free or not; for a holder whose permit was given back too early. */
    void takeAgain() {
        synchronized (lock) {
            boolean taken = false;
            while (!taken) {
                long word = word();
                taken = replace(word, word + 1);
            }
        }
    }

    private void releaseToWaiter() {
        Waiter next = null;
        List<Waiter> late = List.of();
        synchronized (lock) {
            long word = word();
            if (waiting(word) != 0) {
                if (active(word) > max) {
                    replace(word, word - 1);
                    return;
                }
                long now = queue.isJudged() ? time.precise() : 0;
                queue.look(now);
                next = grant(word, word - ONE_WAITING);
                late = takeOutTooLate(now);
            }
        }
        if (next == null) {
            release();
            return;
        }
        try {
            next.wake(time);
        } finally {
            wake(late);
        }
    }

    /**
     * Gives a place in the queue up.
     *
     * @return false when the permit had been granted already
     */
    boolean abandon(Waiter waiter) {
        synchronized (lock) {
            if (waiter.fate == Waiter.Fate.WAITING) {
                takeOut(waiter, Waiter.Fate.ABANDONED);
            }
            return waiter.fate != Waiter.Fate.GRANTED;
        }
    }

    /** Sets the maximum. Returns at once; when it shrinks, those above it keep their permits until they are done. */
    void resize(int newSize) {
        Waiter granted = null;
        synchronized (lock) {
            size = newSize;
            if (closed) {
                return;
            }
            max = newSize;
            Waiter tail = null;
            for (long word = word(); waiting(word) > 0 && active(word) < newSize; word = word()) {
                Waiter next = grant(word, word + 1 - ONE_WAITING);
                granted = granted == null ? next : granted;
                tail = chained(tail, next);
            }
        }
        wake(granted);
    }

    /** Changes how many may wait from now on. Those who wait already keep their places. */
    void requeue(int newMaxWaiting) {
        synchronized (lock) {
            maxWaiting = newMaxWaiting;
        }
    }

    /** Changes by what the queue is judged; null for nothing. Those who wait already keep their places. */
    void judgeBy(@Nullable Overload overload) {
        synchronized (lock) {
            queue.judgeBy(overload);
        }
    }

    /** Refuses everybody who waits or comes from now on. Those who hold a permit keep it. */
    void close() {
        Waiter shutOut = null;
        synchronized (lock) {
            max = 0; // first: whoever is told that this is closed comes when nobody gets in any more
            closed = true;
            Waiter tail = null;
            for (Waiter each = queue.first(); each != null; each = queue.first()) {
                takeOut(each, Waiter.Fate.SHUT_OUT);
                shutOut = shutOut == null ? each : shutOut;
                tail = chained(tail, each);
            }
        }
        wake(shutOut);
    }

    /** Those who wait until no permit is out. */
    Watchers watchers() {
        return watchers;
    }

    /*
     * Called with the lock held: whom to wake, without it, to be told that they have waited too long. Those that there is no
     * memory for stay until the next look: a permit may be on its way back, or to somebody, and that must not fail.
     */
    private List<Waiter> takeOutTooLate(long now) {
        List<Waiter> late = List.of();
        try {
            for (Waiter each = queue.tooLate(now); each != null; each = queue.tooLate(now)) {
                late = late.isEmpty() ? new ArrayList<>() : late;
                late.add(each);
                takeOut(each, Waiter.Fate.TOO_LATE);
            }
        } catch (VirtualMachineError noMemory) {
            return late;
        }
        return late;
    }

    /* Called with the lock held. */
    private void takeOut(Waiter waiter, Waiter.Fate fate) {
        queue.remove(waiter, fate);
        long word = word();
        replace(word, word - ONE_WAITING);
    }

    /* Called with the lock held: whoever is out of the queue needs his link no more, so that a chain of them takes no memory. */
    private static Waiter chained(@Nullable Waiter tail, Waiter next) {
        if (tail != null) {
            tail.after = next;
        }
        return next;
    }

    private void wake(@Nullable Waiter decided) {
        Waiter each = decided;
        while (each != null) {
            Waiter next = each.after;
            each.after = null;
            each.wake(time);
            each = next;
        }
    }

    private void wake(List<Waiter> decided) {
        for (int i = 0; i < decided.size(); i++) { // without an object: a permit may be out by now
            decided.get(i).wake(time);
        }
    }

    /* Called with the lock held. */
    private Waiter grant(long word, long granted) {
        Waiter next = queue.next();
        if (next == null) {
            throw new IllegalStateException("counted " + waiting(word) + " waiting, but the queue is empty");
        }
        replace(word, granted);
        queue.remove(next, Waiter.Fate.GRANTED);
        return next;
    }

    private boolean replace(long from, long to) {
        return CELL.compareAndSet(cells, WORD, from, to);
    }
}
