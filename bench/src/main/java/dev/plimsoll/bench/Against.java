package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether a run comes to what an earlier one came to: our ratios to the best peer and to the machine's limits must lie within
 * the range that the earlier run's rounds had, give or take a fifth. Who the best peer is, the earlier run says. Ratios to the
 * limit are those of one machine; on another one, which is told by its primitives, they are not judged.
 */
final class Against {

    private static final double TOLERANCE = 0.2;

    /** What a primitive takes on the same machine lies by no more outside what it took then. */
    private static final double SAME_MACHINE = 0.3;

    /** In a range whose end is so many times its beginning nearly everything lies. */
    private static final double WIDEST = 2;

    private final Results before;
    private final Results now;
    private final Set<Integer> otherMachine = new TreeSet<>();
    private final List<String> machine = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final Set<String> outside = new TreeSet<>();

    private Against(Results before, Results now) {
        this.before = before;
        this.now = now;
    }

    /** What can be said of a ratio. */
    private enum Judgement {
        INSIDE("inside"),
        OUTSIDE("**OUTSIDE**"),
        TOO_WIDE("too wide"),
        OTHER_MACHINE("another machine"),
        MISSING("not measured again");

        private final String words;

        Judgement(String words) {
            this.words = words;
        }
    }

    /** The range of a ratio over the rounds of a run. */
    record Range(double least, double most) {

        /** Round by round, for what slows one of them down in a round slows the other too. */
        static Range of(Measurement ours, Measurement theirs) {
            double least = ours.median() / theirs.median();
            double most = least;
            for (Measurement.Fork fork : ours.forks()) {
                Optional<Measurement.Fork> other = theirs.of(fork.round());
                if (other.isPresent()) {
                    double ratio = fork.nanos() / other.get().nanos();
                    least = Math.min(least, ratio);
                    most = Math.max(most, ratio);
                }
            }
            return new Range(least, most);
        }

        boolean covers(double ratio) {
            return ratio >= least * (1 - TOLERANCE) && ratio <= most * (1 + TOLERANCE);
        }

        boolean isTooWide() {
            return most > WIDEST * least;
        }
    }

    /** Our time and another. */
    private record Pair(Measurement ours, Measurement theirs) {

        double ratio() {
            return ours.median() / theirs.median();
        }

        boolean isUnsteady() {
            return ours.isUnsteady() || theirs.isUnsteady();
        }
    }

    /** A ratio of the earlier run, and what it is now; empty where one of the two was not measured again. */
    private record Line(
            String row,
            int threads,
            String to,
            Range before,
            Optional<Double> now,
            Judgement judgement,
            boolean unsteady) {

        static Line of(String row, int threads, String to, Pair before, Optional<Pair> now) {
            Range range = Range.of(before.ours(), before.theirs());
            Judgement judgement = now.map(again -> range.isTooWide()
                            ? Judgement.TOO_WIDE
                            : range.covers(again.ratio()) ? Judgement.INSIDE : Judgement.OUTSIDE)
                    .orElse(Judgement.MISSING);
            boolean unsteady = now.filter(again -> before.isUnsteady() || again.isUnsteady())
                    .isPresent();
            return new Line(row, threads, to, range, now.map(Pair::ratio), judgement, unsteady);
        }

        Line onAnotherMachine() {
            return now.isEmpty() ? this : new Line(row, threads, to, before, now, Judgement.OTHER_MACHINE, unsteady);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %.3f–%.3f | %s | %s%s |",
                    row,
                    threads,
                    to,
                    before.least(),
                    before.most(),
                    now.map(ratio -> String.format(Locale.ROOT, "%.3f", ratio)).orElse(""),
                    judgement.words,
                    unsteady ? ", unsteady" : "");
        }
    }

    /** Compares what both runs have measured of our rows. */
    static Against of(Results before, Results now) {
        Against against = new Against(before, now);
        Plan.THREADS.forEach(against::compareMachine);
        for (Row row : Rows.all()) {
            for (int threads : Plan.THREADS) {
                for (int failing = 0; row.isOurs() && failing <= 1; failing++) {
                    against.compare(row, failing, threads);
                }
            }
        }
        return against;
    }

    private void compareMachine(int threads) {
        for (String row : FloorRows.MACHINE) {
            Optional<Measurement> was = before.of(row, 0, threads);
            Optional<Double> is = now.of(row, 0, threads).map(Measurement::median);
            if (was.isPresent() && is.isPresent()) {
                boolean differs = is.get() > was.get().slowest() * (1 + SAME_MACHINE)
                        || is.get() * (1 + SAME_MACHINE) < was.get().fastest();
                machine.add(row + " on " + threads + " " + Table.nanos(is.get()) + " ns, was "
                        + Table.nanos(was.get().fastest()) + "–"
                        + Table.nanos(was.get().slowest()) + " ns"
                        + (differs ? " (**differs**)" : ""));
                if (differs) {
                    boolean unused = otherMachine.add(threads);
                }
            }
        }
    }

    private void compare(Row row, int failing, int threads) {
        Optional<Measurement> was = before.of(row.key(), failing, threads);
        Optional<Measurement> is = now.of(row.key(), failing, threads);
        if (was.isEmpty() || is.isEmpty()) {
            return;
        }
        String name = Table.named(row.key(), failing);
        if (row.isComparable()) {
            Peers.fastest(before, row.scenario(), failing, threads).ifPresent(best -> {
                String peer = best.row().key();
                Pair then = new Pair(was.get(), best.measured());
                Optional<Pair> again = now.of(peer, failing, threads).map(theirs -> new Pair(is.get(), theirs));
                add(Line.of(name, threads, peer, then, again), failing, row.key(), peer);
            });
        }
        Floor floor = row.scenario().floor();
        floor.measured(before, threads).ifPresent(least -> {
            Pair then = new Pair(was.get(), least);
            Optional<Pair> again = floor.measured(now, threads).map(theirs -> new Pair(is.get(), theirs));
            Line line = Line.of(name, threads, floor.words(), then, again);
            add(otherMachine.contains(threads) ? line.onAnotherMachine() : line, failing, row.key());
        });
    }

    private void add(Line line, int failing, String... rows) {
        lines.add(line);
        if (line.judgement() == Judgement.OUTSIDE) {
            for (String row : rows) {
                boolean unused = outside.add(row + " failing=" + failing);
            }
        }
    }

    /** What has to do with a ratio that lies outside, by the names that they have in a plan: ours, and the peers'. */
    Set<String> outside() {
        return outside;
    }

    /** Those that lie somewhere although something was unsteady when they were measured. */
    private long countUnsteady() {
        return lines.stream()
                .filter(line -> line.unsteady()
                        && (line.judgement() == Judgement.INSIDE || line.judgement() == Judgement.OUTSIDE))
                .count();
    }

    private long count(Judgement judgement) {
        return lines.stream().filter(line -> line.judgement() == judgement).count();
    }

    /** Whether something could be compared, and nothing lies outside. */
    boolean agrees() {
        return count(Judgement.OUTSIDE) == 0 && count(Judgement.INSIDE) > 0;
    }

    /** Every ratio with its judgement, in Markdown. */
    String words() {
        StringBuilder words = new StringBuilder("\n### Compared with the earlier run\n");
        paragraph(words, machineWords());
        paragraph(
                words,
                String.format(
                        Locale.ROOT,
                        "%d ratios within its range ± %s, %d outside (%d of both were unsteady in one of the runs); %d whose"
                                + " range is too wide to say anything (its end is more than %.0f × its beginning), %d of another"
                                + " machine, %d not measured again.",
                        count(Judgement.INSIDE),
                        percent(TOLERANCE),
                        count(Judgement.OUTSIDE),
                        countUnsteady(),
                        count(Judgement.TOO_WIDE),
                        WIDEST,
                        count(Judgement.OTHER_MACHINE),
                        count(Judgement.MISSING)));
        if (count(Judgement.INSIDE) + count(Judgement.OUTSIDE) == 0) {
            paragraph(words, "**Nothing could be compared.**");
        }
        paragraph(words, onlyIn(before, now, "Not measured now: "));
        paragraph(words, onlyIn(now, before, "Not in the earlier run: "));
        if (!lines.isEmpty()) {
            words.append("\n| row | threads | ratio to | range before | now | |\n|---|--:|---|--:|--:|---|\n");
            lines.forEach(line -> words.append(line).append('\n'));
        }
        return words.toString();
    }

    private String machineWords() {
        if (machine.isEmpty()) {
            return "Of what shows how fast the machine is, nothing was measured in both runs.";
        }
        String words = otherMachine.isEmpty()
                ? "The machine is as fast as over the rounds then, give or take " + percent(SAME_MACHINE) + ": "
                : "**The machines differ** by more than " + percent(SAME_MACHINE) + " from all rounds then, so on "
                        + numbers(otherMachine) + " threads ratios to the limit are not judged: ";
        return words + String.join("; ", machine) + ".";
    }

    private static String numbers(Set<Integer> threads) {
        return threads.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static void paragraph(StringBuilder words, String paragraph) {
        if (!paragraph.isEmpty()) {
            words.append('\n').append(paragraph).append('\n');
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** Rows of ours that one of the runs has and the other has not, or not on as many threads; empty for none. */
    private static String onlyIn(Results one, Results other, String words) {
        Set<Integer> threads = new TreeSet<>();
        Map<String, Set<Integer>> missing = new TreeMap<>();
        for (Measurement.Key key : ours(one)) {
            if (ours(other).stream().noneMatch(known -> known.threads() == key.threads())) {
                boolean unused = threads.add(key.threads());
            } else if (!other.keys().contains(key)) {
                boolean unused = missing.computeIfAbsent(Table.named(key.row(), key.failing()), row -> new TreeSet<>())
                        .add(key.threads());
            }
        }
        List<String> all = new ArrayList<>();
        if (!threads.isEmpty()) {
            all.add("anything on " + numbers(threads) + (threads.equals(Set.of(1)) ? " thread" : " threads"));
        }
        missing.forEach((row, on) -> all.add(row + " on " + numbers(on)));
        return all.isEmpty() ? "" : words + String.join("; ", all) + ".";
    }

    private static List<Measurement.Key> ours(Results results) {
        return results.keys().stream()
                .filter(key -> key.row().startsWith(Rows.OURS + "."))
                .toList();
    }
}
