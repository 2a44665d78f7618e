package dev.plimsoll.window;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts calls by kind over the last span of time, and since it was made.
 *
 * <p>Time is cut into equal buckets. The window at an instant is that instant's bucket, which is still filling, and the
 * {@code buckets - 1} before it: it reaches back at least {@code (buckets - 1) / buckets} of the span and at most the
 * whole span, so "the last T" is short by up to one bucket and never long. Within that the counts are exact.
 *
 * <p>The clock may stand still or run backwards. A call is counted in the bucket of its instant, or, if that bucket's
 * place already serves a newer one, there: a late call is never lost. A read for an instant that is more than
 * some buckets late may lack buckets whose place was taken since. Instants before the origin count as the origin; the
 * clock may run for 292 years from there.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks. Every call is counted exactly once. A read
 * while others add contains every call of the window whose addition ended before the read began, and perhaps some of
 * the rest.
 */
public final class TimeWindow {
    /*
     *                    bucket 0                       bucket 1                            ring: the next power of two
     *  pad  | stripe 0  [GOOD SLOW FAILED SLOW_FAILED] [GOOD SLOW FAILED SLOW_FAILED] … |  stripe 1  [ …
     *                    └ cell = epoch (high bits) · count (low bits)
     *
     * The epoch of an instant is the number of buckets since the origin; its bucket is the epoch modulo the ring. A cell
     * holds the count of one epoch, and that epoch's low bits in the same word. So a cell that still holds an older
     * epoch is rolled over by the compare-and-set that counts the call: new epoch, count one. Whoever wins that adds the
     * old count to `retired`; what was ever counted is `retired` plus all cells. Nobody has to sweep anything.
     *
     * How the word is split: a count needs bits for what fits into one bucket (an addition takes longer than 1 ns, so as
     * many bits as the bucket's length in nanoseconds has), but at least 28, for clocks that stand still. With buckets
     * of 135 ms or more the rest holds every epoch of 2^63 ns and never wraps. With shorter ones it wraps after 2^36
     * buckets (21 years of 10 ms), so epochs are compared modulo that: a cell counts as newer if it is ahead by up to
     * one quarter of the range, else as older. That errs only for a cell untouched for three quarters of the range.
     * A count that is full spills into `retired` and so leaves the window, but not the total.
     *
     * Concurrency: until two threads meet at a cell there is one stripe; the thread that fails a compare-and-set makes
     * the others, once. Additions that still go to the first array are seen by every read, which sums both. `mask` is
     * set after `cells` and read before it, so that a stripe is never chosen in an array that lacks it. Who seals sets `ended`
     * before looking for stripes, and who makes stripes asks for it after that: one of the two seals them. Cell accesses are
     * volatile: of two threads that each add and then read the same window, at least one sees both additions. A reader
     * can miss, in the total only, a count on its way from a cell to `retired`; at rest the total is exact.
     *
     * Neighbouring stripes need no padding: all threads write the same bucket at the same time, and equal buckets of two
     * stripes are at least 512 bytes apart.
     */
    private static final VarHandle CELLS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "cells", VarHandle.class, TimeWindow.class, long[].class);
    private static final int KIND_BITS = 2;
    private static final int LEAST_COUNT_BITS = 28;
    private static final int LEAST_BUCKETS = 10;
    private static final int MOST_BUCKETS = 1 << 10;

    private final long origin;
    private final Divisor bucketNanos;
    private final int buckets;
    private final int ringBits;
    private final int countBits;
    private final StripedCount retired;
    private final long[] first;
    private volatile long[] cells;
    private volatile int mask;
    private volatile boolean ended;

    /**
     * An empty window.
     *
     * @param spanNanos its length in nanoseconds, 2 per bucket or more; rounded up to a multiple of {@code buckets}
     * @param buckets into how many buckets the span is cut, 10 to 1024
     * @param origin the instant at which the first bucket begins, usually now
     */
    public TimeWindow(long spanNanos, int buckets, long origin) {
        this(spanNanos, buckets, origin, new StripedCount());
    }

    /**
     * An empty window that adds what leaves it to somebody else's counts, which may outlive it.
     *
     * @param spanNanos its length in nanoseconds, 2 per bucket or more; rounded up to a multiple of {@code buckets}
     * @param buckets into how many buckets the span is cut, 10 to 1024
     * @param origin the instant at which the first bucket begins, usually now
     * @param retired where counts go that leave the window
     */
    public TimeWindow(long spanNanos, int buckets, long origin, StripedCount retired) {
        this(spanNanos, buckets, origin, retired, LEAST_COUNT_BITS);
    }

    /** A window whose cells have fewer bits for counts, for tests of full cells. */
    TimeWindow(long spanNanos, int buckets, long origin, int leastCountBits) {
        this(spanNanos, buckets, origin, new StripedCount(), leastCountBits);
    }

    private TimeWindow(long spanNanos, int buckets, long origin, StripedCount retired, int leastCountBits) {
        if (buckets < LEAST_BUCKETS || buckets > MOST_BUCKETS) {
            throw new IllegalArgumentException(
                    "buckets must be " + LEAST_BUCKETS + " to " + MOST_BUCKETS + ": " + buckets);
        }
        if (spanNanos < 2L * buckets) {
            throw new IllegalArgumentException("spanNanos must be at least two per bucket: " + spanNanos);
        }
        long length = (spanNanos - 1) / buckets + 1;
        this.origin = origin;
        this.retired = retired;
        this.bucketNanos = new Divisor(length);
        this.buckets = buckets;
        this.ringBits = Integer.SIZE - Integer.numberOfLeadingZeros(buckets - 1);
        this.countBits = Math.max(leastCountBits, Long.SIZE - Long.numberOfLeadingZeros(length));
        this.first = new long[Stripes.PAD + (1 << ringBits << KIND_BITS)];
        this.cells = first;
    }

    /**
     * Counts a call.
     *
     * @param kind one of {@link Kind}
     * @param now the instant at which it ended
     */
    public void add(int kind, long now) {
        int stripe = Stripes.mine() & mask;
        long epoch = epoch(now);
        long[] stripes = cells;
        int index = index(stripe, epoch, kind);
        long cell = (long) Stripes.CELL.getVolatile(stripes, index);
        long next = cell + 1;
        // A full count carries into the epoch, so this one comparison also finds that there is no room.
        if ((next ^ (epoch << countBits)) >>> countBits != 0
                || !Stripes.CELL.compareAndSet(stripes, index, cell, next)) {
            addSlowly(kind, epoch, stripe);
        }
    }

    /**
     * The calls in the window, by kind.
     *
     * @param now the instant at which the window ends
     * @return the counts
     */
    public Counts read(long now) {
        long epoch = epoch(now);
        return new Counts(
                sum(epoch, Kind.GOOD, 1),
                sum(epoch, Kind.SLOW, 1),
                sum(epoch, Kind.FAILED, 1),
                sum(epoch, Kind.SLOW_FAILED, 1));
    }

    /**
     * How many calls of a kind there are in the window. Allocates nothing.
     *
     * @param kind one of {@link Kind}
     * @param now the instant at which the window ends
     * @return 0 or more
     */
    public long count(int kind, long now) {
        return sum(epoch(now), kind, 1);
    }

    /**
     * How many calls there are in the window. Allocates nothing.
     *
     * @param now the instant at which the window ends
     * @return 0 or more
     */
    public long total(long now) {
        return sum(epoch(now), Kind.GOOD, Kind.KINDS);
    }

    /**
     * How many failures, fast and slow, there are in the window. Allocates nothing.
     *
     * @param now the instant at which the window ends
     * @return 0 or more
     */
    public long failed(long now) {
        return sum(epoch(now), Kind.FAILED, 2);
    }

    /**
     * How many slow calls, successes and failures, there are in the window. Allocates nothing.
     *
     * @param now the instant at which the window ends
     * @return 0 or more
     */
    public long slow(long now) {
        long epoch = epoch(now);
        return sum(epoch, Kind.SLOW, 1) + sum(epoch, Kind.SLOW_FAILED, 1);
    }

    /**
     * How many calls of a kind are counted here and have not gone to the retired ones, whether they are still in the
     * window or not. Together with those it is all that was ever counted: exact when nobody adds; else it may lack a
     * bucket that is being rolled over.
     *
     * @param kind one of {@link Kind}
     * @return 0 or more
     */
    public long unretired(int kind) {
        long[] stripes = cells;
        long sum = everything(first, kind);
        return stripes == first ? sum : sum + everything(stripes, kind);
    }

    /**
     * The calls that have not gone to the retired ones, by kind.
     *
     * @return see {@link #unretired(int)}
     */
    public Counts unretired() {
        return new Counts(
                unretired(Kind.GOOD), unretired(Kind.SLOW), unretired(Kind.FAILED), unretired(Kind.SLOW_FAILED));
    }

    /**
     * How many calls of a kind were counted since the retired counts were made.
     *
     * @param kind one of {@link Kind}
     * @return 0 or more
     */
    public long sum(int kind) {
        return retired.sum(kind) + unretired(kind);
    }

    /**
     * Ends the window: it is empty for ever, everything goes to the retired counts, also what is added from now on.
     * Nothing is lost or counted twice, whoever adds meanwhile. Allocates nothing.
     */
    public void seal() {
        ended = true;
        long[] stripes = cells;
        seal(first);
        if (stripes != first) {
            seal(stripes);
        }
    }

    private void seal(long[] stripes) {
        for (int i = Stripes.PAD; i < stripes.length; i++) {
            long cell = (long) Stripes.CELL.getAndSet(stripes, i, sealed());
            retired.add((i - Stripes.PAD) & (Kind.KINDS - 1), count(cell));
        }
    }

    /** No cell that counts holds a count of zero, except one that nobody has touched, which is zero all over. */
    private long sealed() {
        return -1L << countBits;
    }

    /** Whether threads have met here. */
    boolean isStriped() {
        return cells != first;
    }

    /** Makes the stripes, unless another thread has. */
    void grow() {
        if (cells == first) {
            long[] grown = new long[Stripes.PAD + (Stripes.COUNT << ringBits << KIND_BITS)];
            boolean unused = CELLS.compareAndSet(this, first, grown);
            if (ended) {
                seal(cells);
            }
        }
        mask = Stripes.COUNT - 1;
    }

    /** The bucket's place in the ring is cold, another thread was faster, or the count is full. */
    private void addSlowly(int kind, long epoch, int from) {
        int stripe = from;
        while (true) {
            long[] stripes = cells;
            int index = index(stripe, epoch, kind);
            long cell = (long) Stripes.CELL.getVolatile(stripes, index);
            if (cell == sealed()) {
                retired.add(kind, 1);
                return;
            }
            long next = next(cell, epoch);
            if (Stripes.CELL.compareAndSet(stripes, index, cell, next)) {
                if (next != cell + 1) {
                    retired.add(kind, count(cell));
                }
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

    /** What becomes of a cell when a call of the epoch is counted in it. */
    private long next(long cell, long epoch) {
        long count = count(cell);
        if (count == 0 || isOlder(cell, epoch)) {
            return (epoch << countBits) + 1;
        }
        boolean isFull = count == count(-1L);
        return isFull ? cell - count + 1 : cell + 1;
    }

    /**
     * Which bucket is filling at an instant. As long as it is the same, the window holds the same buckets, and what is
     * counted in them only grows.
     *
     * @param now the instant
     * @return 0 or more, counted from the origin
     */
    public long epoch(long now) {
        return bucketNanos.quotient(Math.max(0, now - origin));
    }

    private int index(int stripe, long epoch, int kind) {
        int bucket = (stripe << ringBits) | ((int) epoch & ((1 << ringBits) - 1));
        return Stripes.PAD + ((bucket << KIND_BITS) | kind);
    }

    private long count(long cell) {
        return cell & ((1L << countBits) - 1);
    }

    /** Whether a cell holds an epoch before the given one; it is not if it is ahead by less than a quarter of all. */
    private boolean isOlder(long cell, long epoch) {
        long ahead = (cell - count(cell)) - (epoch << countBits);
        return ahead >>> (Long.SIZE - 2) != 0;
    }

    private long sum(long epoch, int kind, int kinds) {
        long[] stripes = cells;
        long sum = sum(first, epoch, kind, kinds);
        return stripes == first ? sum : sum + sum(stripes, epoch, kind, kinds);
    }

    /** What the cells of {@code kinds} kinds, beginning with {@code kind}, hold of the window that ends with the epoch. */
    private long sum(long[] stripes, long epoch, int kind, int kinds) {
        long sum = 0;
        int count = (stripes.length - Stripes.PAD) >> (ringBits + KIND_BITS);
        for (long e = epoch; e > epoch - buckets; e--) {
            for (int stripe = 0; stripe < count; stripe++) {
                int index = index(stripe, e, kind);
                for (int i = index; i < index + kinds; i++) {
                    long cell = (long) Stripes.CELL.getVolatile(stripes, i);
                    if ((cell ^ (e << countBits)) >>> countBits == 0) {
                        sum += count(cell);
                    }
                }
            }
        }
        return sum;
    }

    private long everything(long[] stripes, int kind) {
        long sum = 0;
        for (int i = Stripes.PAD + kind; i < stripes.length; i += Kind.KINDS) {
            sum += count((long) Stripes.CELL.getVolatile(stripes, i));
        }
        return sum;
    }
}
