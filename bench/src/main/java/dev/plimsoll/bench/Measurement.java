package dev.plimsoll.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was measured of one row.
 *
 * @param nanos the mean time of a call in each fork, in nanoseconds
 * @param bytes what a call allocated in each fork, in bytes
 */
record Measurement(List<Double> nanos, List<Double> bytes) {

    /** Of a row, so much of its errand failing, on so many threads. */
    record Key(String row, int failing, int threads) {

        @Override
        public String toString() {
            return row + " failing=" + failing + " threads=" + threads;
        }
    }

    Measurement {
        nanos = List.copyOf(nanos);
        bytes = List.copyOf(bytes);
        if (nanos.isEmpty()) {
            throw new IllegalArgumentException("nanos: at least one fork");
        }
    }

    /** Of what is made of several things, one after the other: their times, round by round. */
    static Measurement sum(List<Measurement> parts) {
        int rounds = parts.stream().mapToInt(part -> part.nanos().size()).min().orElse(0);
        List<Double> sums = IntStream.range(0, rounds)
                .mapToObj(round -> parts.stream()
                        .mapToDouble(part -> part.nanos().get(round))
                        .sum())
                .toList();
        return new Measurement(sums, List.of());
    }

    /** The time that stands in the table. */
    double median() {
        return median(nanos);
    }

    double fastest() {
        return sorted(nanos)[0];
    }

    double slowest() {
        return sorted(nanos)[nanos.size() - 1];
    }

    /** The worst fork's allocation; not a number when it was not measured. */
    double worstBytes() {
        return bytes.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    private static double median(List<Double> values) {
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double[] sorted(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
