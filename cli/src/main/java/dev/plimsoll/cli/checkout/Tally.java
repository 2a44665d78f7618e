package dev.plimsoll.cli.checkout;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * The requests of one phase: how long each took and whether it got what it asked for. A request without an answer within
 * the cut-off has failed and counts as having taken as long as the cut-off, so no slow answer can hide by being
 * late for the count.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Tally {
    private static final int DIGITS = 3;

    private final long cutOffNanos;
    private final Histogram latencies = new Histogram(DIGITS);
    private int sent;
    private int settled;
    private int succeeded;
    private boolean closed;

    Tally(Duration cutOff) {
        cutOffNanos = cutOff.toNanos();
    }

    /** A request is on its way. */
    synchronized void sent() {
        sent++;
    }

    /**
     * A request is over.
     *
     * @param nanos from its intended time to its answer or error; less than zero counts as zero
     * @param good whether it got what it asked for
     */
    synchronized void settled(long nanos, boolean good) {
        if (closed) {
            return;
        }
        settled++;
        boolean late = nanos > cutOffNanos;
        latencies.recordValue(Math.max(0, late ? cutOffNanos : nanos));
        if (good && !late) {
            succeeded++;
        }
    }

    /** How many requests are still on their way. */
    synchronized int pending() {
        return sent - settled;
    }

    /** How many requests are over. */
    synchronized int settled() {
        return settled;
    }

    /** Ends the count, at the earliest one cut-off after the last request: what is still on its way has failed. */
    synchronized Summary close() {
        while (settled < sent) {
            settled(cutOffNanos, false);
        }
        closed = true;
        return new Summary(sent, succeeded, percentile(50), percentile(99), percentile(100));
    }

    /** The histogram answers with the upper edge of a bucket, which may lie beyond the cut-off. */
    private long percentile(double percent) {
        return Math.min(cutOffNanos, latencies.getValueAtPercentile(percent));
    }
}
