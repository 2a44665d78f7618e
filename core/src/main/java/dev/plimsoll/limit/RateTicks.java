package dev.plimsoll.limit;

import java.math.BigInteger;

/**
 * The unit in which a rate counts time: a tick, of which every permit takes a whole number.
 *
 * <p><b>Threading:</b> immutable.
 */
final class RateTicks {
    /*
     * Let p permits come in d nanoseconds. A permit takes d/p ns, for instance 142.857… at seven million a second. Counted
     * in whole nanoseconds, that is wrong with every permit, and the errors add up. So we cut a permit into a whole number
     * of ticks instead, the least that is not shorter than its nanoseconds:
     *
     *     c = ceil(d/p)  ticks per permit, exactly           a tick is d/(p·c) ns: 1 ns, or less, but more than half
     *
     * What remains is to read a clock of nanoseconds in ticks:
     *
     *     ticks(n) = floor(n · pc/d) ≈ n + floor(n · F / 2^63),   F = floor((pc - d)/d · 2^63)        0 ≤ F < 2^63
     *
     * It never runs backwards, is never ahead, and is behind by less than one tick and a quarter: the floor cuts off less
     * than one, and the error of F, less than 2^-63, has grown to a quarter of a tick after 2^61 ns (73 years). So no error
     * ever adds up; and where d/p is a whole number of nanoseconds, a tick is one, F is 0, and nothing is lost at all.
     *
     * What is missing at a high rate may come in after millennia at a low one. It is cut to 2^59 ticks, nine years or more,
     * so that it and the longest wait, 2^61 ticks, can be added.
     */
    private static final int FRACTION_BITS = 63;
    private static final long LONGEST = 1L << 61;
    private static final BigInteger MOST_MISSING = BigInteger.ONE.shiftLeft(59);

    private final long perPermit;
    private final long faster;
    private final long slower;

    /**
     * A rate.
     *
     * @param permits 1 … {@code nanos}
     * @param nanos in what time they come, at most 2^55 ns
     */
    RateTicks(long permits, long nanos) {
        this.perPermit = (nanos - 1) / permits + 1;
        long more = perPermit * permits - nanos;
        this.faster = fraction(more, nanos);
        this.slower = fraction(more, nanos + more);
    }

    private static long fraction(long part, long whole) {
        return BigInteger.valueOf(part)
                .shiftLeft(FRACTION_BITS)
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }

    /** How many ticks one permit takes. */
    long perPermit() {
        return perPermit;
    }

    /** A span of nanoseconds in ticks, rounded down; less than zero counts as zero, more than 2^61 as that. */
    long ticks(long nanos) {
        long span = Math.max(0, Math.min(nanos, LONGEST));
        return faster == 0 ? span : span + Math.multiplyHigh(span << 1, faster);
    }

    /** The least span of nanoseconds that has so many ticks; 2^61 when it would be longer. */
    long nanos(long ticks) {
        if (ticks >= ticks(LONGEST)) {
            return LONGEST;
        }
        long nanos = slower == 0 ? ticks : ticks - (Math.multiplyHigh(ticks, slower) << 1); // right to two
        while (ticks(nanos) < ticks) {
            nanos++;
        }
        while (nanos > 0 && ticks(nanos - 1) >= ticks) {
            nanos--;
        }
        return nanos;
    }

    /** A span of this rate's ticks in those of another that count as many permits, rounded up, and at most 2^59. */
    long permitsIn(RateTicks other, long ticks) {
        return BigInteger.valueOf(ticks)
                .multiply(BigInteger.valueOf(other.perPermit))
                .add(BigInteger.valueOf(perPermit - 1))
                .divide(BigInteger.valueOf(perPermit))
                .min(MOST_MISSING)
                .longValueExact();
    }
}
