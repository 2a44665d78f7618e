package dev.plimsoll.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Virtual machines in rounds: every row once, then every row again, so that a machine whose speed drifts treats all subjects
 * alike.
 */
final class Rounds {

    /** Others may have had this share of the processors; a fork that lost more is repeated. */
    static final double BUSY = 0.05;

    /** A run may be behind its time by so many seconds: rows differ in how long they take. */
    private static final double SLACK = 30;

    /** So often a fork is repeated. */
    private static final int MOST_REPEATS = 2;

    /** How often {@link #again} measures. */
    static final int AGAIN = 2;

    private final Plan plan;
    private final int rounds;
    private final Launcher launch;
    private final LongSupplier clock;
    private final PrintStream progress;
    private final List<String> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> known = new ArrayList<>();

    /** The number of threads on which a share hangs: to wait for it in each round would take as long as all others. */
    private final Map<String, Integer> hanging = new HashMap<>();

    private long start;
    private int launched;
    private int hurried;
    private int repeated;
    private int disturbed;
    private double others;

    /** Measures a share in a virtual machine of its own. */
    @FunctionalInterface
    interface Launcher {
        Launch.Outcome of(Plan.Share share, int round, boolean late) throws IOException, InterruptedException;
    }

    Rounds(Plan plan, int rounds, Launcher launch, LongSupplier clock, PrintStream progress) {
        this.plan = plan;
        this.rounds = rounds;
        this.launch = launch;
        this.clock = clock;
        this.progress = progress;
    }

    /** Measures all; what there is after each round is written down. */
    Results measure(Path json) throws IOException, InterruptedException {
        int total = plan.shares().size() * rounds;
        progress.printf(
                Locale.ROOT,
                "%d virtual machines, about %s on an idle machine%n",
                total,
                duration(plan.seconds(rounds)));
        start = clock.getAsLong();
        for (int round = 1; round <= rounds; round++) {
            for (Plan.Share share : plan.shares()) {
                progress.printf(Locale.ROOT, "[%d/%d] %s ", ++launched, total, share);
                measure(share, round);
            }
            Files.writeString(json, "[" + String.join(",\n", done) + "]\n");
        }
        progress.println("Measured in " + duration(seconds()));
        return Results.read(json);
    }

    /**
     * Measures some shares once more, in {@link #AGAIN} virtual machines each, so that what a single one has come to by chance is
     * told from what is so: from now on the medians of all of them count.
     */
    Results again(Predicate<Plan.Share> doubtful, Path json) throws IOException, InterruptedException {
        List<Plan.Share> shares = plan.shares().stream().filter(doubtful).toList();
        for (int round = rounds + 1; round <= rounds + AGAIN; round++) {
            for (Plan.Share share : shares) {
                progress.printf(Locale.ROOT, "[again %d/%d] %s ", round - rounds, AGAIN, share);
                measure(share, round);
            }
        }
        Files.writeString(json, "[" + String.join(",\n", done) + "]\n");
        return Results.read(json);
    }

    private double seconds() {
        return (clock.getAsLong() - start) / 1e9;
    }

    /** Whether it has taken longer than it should by now: then warm-ups end earlier, or the run would not end in its time. */
    private boolean isLate() {
        double all = plan.seconds(rounds);
        return seconds() > all * (launched - 1) / (plan.shares().size() * rounds) + SLACK;
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d minutes", whole / 60, whole % 60);
    }

    private void measure(Plan.Share share, int round) throws IOException, InterruptedException {
        Plan.Share rest = share.below(hanging.getOrDefault(share.toString(), Integer.MAX_VALUE));
        Launch.Outcome outcome = rest.threads().isEmpty()
                ? new Launch.Outcome("", "left out, for it hangs", true, 0)
                : quiet(rest, round);
        progress.println(
                Results.summary(outcome.entries()) + (outcome.isWhole() ? "" : " FAILED: " + outcome.problem()));
        if (!outcome.entries().isEmpty()) {
            done.add(outcome.entries());
        }
        if (outcome.others() > others) { // which it is not where nothing is known
            others = outcome.others();
        }
        disturbed += outcome.others() > BUSY ? 1 : 0;
        List<Integer> missing = share.without(Results.threads(outcome.entries()));
        if (!missing.isEmpty()) {
            if (outcome.hangs()) {
                hanging.merge(share.toString(), missing.get(0), Math::min);
            }
            missed(share, missing, round);
        }
    }

    /** While others have little; if it has failed, perhaps for want of memory, it is tried again: an hour is not lost for that. */
    private Launch.Outcome quiet(Plan.Share share, int round) throws IOException, InterruptedException {
        Launch.Outcome best = launched(share, round);
        if (!best.isWhole() && !best.hangs()) {
            progress.println("once more, for " + best.problem());
            best = launched(share, round);
        }
        for (int i = 0; i < MOST_REPEATS && best.isWhole() && best.others() > BUSY && repeated < mostRepeated(); i++) {
            repeated++;
            Launch.Outcome again = launched(share, round);
            if (again.isWhole() && again.others() < best.others()) {
                best = again;
            }
        }
        return best;
    }

    private Launch.Outcome launched(Plan.Share share, int round) throws IOException, InterruptedException {
        boolean late = isLate();
        hurried += late ? 1 : 0;
        return launch.of(share, round, late);
    }

    /** A tenth of all at most, for a machine that is always busy does not become idle by that. */
    private int mostRepeated() {
        return Math.max(MOST_REPEATS, plan.shares().size() * rounds / 10);
    }

    private void missed(Plan.Share share, List<Integer> threads, int round) {
        String words = share + " on " + threads.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + (threads.equals(List.of(1)) ? " thread" : " threads") + ", round " + round;
        boolean expected =
                share.row().hangsFrom() > 0 && threads.get(0) >= share.row().hangsFrom();
        (expected ? known : failed).add(words);
    }

    /** What there is no result of, though there should be. */
    List<String> failed() {
        return failed;
    }

    /** What there is no result of, as was known. */
    List<String> known() {
        return known;
    }

    /** How many forks had to warm up in a hurry. */
    int hurried() {
        return hurried;
    }

    /** How many forks were repeated. */
    int repeated() {
        return repeated;
    }

    /** Of how many forks that count others had more than their share. */
    int disturbed() {
        return disturbed;
    }

    /** Whether that were so many that medians may not be what they would be. */
    boolean wasBusy() {
        return disturbed * 10 > launched;
    }

    /** The greatest share of the processors that others had during a fork that counts. */
    double others() {
        return others;
    }
}
