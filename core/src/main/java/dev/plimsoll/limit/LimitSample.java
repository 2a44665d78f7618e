package dev.plimsoll.limit;

/**
 * What a {@link ConcurrencyLimit} saw in one window of time: all that a {@link LimitAlgorithm} gets to know.
 *
 * <p>It counts calls that say something about the dependency's load: those that went well, those that it answered with
 * overload, and those that timed out. The latter two are the drops.
 *
 * @param calls how many ended in the window, drops included; at least {@code drops}
 * @param drops how many of them were dropped
 * @param meanNanos how long those took on average that went well or timed out, in nanoseconds; above 0, or exactly 0 when
 *     there was none
 * @param mostInFlight how many were under way at most when one was admitted, that one included; 0 when none was
 * @param refused how many the limit refused in the window
 * @param random a number drawn uniformly from [0, 1), for algorithms that want to toss a coin
 */
public record LimitSample(long calls, long drops, double meanNanos, int mostInFlight, long refused, double random) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException when a part is out of its range
     */
    public LimitSample {
        boolean sound = drops >= 0
                && calls >= drops
                && meanNanos >= 0
                && meanNanos < Double.POSITIVE_INFINITY
                && mostInFlight >= 0
                && refused >= 0
                && random >= 0
                && random < 1;
        if (!sound) {
            throw new IllegalArgumentException("no sample: calls " + calls + ", drops " + drops + ", meanNanos "
                    + meanNanos + ", mostInFlight " + mostInFlight + ", refused " + refused + ", random " + random);
        }
    }

    /**
     * Whether anything was dropped.
     *
     * @return true when {@code drops} is above 0
     */
    public boolean isDropped() {
        return drops > 0;
    }

    /**
     * Whether there is a time to go by.
     *
     * @return false when nothing went well or timed out
     */
    public boolean isTimed() {
        return meanNanos > 0;
    }
}
