package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The present value of an {@link AdaptiveTimeout}. For those who write engines.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class AdaptiveLimit {
    /*
     *    present ──── read by each attempt ────► its timeout
     *       ▲                                        │ answers, timeouts
     *       └── once per window, next(…) ◄── AnswerTimes
     *
     * Why it does not ratchet down: if only answers entered the sample, a dependency that becomes slower than the timeout
     * would leave in it nothing but what is still fast, the 99th percentile of which is below the timeout. Timeouts enter
     * as what they are known to have taken at least, so that the percentile reaches the present value as soon as one in a
     * hundred is timed out; how long they would have taken nobody knows, so the timeout grows by as much as it may.
     *
     * Why it comes down again: it is set to what answers take, however high it has grown.
     *
     * Concurrency: value and instant are one object, replaced by a compare-and-set; who loses takes the other's. It is set
     * anew once per window, so that each sample has mostly seen one timeout, and growth is bounded per window. A clock
     * that runs backwards only delays that.
     */
    private record Present(long nanos, long since) {}

    private static final VarHandle PRESENT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "present", VarHandle.class, AdaptiveLimit.class, Present.class);
    /** Below so many in the sample the upper bound is in force. */
    static final long LEAST_SAMPLES = 100;

    private static final double SHARE = 0.99;

    private final String words;
    private final long least;
    private final long most;
    private final long window;
    private final AnswerTimes times;
    private volatile Present present;

    /**
     * Begins with the upper bound.
     *
     * @param timeout its configuration, which was checked
     * @param times the sample
     * @param now the instant
     */
    public AdaptiveLimit(AdaptiveTimeout timeout, AnswerTimes times, long now) {
        this.words = timeout.toString();
        this.least = Time.nanos(timeout.least());
        this.most = Time.nanos(timeout.most());
        this.window = Time.nanos(timeout.window());
        this.times = times;
        this.present = new Present(most, now);
    }

    /**
     * The timeout of an attempt that begins.
     *
     * @param now the instant
     * @return nanoseconds, within the bounds
     */
    public long nanos(long now) {
        Present seen = present;
        if (now - seen.since < window) {
            return seen.nanos;
        }
        long samples = times.count(now);
        Present next = new Present(next(seen.nanos, times.quantile(SHARE, now), samples, least, most), now);
        return PRESENT.compareAndSet(this, seen, next) ? next.nanos : present.nanos;
    }

    /**
     * The timeout that is in force.
     *
     * @return nanoseconds, within the bounds
     */
    public long nanos() {
        return present.nanos;
    }

    @Override
    public String toString() {
        return words;
    }

    /**
     * The rule.
     *
     * @param present the timeout until now
     * @param p99 the 99th percentile of the sample
     * @param samples its size
     */
    static long next(long present, long p99, long samples, long least, long most) {
        if (samples < LEAST_SAMPLES) {
            return most;
        }
        long grown = present + present / 2;
        long wanted = p99 >= present ? grown : Math.min(p99 + p99 / 10, grown);
        return Math.max(least, Math.min(wanted, most));
    }
}
