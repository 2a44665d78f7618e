package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of one row.
 *
 * @param forks what each of them has come to
 */
record Measurement(List<Fork> forks) {

    /** Of a row, so much of its errand failing, on so many threads. */
    record Key(String row, int failing, int threads) {

        @Override
        public String toString() {
            return row + " failing=" + failing + " threads=" + threads;
        }
    }

    /**
     * What one virtual machine has come to.
     *
     * @param round in which round of them
     * @param nanos how long one thread waits for one call on average, in nanoseconds
     * @param bytes what a call allocated; not a number when it was not measured
     * @param steady whether its warm-up has come to an end, and its iterations agree
     */
    record Fork(int round, double nanos, double bytes, boolean steady) {}

    Measurement {
        forks = List.copyOf(forks);
        if (forks.isEmpty()) {
            throw new IllegalArgumentException("forks: at least one");
        }
    }

    /** Of what is made of several things, one after the other: their times, round by round; empty where no round has all. */
    static Optional<Measurement> sum(List<Measurement> parts) {
        List<Fork> sums = new ArrayList<>();
        for (Fork first : parts.get(0).forks()) {
            List<Fork> round = parts.stream()
                    .flatMap(part -> part.of(first.round()).stream())
                    .toList();
            if (round.size() == parts.size()) {
                double nanos = round.stream().mapToDouble(Fork::nanos).sum();
                sums.add(new Fork(
                        first.round(), nanos, Double.NaN, round.stream().allMatch(Fork::steady)));
            }
        }
        return sums.isEmpty() ? Optional.empty() : Optional.of(new Measurement(sums));
    }

    /** What it came to in a round. */
    Optional<Fork> of(int round) {
        return forks.stream().filter(fork -> fork.round() == round).findFirst();
    }

    /** The time that stands in the table. */
    double median() {
        return median(forks.stream().map(Fork::nanos).toList());
    }

    double fastest() {
        return sorted(Fork::nanos)[0];
    }

    double slowest() {
        return sorted(Fork::nanos)[forks.size() - 1];
    }

    /** The worst fork's allocation; not a number when it was not measured. */
    double worstBytes() {
        double[] bytes = sorted(Fork::bytes); // what is not a number comes last
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (!Double.isNaN(bytes[i])) {
                return bytes[i];
            }
        }
        return Double.NaN;
    }

    /** How many forks were not steady. */
    int unsteadyForks() {
        return (int) forks.stream().filter(fork -> !fork.steady()).count();
    }

    /** Whether that are so many that the median need not lie between forks that were. */
    boolean isUnsteady() {
        return 2 * unsteadyForks() >= forks.size();
    }

    /** The middle one of some values, or the mean of the two in the middle. */
    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double[] sorted(ToDoubleFunction<Fork> number) {
        double[] sorted = forks.stream().mapToDouble(number).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
