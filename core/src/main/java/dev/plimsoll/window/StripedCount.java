package dev.plimsoll.window;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls by kind since it was made.
 *
 * <p>It starts with one cell per kind, some 80 bytes in all. The first time two threads meet at a cell it grows to a
 * set of cells per stripe, once and for all; from then on an addition is a single atomic add to a cache line that few
 * other threads write.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks. Every addition is counted exactly once. A
 * sum read while others add contains everything that was added before it began, and perhaps some of the rest.
 */
public final class StripedCount {
    /*
     * Alone:    alone   [GOOD SLOW FAILED SLOW_FAILED]            compare-and-set, because only that notices a second thread
     * Striped:  stripes [128 bytes pad][4 cells, pad][4 cells, pad] …   atomic add
     *
     * Concurrency: `stripes` changes once, from null, by compare-and-set. Additions that still go to `alone` meanwhile
     * are not lost, for `alone` is part of every sum. All cell accesses are volatile: of two threads that each add and
     * then sum, at least one sees both additions.
     */
    private static final VarHandle STRIPES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "stripes", VarHandle.class, StripedCount.class, long[].class);
    private static final int STRIDE_BITS = 4;

    private final long[] alone = new long[Kind.KINDS];
    private volatile long @Nullable [] stripes;

    /** All counts are zero. */
    public StripedCount() {}

    /**
     * Counts a call.
     *
     * @param kind one of {@link Kind}
     */
    public void add(int kind) {
        long[] cells = stripes;
        if (cells == null) {
            addAlone(kind);
        } else {
            addStriped(cells, kind);
        }
    }

    /**
     * Counts many.
     *
     * @param kind one of {@link Kind}
     * @param many how many, 0 or more
     */
    public void add(int kind, long many) {
        if (many != 0) {
            long unused = (long) Stripes.CELL.getAndAdd(alone, kind, many);
        }
    }

    /**
     * How many calls of a kind were counted.
     *
     * @param kind one of {@link Kind}
     * @return 0 or more
     */
    public long sum(int kind) {
        long sum = (long) Stripes.CELL.getVolatile(alone, kind);
        long[] cells = stripes;
        if (cells != null) {
            for (int i = Stripes.PAD + kind; i < cells.length; i += 1 << STRIDE_BITS) {
                sum += (long) Stripes.CELL.getVolatile(cells, i);
            }
        }
        return sum;
    }

    /**
     * The counts of all kinds.
     *
     * @return the four sums
     */
    public Counts read() {
        return new Counts(sum(Kind.GOOD), sum(Kind.SLOW), sum(Kind.FAILED), sum(Kind.SLOW_FAILED));
    }

    /** Whether threads have met here. */
    boolean isStriped() {
        return stripes != null;
    }

    private void addAlone(int kind) {
        long count = (long) Stripes.CELL.getVolatile(alone, kind);
        if (!Stripes.CELL.compareAndSet(alone, kind, count, count + 1)) {
            addStriped(grow(), kind);
        }
    }

    private static void addStriped(long[] cells, int kind) {
        int mask = (cells.length >>> STRIDE_BITS) - 2;
        long unused = (long) Stripes.CELL.getAndAdd(cells, (((Stripes.mine() & mask) + 1) << STRIDE_BITS) + kind, 1L);
    }

    /** Makes the stripes, unless another thread has. */
    long[] grow() {
        long[] grown = new long[Stripes.PAD + (Stripes.COUNT << STRIDE_BITS)];
        long[] witness = (long[]) STRIPES.compareAndExchange(this, (long[]) null, grown);
        return witness == null ? grown : witness;
    }
}
