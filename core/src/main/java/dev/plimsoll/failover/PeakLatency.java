package dev.plimsoll.failover;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long one replica takes to answer, as an average that believes bad news at once and good news slowly: a longer answer
 * becomes the average, a shorter one pulls it down with a weight that grows with the time since the last.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class PeakLatency {
    /*
     *     word = average in nanoseconds, as a float (high 32 bits) · instant of the last answer, in units of 2^20 ns (low 32)
     *
     * Both in one word, so that they are changed together by one compare-and-set. Zero: nothing is known. The instants wrap
     * and are compared by subtraction; a replica that has not answered for 26 days looks as if it just had. A failure may be
     * quick for the wrong reason, so it can only raise the average. While nobody asks the replica, what is known of it fades:
     * else one bad moment of it would keep everybody away for ever, and no better answer could be seen.
     * Source: the peak EWMA of Finagle and Linkerd.
     */
    private static final int SHIFT = 20;
    private static final long STAMP = 0xFFFF_FFFFL;

    private final AtomicLong word = new AtomicLong();

    /** One has answered. */
    void answered(long elapsedNanos, long now, long decayNanos) {
        long seen = word.get();
        while (!word.compareAndSet(seen, after(seen, elapsedNanos, now, decayNanos))) {
            seen = word.get();
        }
    }

    private static long after(long seen, long elapsedNanos, long now, long decayNanos) {
        float taken = Math.max(1, elapsedNanos);
        float average = Float.intBitsToFloat((int) (seen >>> 32));
        if (average > taken) {
            double kept = Math.exp(-(double) since(seen, now) / decayNanos);
            taken = (float) (average * kept + taken * (1 - kept));
        }
        return (long) Float.floatToRawIntBits(taken) << 32 | ((now >> SHIFT) & STAMP);
    }

    /** One has failed, or was given up: it would have taken at least that long. */
    void tookAtLeast(long elapsedNanos, long now, long decayNanos) {
        if (word.get() != 0 && elapsedNanos > Float.intBitsToFloat((int) (word.get() >>> 32))) {
            answered(elapsedNanos, now, decayNanos);
        }
    }

    /**
     * The average in nanoseconds; 0 when nothing is known.
     *
     * @param idle whether nobody asks the replica at this moment, so that what is known fades
     */
    double nanos(boolean idle, long now, long decayNanos) {
        long seen = word.get();
        double average = Float.intBitsToFloat((int) (seen >>> 32));
        long since = idle ? since(seen, now) : 0;
        return since == 0 ? average : average * Math.exp(-(double) since / decayNanos);
    }

    private static long since(long seen, long now) {
        return (long) Math.max(0, (int) (now >> SHIFT) - (int) seen) << SHIFT;
    }
}
