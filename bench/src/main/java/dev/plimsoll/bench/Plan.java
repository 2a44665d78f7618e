package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a run measures, and how long it will take. */
final class Plan {

    /** On how many threads everything is measured; a quick run leaves the last one out. */
    static final List<Integer> THREADS = List.of(1, 2, 8);

    private static final List<Integer> QUICK_THREADS = List.of(1, 2);

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
                Share share = new Share(row, failing, quick ? QUICK_THREADS : THREADS);
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
                        .mapToDouble(share -> lengths.seconds(share.threads().size()) + Vm.START_SECONDS)
                        .sum();
    }
}
