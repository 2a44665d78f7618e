package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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

        @Override
        public String toString() {
            return row.key() + " failing=" + failing;
        }
    }

    /**
     * Everything, or what is quick, as far as its name matches.
     *
     * @param only looked for in names such as {@code Plimsoll.lastHundred failing=0}
     */
    static Plan of(boolean quick, Pattern only) {
        List<Row> rows = Rows.all();
        List<Share> shares = new ArrayList<>();
        for (Row row : rows) {
            if (quick && !Rows.isQuick(row, rows)) {
                continue;
            }
            for (int failing = 0; failing <= (row.scenario().alsoFailing() ? 1 : 0); failing++) {
                Share share = new Share(row, failing, quick || failing > 0 ? FEW_THREADS : THREADS);
                if (only.matcher(share.toString()).find()) {
                    shares.add(share);
                }
            }
        }
        return new Plan(shares, quick);
    }

    List<Share> shares() {
        return shares;
    }

    /** How long all rounds take on an idle machine, in seconds: what is measured, and what it takes to get there. */
    double seconds(int rounds) {
        Vm.Lengths lengths = Vm.Lengths.of(quick);
        return rounds
                * shares.stream()
                        .mapToDouble(share -> lengths.seconds(share.threads().size()))
                        .sum();
    }
}
