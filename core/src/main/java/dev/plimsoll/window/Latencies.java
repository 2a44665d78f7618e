package dev.plimsoll.window;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long things took over the last span of time: a rolling histogram, for quantiles.
 *
 * <p>Durations fall into buckets whose width is a sixteenth of their lower end or less; a quantile is the upper end of its
 * bucket. So it is never less than the true one of what was recorded, and at most 6.25 % more, from 1 µs to 19 hours.
 * Shorter ones are right to 64 ns; longer ones all count as 19.5 hours.
 *
 * <p>Time is cut into halves of the span. The window at an instant is that instant's half, which is still filling, and the
 * one before it: it reaches back at least half of the span and at most the whole. The clock may stand still or run
 * backwards: a duration whose half's place already serves a newer one counts there. Instants before the origin count as
 * the origin.
 *
 * <p><b>Memory:</b> 9.6 KB; when two threads have met, another 9.6 KB for each stripe: two for each processor, 8 at most,
 * so 86 KB in the worst case, once. Nothing is allocated afterwards.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks. Every duration is counted exactly once. A
 * read while others record contains what was recorded before it began, and perhaps some of the rest.
 */
public final class Latencies {
    /*
     *            half 0                 half 1
     *  pad | [0 … 1 µs: 16 | 16 per power of two … 19 h]  [ … ]  | next stripe …
     *           └ cell = epoch (36 bits) · count (28 bits)
     *
     * The epoch of an instant is the number of halves since the origin; its place is the epoch modulo 2. A cell carries the
     * low bits of the epoch that it counts for, in the same word, as those of TimeWindow do: one that still holds an older
     * epoch is begun anew by the compare-and-set that counts, and nobody has to sweep. Epochs are compared modulo 2^36;
     * a cell is newer if it is ahead by less than half of that, which for the shortest half, 1 ms, is a year. A full count
     * stays full.
     *
     * Concurrency: as in TimeWindow. There is one stripe until a compare-and-set fails; then the others are made, once,
     * and `mask` is set after them. What still goes to the first array is part of every sum. Two threads that record the
     * same duration use cells 9 KB apart; the end of a stripe, which is next to the beginning of another, is for durations
     * of hours.
     *
     * Source: G. Tene, HdrHistogram, for the buckets.
     */
    private static final VarHandle CELLS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "cells", VarHandle.class, Latencies.class, long[].class);
    private static final int UNIT_BITS = 6;
    private static final int SUB_BITS = 4;
    private static final int SUB = 1 << SUB_BITS;
    private static final long LONGEST = (1L << 46) - 1;
    /** How many buckets there are. */
    static final int BUCKETS = bucket(LONGEST) + 1;

    private static final int MOST_STRIPES = 8;
    private static final int COUNT_BITS = 28;
    private static final long COUNT = (1L << COUNT_BITS) - 1;
    private static final long LEAST_SPAN = 2_000_000;

    private final long origin;
    private final Divisor halfNanos;
    private final long[] first = new long[Stripes.PAD + 2 * BUCKETS];
    private volatile long[] cells = first;
    private volatile int mask;

    /**
     * Nothing recorded yet.
     *
     * @param spanNanos the length of the window in nanoseconds, 2 ms or more; an odd one is rounded up
     * @param origin the instant at which the first half begins, usually now
     */
    public Latencies(long spanNanos, long origin) {
        if (spanNanos < LEAST_SPAN) {
            throw new IllegalArgumentException("spanNanos must be at least 2 ms: " + spanNanos);
        }
        this.origin = origin;
        this.halfNanos = new Divisor((spanNanos - 1) / 2 + 1);
    }

    /**
     * Records how long something took. Allocates nothing.
     *
     * @param nanos its duration; less than zero counts as zero
     * @param now the instant at which it ended
     */
    public void record(long nanos, long now) {
        int bucket = bucket(nanos);
        long epoch = epoch(now);
        int stripe = Stripes.mine() & mask;
        while (true) {
            long[] stripes = cells;
            int index = index(stripe, epoch, bucket);
            long cell = (long) Stripes.CELL.getVolatile(stripes, index);
            if (Stripes.CELL.compareAndSet(stripes, index, cell, next(cell, epoch))) {
                return;
            }
            if (mask == 0) {
                grow();
                stripe = Stripes.mine() & mask;
            } else {
                stripe = (stripe + 1) & mask;
            }
        }
    }

    /**
     * The duration that a share of those in the window did not exceed. Allocates nothing; reads all buckets, which takes
     * some microseconds.
     *
     * @param share from 0, the shortest, to 1, the longest; 0.5 for the median
     * @param now the instant at which the window ends
     * @return nanoseconds; 0 when there is nothing in the window
     */
    public long quantile(double share, long now) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be 0 to 1: " + share);
        }
        long epoch = epoch(now);
        long rank = Math.max(1, (long) Math.ceil(share * total(epoch)));
        long below = 0;
        int last = -1;
        for (int bucket = 0; bucket < BUCKETS && below < rank; bucket++) {
            long count = count(epoch, bucket);
            below += count;
            last = count > 0 ? bucket : last;
        }
        return last < 0 ? 0 : upper(last);
    }

    /**
     * About the duration that a share of those in the window did not exceed: as if those of a bucket were spread evenly
     * over it. Nearer to the truth than {@link #quantile} where there are many, and neither above nor below for sure.
     *
     * @param share from 0, the shortest, to 1, the longest
     * @param now the instant at which the window ends
     * @return nanoseconds; 0 when there is nothing in the window
     */
    public long estimate(double share, long now) {
        long epoch = epoch(now);
        double rank = share * total(epoch);
        long below = 0;
        int last = -1;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            long count = count(epoch, bucket);
            if (count > 0 && below + count >= rank) {
                long lower = bucket == 0 ? 0 : upper(bucket - 1) + 1;
                double part = Math.max(0, (rank - below) / count);
                return lower + (long) (part * (upper(bucket) - lower));
            }
            below += count;
            last = count > 0 ? bucket : last;
        }
        return last < 0 ? 0 : upper(last);
    }

    /**
     * How many durations there are in the window. Allocates nothing.
     *
     * @param now the instant at which the window ends
     * @return 0 or more
     */
    public long count(long now) {
        return total(epoch(now));
    }

    /** Whether threads have met here. */
    boolean isStriped() {
        return cells != first;
    }

    /** Makes the stripes, unless another thread has. */
    void grow() {
        int count = Math.min(MOST_STRIPES, Stripes.COUNT);
        if (cells == first) {
            long[] grown = new long[Stripes.PAD + count * 2 * BUCKETS];
            boolean unused = CELLS.compareAndSet(this, first, grown);
        }
        mask = count - 1;
    }

    /** What becomes of a cell when a duration of the epoch is counted in it. */
    private static long next(long cell, long epoch) {
        long ahead = (cell & ~COUNT) - (epoch << COUNT_BITS);
        if (ahead < 0 || (cell & COUNT) == 0) {
            return (epoch << COUNT_BITS) + 1;
        }
        return (cell & COUNT) == COUNT ? cell : cell + 1;
    }

    private long epoch(long now) {
        return halfNanos.quotient(Math.max(0, now - origin));
    }

    private static int index(int stripe, long epoch, int bucket) {
        return Stripes.PAD + (2 * stripe + ((int) epoch & 1)) * BUCKETS + bucket;
    }

    private long total(long epoch) {
        long sum = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            sum += count(epoch, bucket);
        }
        return sum;
    }

    private long count(long epoch, int bucket) {
        long[] stripes = cells;
        long sum = count(first, epoch, bucket);
        return stripes == first ? sum : sum + count(stripes, epoch, bucket);
    }

    private static long count(long[] stripes, long epoch, int bucket) {
        long sum = 0;
        for (int stripe = 0; index(stripe, 1, bucket) < stripes.length; stripe++) {
            for (long e = epoch; e > epoch - 2; e--) {
                long cell = (long) Stripes.CELL.getVolatile(stripes, index(stripe, e, bucket));
                if ((cell ^ (e << COUNT_BITS)) >>> COUNT_BITS == 0) {
                    sum += cell & COUNT;
                }
            }
        }
        return sum;
    }

    // ---------------------------------------------------------------- the buckets

    /** In which bucket a duration falls. */
    static int bucket(long nanos) {
        long units = Math.max(0, Math.min(nanos, LONGEST)) >>> UNIT_BITS;
        if (units < SUB) {
            return (int) units;
        }
        int power = 63 - Long.numberOfLeadingZeros(units) - SUB_BITS;
        return (power + 1) * SUB + ((int) (units >>> power) & (SUB - 1));
    }

    /** The longest duration of a bucket. */
    static long upper(int bucket) {
        if (bucket < SUB) {
            return ((bucket + 1L) << UNIT_BITS) - 1;
        }
        int power = bucket / SUB - 1;
        return ((SUB + bucket % SUB + 1L) << (power + UNIT_BITS)) - 1;
    }
}
