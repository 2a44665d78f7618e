package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static final String OURS = "PlimsollBenchmark.lastHundred";
    private static final String THEIRS = "Resilience4jBenchmark.lastHundred";

    @Test
    @DisplayName("a target is met at its limit exactly")
    void table_whenATargetIsJustMet_saysMet() {
        String table = table(new JmhJson().add(OURS, 0, 1, 0, 10).add(THEIRS, 0, 1, 24, 60));
        assertThat(table)
                .contains("| Plimsoll | 1 | 10.0 | 10.0–10.0 | 0 | 1/6.0 of Resilience4j "
                        + "| ≤ 1/6 of Resilience4j: 1/6.0, met; 0 B/op: 0 B/op, met |  |")
                .contains("| Resilience4j | 1 | 60.0 | 60.0–60.0 | 24 | 6.0 × Plimsoll |  |  |")
                .contains("2 met, 0 missed");
    }

    @Test
    @DisplayName("a missed target is loud, in its row and in the summary")
    void table_whenATargetIsMissed_saysSo() {
        String table = table(new JmhJson().add(OURS, 0, 2, 0, 10).add(THEIRS, 0, 2, 24, 99));
        assertThat(table)
                .contains("≤ 1/10 of Resilience4j: 1/9.9, **MISSED**; 0 B/op: 0 B/op, met")
                .contains("1 met, 1 missed")
                .contains("- " + OURS + ", 2 threads, ≤ 1/10 of Resilience4j: 1/9.9, **MISSED**");
    }

    @Test
    @DisplayName("targets are held against the faster of Resilience4j's windows")
    void table_whenThePeerHasAFasterWindow_comparesWithIt() {
        assertThat(table(new JmhJson()
                        .add(OURS, 0, 1, 0, 10)
                        .add(THEIRS, 0, 1, 0, 90)
                        .add(THEIRS + "LockFree", 0, 1, 0, 50)))
                .contains("≤ 1/6 of Resilience4j: 1/5.0, **MISSED**");
    }

    @Test
    @DisplayName("the median of forks is judged, not the best one")
    void table_whenForksDiffer_judgesTheirMedian() {
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0, 9, 11, 13).add(THEIRS, 0, 1, 0, 60)))
                .contains("| 11.0 | 9.0–13.0 |")
                .contains("1/5.5, **MISSED**");
    }

    @Test
    @DisplayName("one object a call is too many, the virtual machine's own crumbs are not")
    void table_whenSomethingIsAllocated_judgesTheWorstFork() {
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0.002, 10))).contains("0 B/op: 0 B/op, met");
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0, 10).add(OURS, 0, 1, 16, 10)))
                .contains("0 B/op: 16 B/op, **MISSED**");
    }

    @Test
    void table_whenConsecutive_comparesWithTheLimits() {
        String table = table(new JmhJson()
                .add("PlimsollBenchmark.consecutive", 0, 1, 0, 6.6)
                .add("PlimsollBenchmark.consecutiveUncounted", 0, 1, 0, 4)
                .add("LimitsBenchmark.direct", 0, 1, 0, 1)
                .add("LimitsBenchmark.stripedAdd", 0, 1, 0, 5));
        assertThat(table)
                .contains("≤ 1.3 × a striped add: 1.32 ×, **MISSED**")
                .contains("≤ 3 ns over the direct call: +3.0 ns, met");
    }

    @Test
    @DisplayName("targets are for good calls: failing ones are only shown")
    void table_whenCallsFail_judgesNothing() {
        assertThat(table(new JmhJson().add(OURS, 1, 1, 24, 100).add(THEIRS, 1, 1, 24, 50)))
                .contains("| Plimsoll | 1 | 100 | 100–100 | 24 | 2.00 of Resilience4j |  |  |")
                .contains("0 met, 0 missed");
    }

    private static String table(JmhJson json) {
        return Table.of(json.results(), List.of("a machine"));
    }
}
