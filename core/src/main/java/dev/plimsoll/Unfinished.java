package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
    /*
     * An asynchronous call has a place of its own, mostly in the line of the thread that begins it:
     *
     *     free ── begins() ──► BEGINNING ── endsAtOnce() ────────────────► free
     *                              └──── pends() ──► its future ── ends() ──► free
     *
     * Who finds no room there, and who is called from inside of another call, is counted in `crowded` to its end, and kept in
     * `others` once it is pending.
     *
     * Whoever looks whether there is any reads one place after the other, which is no snapshot: a call that begins behind his
     * back, and ends the only other one before he comes to that, would be missed. Once the guards are closed only calls from
     * inside of others begin. They are in one word, which is read last: they are counted before the one around them ends, be
     * it in a place, in that word, or between two attempts, which are looked at first.
     *
     * Concurrency: to begin is a compare-and-set, and so before the look whether the guards are closed: who closes them sees
     * the place taken, or is seen. Its future is there before the look whether the waiting is over: it is cancelled by who
     * closes, or by itself. A place is given back by a write that nothing waits for; whoever gave it back may miss that
     * somebody has just begun to wait. That one looks again by himself, after a millisecond first, and then ever less often.
     */
    private static final VarHandle TAKEN = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle PENDING = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int LINE = 32; // 128 bytes: processors fetch lines of 64 in pairs
    private static final int LINES = lines(Runtime.getRuntime().availableProcessors());
    private static final int NONE = -1;
    private static final long SOON = 1_000_000;
    private static final long LATEST = 1_000_000_000;

    private final Time time;
    private final int[] taken =
            new int[LINE * LINES]; // apart from the futures: a collector wants no word about a number
    private final @Nullable Object[] pending = new @Nullable Object[LINE * LINES];
    private final Set<AsyncFuture<?>> others = ConcurrentHashMap.newKeySet();
    private final AtomicInteger crowded = new AtomicInteger();
    private final AtomicInteger retrying = new AtomicInteger();
    private volatile @Nullable Thread closing;

    Unfinished(Time time) {
        this.time = time;
    }

    /** A power of two: as many as twice the processors or more, 32 at most. */
    private static int lines(int processors) {
        return Integer.highestOneBit(4 * Math.min(16, processors) - 1);
    }

    /**
     * An asynchronous call begins; gives back its place.
     *
     * @param nested whether it is called from inside of another one
     */
    @SuppressWarnings("deprecation") // threadId() is newer than the Java this is compiled for
    int begins(boolean nested) {
        if (nested) {
            crowded.incrementAndGet();
            return NONE;
        }
        int first = ((int) Thread.currentThread().getId() * LINE) & (LINE * LINES - 1);
        return TAKEN.compareAndSet(taken, first, 0, 1) ? first : beginsFurtherOn(first);
    }

    private int beginsFurtherOn(int first) {
        for (int i = 1; i < LINE; i++) {
            int place = (first + i) & (LINE * LINES - 1);
            if ((int) TAKEN.getVolatile(taken, place) == 0 && TAKEN.compareAndSet(taken, place, 0, 1)) {
                return place;
            }
        }
        crowded.incrementAndGet();
        return NONE;
    }

    /** A call that has begun is over before anybody had to wait for it. */
    void endsAtOnce(int place) {
        if (place == NONE) {
            crowded.decrementAndGet();
        } else {
            TAKEN.setRelease(taken, place, 0);
        }
        wakeClosing();
    }

    /** A call that has begun goes on without its caller; this is how to cancel it. */
    void pends(int place, AsyncFuture<?> future) {
        if (place == NONE) {
            others.add(future);
        } else {
            PENDING.setVolatile(pending, place, future);
        }
    }

    /** A call that went on without its caller is over. */
    void ends(int place, AsyncFuture<?> future) {
        if (place == NONE) {
            others.remove(future);
            crowded.decrementAndGet();
        } else {
            PENDING.setRelease(pending, place, null);
            TAKEN.setRelease(taken, place, 0);
        }
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
                awaitCalls(deadline);
                busy = all.get().stream()
                        .anyMatch(bulkhead -> bulkhead.snapshot().active() > 0);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        closing = null;
    }

    private void awaitCalls(Deadline deadline) throws InterruptedException {
        long nextLook = SOON;
        boolean again = retrying.get() > 0;
        boolean asynchronous = isAnyUnderway();
        while ((asynchronous || again) && !deadline.expired()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = Time.nanos(deadline.remaining());
            time.parkUntil(this, time.precise() + (asynchronous ? Math.min(left, nextLook) : left));
            nextLook = Math.min(2 * nextLook, LATEST);
            again = retrying.get() > 0;
            asynchronous = isAnyUnderway();
        }
    }

    /** Whether an asynchronous call is not over. */
    boolean isAnyUnderway() {
        for (int place = 0; place < taken.length; place++) {
            if ((int) TAKEN.getVolatile(taken, place) != 0) {
                return true;
            }
        }
        return crowded.get() > 0;
    }

    /** Cancels the asynchronous ones that go on without their callers; the others look whether it is over by themselves. */
    void cancel() {
        for (int place = 0; place < pending.length; place++) {
            if (PENDING.getVolatile(pending, place) instanceof AsyncFuture<?> future) {
                boolean unused = future.cancel(true);
            }
        }
        for (AsyncFuture<?> each : List.copyOf(others)) {
            boolean unused = each.cancel(true);
        }
    }
}
