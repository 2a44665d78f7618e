package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a run measures, and how long it will take. */
final class Plan {

    /** On how many threads calls that all succeed are measured. */
    static final List<Integer> THREADS = List.of(1, 2, 8);

    /**
     * The same in a quick run, and where calls fail: when a virtual machine with more threads than processors halts them all,
     * each goes on until it comes to rest, and those that were in the midst of a failure make a row of failures at which
     * circuit breakers open, as they should.
     */
    private static final List<Integer> FEW_THREADS = List.of(1, 2);

    private final List<Share> shares;
    private final boolean quick;

    private Plan(List<Share> shares, boolean quick) {
        this.shares = shares;
        this.quick = quick;
    }

    /** What one virtual machine measures: a row with so many calls in a hundred failing, on each number of threads. */
    record Share(Row row, int failing, List<Integer> threads) {

        /** Whether it is known to hang on one of its numbers of threads. */
        boolean hangs() {
            return row.hangsFrom() > 0 && !below(row.hangsFrom()).equals(this);
        }

        /** The same on fewer threads than that. */
        Share below(int most) {
            return new Share(
                    row, failing, threads.stream().filter(count -> count < most).toList());
        }

        /** Its numbers of threads but those. */
        List<Integer> without(List<Integer> measured) {
            return threads.stream().filter(count -> !measured.contains(count)).toList();
        }

        @Override
        public String toString() {
            return row.key() + " failing=" + failing;
        }
    }

    /**
     * Everything, or what is quick, as far as its name matches.
     *
     * @param only looked for in names such as {@code Plimsoll.lastHundred failing=0}
     * @param before an earlier run; who was the best peer in it is quick too, for it is compared with
     */
    static Plan of(boolean quick, Pattern only, Results before) {
        List<Share> shares = new ArrayList<>();
        for (Row row : Rows.all()) {
            for (int failing = 0; failing <= (row.scenario().alsoFailing() ? 1 : 0); failing++) {
                if (quick && !isQuick(row, failing, before)) {
                    continue;
                }
                Share share = new Share(row, failing, quick || failing > 0 ? FEW_THREADS : THREADS);
                if (only.matcher(share.toString()).find()) {
                    shares.add(share);
                }
            }
        }
        return new Plan(shares, quick);
    }

    /**
     * Whether a quick run measures it: what has a target, whom that is held against, and what nobody can get under. It takes
     * the time until these are steady, rather than a moment for everything.
     */
    private static boolean isQuick(Row row, int failing, Results before) {
        if (!row.scenario().isGuarded()) {
            return true;
        }
        Stream<Target> targets = Target.all().stream().filter(target -> target.failing() == failing);
        return row.isPeer()
                ? (Rows.canBeFastest(row) || wasBest(row, failing, before))
                        && targets.anyMatch(target -> Rows.named(target.row()).scenario() == row.scenario())
                : targets.anyMatch(target -> target.row().equals(row.key()));
    }

    private static boolean wasBest(Row row, int failing, Results before) {
        return FEW_THREADS.stream()
                .anyMatch(threads -> Peers.fastest(before, row.scenario(), failing, threads)
                        .filter(best -> best.row().equals(row))
                        .isPresent());
    }

    List<Share> shares() {
        return shares;
    }

    /** How long all rounds take on an idle machine, in seconds: what is measured, and what it takes to get there. */
    double seconds(int rounds) {
        return shares.stream().mapToDouble(share -> seconds(share, rounds)).sum();
    }

    /** Who hangs is waited for once, and measured on fewer threads then. */
    private double seconds(Share share, int rounds) {
        Lengths lengths = Lengths.of(quick);
        int counts = share.hangs()
                ? share.below(share.row().hangsFrom()).threads().size()
                : share.threads().size();
        return rounds * lengths.seconds(counts) + (share.hangs() ? Launch.LIMIT_OF_HANGING.toSeconds() : 0);
    }
}
