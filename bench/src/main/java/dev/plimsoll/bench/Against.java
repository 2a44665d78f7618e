package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a run comes to what an earlier one came to: our ratios to the best peer and to the machine's limits must lie within
 * the range that the earlier run's rounds had, give or take a fifth. Who the best peer is, the earlier run says.
 */
final class Against {

    private static final double TOLERANCE = 0.2;

    private final Results before;
    private final Results now;
    private final List<Line> lines = new ArrayList<>();

    private Against(Results before, Results now) {
        this.before = before;
        this.now = now;
    }

    /** The range of a ratio over the rounds of a run. */
    record Range(double least, double most) {

        /** Round by round, for what slows one of them down in a round slows the other too. */
        static Range of(Measurement ours, Measurement theirs) {
            double least = ours.median() / theirs.median();
            double most = least;
            int rounds = Math.min(ours.nanos().size(), theirs.nanos().size());
            for (int round = 0; round < rounds; round++) {
                double ratio = ours.nanos().get(round) / theirs.nanos().get(round);
                least = Math.min(least, ratio);
                most = Math.max(most, ratio);
            }
            return new Range(least, most);
        }

        boolean covers(double ratio) {
            return ratio >= least * (1 - TOLERANCE) && ratio <= most * (1 + TOLERANCE);
        }
    }

    /** A ratio of the earlier run, and what it is now; empty where one of the two was not measured again. */
    private record Line(String row, int threads, String to, Range before, Optional<Double> now) {

        boolean isInside() {
            return now.isPresent() && before.covers(now.get());
        }

        boolean isOutside() {
            return now.isPresent() && !before.covers(now.get());
        }

        @Override
        public String toString() {
            String judgement = isInside() ? "inside" : isOutside() ? "**OUTSIDE**" : "not measured again";
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %.3f–%.3f | %s | %s |",
                    row,
                    threads,
                    to,
                    before.least(),
                    before.most(),
                    now.map(ratio -> String.format(Locale.ROOT, "%.3f", ratio)).orElse(""),
                    judgement);
        }
    }

    /** Compares what both runs have measured of our rows. */
    static Against of(Results before, Results now) {
        Against against = new Against(before, now);
        for (Row row : Rows.all()) {
            for (int threads : Plan.THREADS) {
                for (int failing = 0; row.isOurs() && failing <= 1; failing++) {
                    against.compare(row, failing, threads);
                }
            }
        }
        return against;
    }

    private void compare(Row row, int failing, int threads) {
        Optional<Measurement> was = before.of(row.key(), failing, threads);
        Optional<Measurement> is = now.of(row.key(), failing, threads);
        if (was.isEmpty() || is.isEmpty()) {
            return;
        }
        String name = row.key() + (failing == 0 ? "" : ", " + failing + " % failing");
        Peers.fastest(before, row.scenario(), failing, threads).ifPresent(best -> {
            String peer = best.row().key();
            Range range = Range.of(was.get(), best.measured());
            lines.add(new Line(name, threads, peer, range, ratio(is.get(), now.of(peer, failing, threads))));
        });
        Floor floor = row.scenario().floor();
        floor.measured(before, threads).ifPresent(least -> {
            Range range = Range.of(was.get(), least);
            lines.add(new Line(name, threads, floor.words(), range, ratio(is.get(), floor.measured(now, threads))));
        });
    }

    private static Optional<Double> ratio(Measurement ours, Optional<Measurement> other) {
        return other.map(measured -> ours.median() / measured.median());
    }

    /** How many ratios lie outside. */
    long outside() {
        return lines.stream().filter(Line::isOutside).count();
    }

    /** Every ratio with its judgement, in Markdown. */
    String words() {
        long inside = lines.stream().filter(Line::isInside).count();
        StringBuilder words = new StringBuilder();
        words.append(String.format(
                Locale.ROOT,
                "%n### Compared with the earlier run%n%n"
                        + "%d ratios within its range ± %.0f %%, %d outside, %d not measured again.%n",
                inside,
                100 * TOLERANCE,
                outside(),
                lines.size() - inside - outside()));
        if (!lines.isEmpty()) {
            words.append("\n| row | threads | ratio to | range before | now | |\n|---|--:|---|--:|--:|---|\n");
            lines.forEach(line -> words.append(line).append('\n'));
        }
        return words.toString();
    }
}
