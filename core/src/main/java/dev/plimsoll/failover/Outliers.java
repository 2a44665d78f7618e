package dev.plimsoll.failover;

import java.util.List;

/** How low a share of successes may be before it stands out. */
final class Outliers {

    /* More than what sums of shares lose, so that of equal ones none is below their own mean. */
    private static final double ROUNDING = 1e-12;

    private Outliers() {}

    /**
     * The mean of the shares, less so many of their standard deviations.
     *
     * @param shares 0 … 1 each, at least one
     * @param deviations how many
     */
    static double threshold(List<Double> shares, double deviations) {
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        double mean = sum / shares.size();
        double squares = 0;
        for (double share : shares) {
            squares += (share - mean) * (share - mean);
        }
        return mean - deviations * Math.sqrt(squares / shares.size()) - ROUNDING;
    }
}
