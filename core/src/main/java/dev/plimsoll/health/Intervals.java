package dev.plimsoll.health;

import java.math.BigInteger;

/**
 * The latest intervals between heartbeats, and their mean and deviation. To add one costs the same however many there are,
 * and nothing drifts: the sums are whole numbers and exact.
 *
 * <p><b>Threading:</b> guarded by whoever uses it.
 */
final class Intervals {
    /*
     * n, Σx and Σx² over a ring; what falls out of it is subtracted. Intervals are cut to 2^45 ns, ten hours, so that Σx of
     * at most 2^17 of them stays in a long; Σx² and n·Σx² − (Σx)², of which the variance is the n²-th part, need more.
     */
    static final long LONGEST = 1L << 45;
    static final int MOST = 1 << 17;

    private final long[] ring;
    private int count;
    private int next;
    private long sum;
    private BigInteger squares = BigInteger.ZERO;

    /**
     * None yet.
     *
     * @param most how many are kept, 2 … 2^17
     */
    Intervals(int most) {
        this.ring = new long[most];
    }

    /** Adds one; less than zero counts as zero. */
    void add(long nanos) {
        long interval = Math.max(0, Math.min(nanos, LONGEST));
        if (count == ring.length) {
            sum -= ring[next];
            squares = squares.subtract(square(ring[next]));
        } else {
            count++;
        }
        ring[next] = interval;
        next = next + 1 == ring.length ? 0 : next + 1;
        sum += interval;
        squares = squares.add(square(interval));
    }

    private static BigInteger square(long number) {
        BigInteger big = BigInteger.valueOf(number);
        return big.multiply(big);
    }

    int count() {
        return count;
    }

    /** In nanoseconds; 0 when there is none. */
    double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    /** The standard deviation of these, in nanoseconds; 0 when there is none. */
    double deviation() {
        if (count == 0) {
            return 0;
        }
        BigInteger spread = squares.multiply(BigInteger.valueOf(count)).subtract(square(sum));
        return Math.sqrt(spread.doubleValue()) / count;
    }
}
