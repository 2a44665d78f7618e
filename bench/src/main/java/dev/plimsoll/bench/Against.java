package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a run has come to what another one came to before: our ratios to the best peer and to the machine's limits must lie
 * within the range that the other one's rounds had, give or take a fifth.
 */
final class Against {

    private static final double TOLERANCE = 0.2;

    private Against() {}

    /** A ratio of one run, and its range over the rounds. */
    record Ratio(double median, double least, double most) {

        boolean covers(double other) {
            return other >= least * (1 - TOLERANCE) && other <= most * (1 + TOLERANCE);
        }

        /** Round by round where there are as many of each, for what slows one down in a round slows both. */
        static Ratio of(Measurement ours, Measurement theirs) {
            double median = ours.median() / theirs.median();
            double least = median;
            double most = median;
            for (int round = 0;
                    round < Math.min(ours.nanos().size(), theirs.nanos().size());
                    round++) {
                double ratio = ours.nanos().get(round) / theirs.nanos().get(round);
                least = Math.min(least, ratio);
                most = Math.max(most, ratio);
            }
            return new Ratio(median, least, most);
        }

        /** Of our range to a number. */
        static Ratio of(Measurement ours, double floor) {
            return new Ratio(ours.median() / floor, ours.fastest() / floor, ours.slowest() / floor);
        }
    }

    /** What differs, in Markdown. */
    static String words(Results before, Results now) {
        List<String> outside = new ArrayList<>();
        int compared = 0;
        for (Row row : Rows.all()) {
            for (int threads : Plan.THREADS) {
                for (int failing = 0; row.isOurs() && failing <= 1; failing++) {
                    compared += compare(before, now, row, failing, threads, outside);
                }
            }
        }
        StringBuilder words = new StringBuilder();
        words.append(String.format(
                Locale.ROOT,
                "%n## Compared with the run before%n%n%d ratios compared, %d outside its range ± %.0f %%.%n",
                compared,
                outside.size(),
                100 * TOLERANCE));
        outside.forEach(line -> words.append("- ").append(line).append('\n'));
        return words.toString();
    }

    private static int compare(Results before, Results now, Row row, int failing, int threads, List<String> outside) {
        Optional<Measurement> was = before.of(row.key(), failing, threads);
        Optional<Measurement> is = now.of(row.key(), failing, threads);
        if (was.isEmpty() || is.isEmpty()) {
            return 0;
        }
        int compared = 0;
        String what = row.key() + " failing=" + failing + " threads=" + threads;
        Optional<Peers.Best> best = Peers.fastest(before, row.scenario(), failing, threads);
        if (best.isPresent()) {
            Optional<Measurement> peer = now.of(best.get().row().key(), failing, threads);
            if (peer.isPresent()) {
                compared++;
                check(
                        what + " to " + best.get().row().key(),
                        Ratio.of(was.get(), best.get().measured()),
                        is.get().median() / peer.get().median(),
                        outside);
            }
        }
        Floor floor = row.scenario().floor();
        Optional<Double> floorBefore = floor.nanos(before, threads);
        Optional<Double> floorNow = floor.nanos(now, threads);
        if (floorBefore.isPresent() && floorNow.isPresent()) {
            compared++;
            check(
                    what + " to " + floor.words(),
                    Ratio.of(was.get(), floorBefore.get()),
                    is.get().median() / floorNow.get(),
                    outside);
        }
        return compared;
    }

    private static void check(String what, Ratio before, double now, List<String> outside) {
        if (!before.covers(now)) {
            outside.add(
                    String.format(Locale.ROOT, "%s: %.3f, was %.3f–%.3f", what, now, before.least(), before.most()));
        }
    }
}
