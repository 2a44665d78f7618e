package dev.plimsoll.cli.checkout;

/**
 * What a phase came to.
 *
 * @param samples how many requests there were
 * @param succeeded how many of them got what they asked for, in time
 * @param p50Nanos the median latency; 0 without a sample
 * @param p99Nanos the latency that one of a hundred exceeded
 * @param maxNanos the longest
 */
record Summary(int samples, int succeeded, long p50Nanos, long p99Nanos, long maxNanos) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** The share that succeeded, 0 … 1; 0 without a sample. */
    double success() {
        return samples == 0 ? 0 : (double) succeeded / samples;
    }

    double p50Millis() {
        return p50Nanos / NANOS_PER_MILLI;
    }

    double p99Millis() {
        return p99Nanos / NANOS_PER_MILLI;
    }

    double maxMillis() {
        return maxNanos / NANOS_PER_MILLI;
    }
}
