package dev.plimsoll.cli.amplification;

/**
 * What one phase came to, all of it counted.
 *
 * @param offered calls of the client
 * @param answered those that were answered well
 * @param bottomCalls calls that reached s5
 * @param lost calls, of the client or between services, that ended without an answer
 * @param nanos from the first call to the last answer
 */
record Figures(long offered, long answered, long bottomCalls, long lost, long nanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Calls at the bottom for each that was offered. */
    double amplification() {
        return (double) bottomCalls / offered;
    }

    /** The share of the client's calls that were answered well. */
    double success() {
        return (double) answered / offered;
    }

    /** Offered calls a second. */
    double rate() {
        return offered * NANOS_PER_SECOND / nanos;
    }
}
