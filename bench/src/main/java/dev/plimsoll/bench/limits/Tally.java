package dev.plimsoll.bench.limits;

/** What became of the requests of a run, while it is measured. */
final class Tally {

    /* Buckets of latency, each 1 % wider than the one before. */
    private static final double STEP = 1.01;
    private static final int BUCKETS = 3_000;

    private final long[] latencies = new long[BUCKETS];
    private boolean measuring;
    private long offered;
    private long refused;
    private long good;
    private long late;
    private double best;
    private int lowest = Integer.MAX_VALUE;
    private int highest;

    void measure(boolean on) {
        measuring = on;
    }

    /** Ends a phase in which so many were offered and so many could have been answered. */
    void phaseEnds(long offeredInIt, double couldBeAnswered) {
        if (measuring) {
            best += Math.min((double) offeredInIt, couldBeAnswered);
        }
    }

    void offered() {
        offered += measuring ? 1 : 0;
    }

    void refused() {
        refused += measuring ? 1 : 0;
    }

    void answered(long nanos) {
        if (measuring) {
            good++;
            latencies[bucket(nanos)]++;
        }
    }

    void gaveUp() {
        late += measuring ? 1 : 0;
    }

    void limit(int now) {
        if (measuring) {
            lowest = Math.min(lowest, now);
            highest = Math.max(highest, now);
        }
    }

    private static int bucket(long nanos) {
        double micros = Math.max(1, nanos / 1e3);
        return (int) Math.min(BUCKETS - 1, StrictMath.ceil(StrictMath.log(micros) / StrictMath.log(STEP)));
    }

    long offeredCount() {
        return offered;
    }

    /** Answered in time, as a share of what could have been. */
    double goodput() {
        return good / best;
    }

    double refusedShare() {
        return offered == 0 ? 0 : (double) refused / offered;
    }

    /**
     * The latency that 99 of 100 admitted requests kept, to a hundredth, in milliseconds.
     *
     * @return infinity when more than one in a hundred was given up
     */
    double p99Millis() {
        double left = 0.01 * (good + late) - late;
        if (left < 0) {
            return Double.POSITIVE_INFINITY;
        }
        int at = BUCKETS - 1;
        while (at > 0 && latencies[at] <= left) {
            left -= latencies[at--];
        }
        return StrictMath.pow(STEP, at) / 1e3;
    }

    int lowestLimit() {
        return lowest;
    }

    int highestLimit() {
        return highest;
    }
}
