package dev.plimsoll.drain;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the units of a {@link Drain} that are under way, and knows the names of those that have one.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing here waits.
 */
final class Underway {
    /*
     * One word, so that admission and draining cannot race:
     *
     *        63        62        61 ...... 31 30 ....... 0
     *     [stopped | draining | at the start |   count    ]
     *
     * enter      compare-and-set from a word without "draining" to count + 1: none can follow the one that sets it
     * drain      sets "draining" and copies the count into "at the start", in one step
     * leave      count - 1; whoever gets from 1 to 0 with "draining" set is the last one out
     * stop       sets "stopped", once: compare-and-set by the last one out, by drain itself if nobody was in, or by
     *            whoever finds that the time is up. The count that the winner saw was cut off, the rest of those at the
     *            start had drained.
     *
     * Named units change the word and the list of names under one lock, and so does stop, so that the names in the
     * report are those of units that were counted as cut off. Units without a name take no lock.
     */
    static final long STOPPED = 1L << 63;
    static final long DRAINING = 1L << 62;
    private static final int START_SHIFT = 31;
    private static final long COUNT = (1L << START_SHIFT) - 1;
    private static final int MOST_NAMES = 100;
    private static final VarHandle WORD = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "word", VarHandle.class, Underway.class, long.class);

    private volatile long word;

    private final Object lock = new Object();
    /* Guarded by lock. */
    private @Nullable Unit first;
    private @Nullable Unit last;

    static long count(long word) {
        return word & COUNT;
    }

    static long atStart(long word) {
        return word >>> START_SHIFT & COUNT;
    }

    static boolean isDraining(long word) {
        return (word & DRAINING) != 0;
    }

    static boolean isStopped(long word) {
        return (word & STOPPED) != 0;
    }

    long word() {
        return word;
    }

    /** Counts a unit in, unless draining has begun. */
    boolean enter(Unit unit) {
        if (unit.label() == null) {
            return countIn();
        }
        synchronized (lock) {
            if (!countIn()) {
                return false;
            }
            append(unit);
            return true;
        }
    }

    private boolean countIn() {
        while (true) {
            long now = word;
            if (isDraining(now)) {
                return false;
            }
            if (count(now) == COUNT) {
                throw new IllegalStateException("more than " + COUNT + " units are under way");
            }
            if (WORD.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    /**
     * Counts a unit out.
     *
     * @return the word as this left it
     */
    long leave(Unit unit) {
        if (unit.label() == null) {
            return countOut();
        }
        synchronized (lock) {
            remove(unit);
            return countOut();
        }
    }

    private long countOut() {
        return (long) WORD.getAndAdd(this, -1L) - 1;
    }

    /**
     * Lets nobody in any more.
     *
     * @return the word as this, or an earlier call, left it
     */
    long drain() {
        while (true) {
            long now = word;
            if (isDraining(now)) {
                return now;
            }
            long draining = now | DRAINING | count(now) << START_SHIFT;
            if (WORD.compareAndSet(this, now, draining)) {
                return draining;
            }
        }
    }

    /**
     * Ends the draining.
     *
     * @param force whether also with units under way, which are then cut off
     * @param elapsedNanos how long it has lasted
     * @return how it has ended when this was what ended it; else null
     */
    @Nullable
    Stopped stop(boolean force, long elapsedNanos) {
        synchronized (lock) {
            while (true) {
                long now = word;
                if (!isDraining(now) || isStopped(now) || (!force && count(now) != 0)) {
                    return null;
                }
                // Made before, for there may be no memory: whoever has won must be able to say so.
                Stopped end = new Stopped(atStart(now) - count(now), count(now), names(), elapsedNanos);
                if (WORD.compareAndSet(this, now, now | STOPPED)) {
                    return end;
                }
            }
        }
    }

    /** What the end of the draining found. */
    record Stopped(long drained, long cutOff, List<String> labels, long elapsedNanos) implements Drain.State {}

    /* Called with the lock held. */
    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (Unit each = first; each != null && names.size() < MOST_NAMES; each = each.after) {
            String label = each.label();
            if (label != null) {
                names.add(label);
            }
        }
        return names;
    }

    private void append(Unit unit) {
        Unit tail = last;
        unit.before = tail;
        last = unit;
        if (tail == null) {
            first = unit;
        } else {
            tail.after = unit;
        }
    }

    private void remove(Unit unit) {
        Unit before = unit.before;
        Unit after = unit.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        unit.before = null;
        unit.after = null;
    }
}
