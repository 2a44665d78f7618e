package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static final String OURS = "Plimsoll.lastHundred";
    private static final String THEIRS = "Resilience4j.lastHundred";

    @Test
    @DisplayName("a target is met at its limit exactly")
    void table_whenATargetIsJustMet_saysMet() {
        String table = table(new JmhJson().add(OURS, 0, 1, 0, 10).add(THEIRS, 0, 1, 24, 80));
        assertThat(table)
                .contains("| " + OURS + " | 1 | ≤ 1/8 of Resilience4j | 1/8.0 of Resilience4j, met |")
                .contains("| Plimsoll | 10.0 | 0 | 1/8.0 of Resilience4j |  |  |")
                .contains("| Resilience4j | 80.0 | 24 | 8.0 × |  |  |")
                .contains("2 met, 0 missed");
    }

    @Test
    @DisplayName("a missed target is loud, and stands before those that are met")
    void table_whenATargetIsMissed_saysSo() {
        String table = table(new JmhJson().add(OURS, 0, 2, 0, 10).add(THEIRS, 0, 2, 24, 149));
        assertThat(table)
                .contains("1 met, 1 missed")
                .containsSubsequence(
                        "|---|--:|---|---|\n| " + OURS
                                + " | 2 | ≤ 1/15 of Resilience4j | 1/14.9 of Resilience4j, **MISSED** |",
                        "| 0 B/op | 0 B/op, met |");
    }

    @Test
    @DisplayName("targets are held against the faster of Resilience4j's windows")
    void table_whenThePeerHasAFasterWindow_comparesWithIt() {
        assertThat(table(new JmhJson()
                        .add(OURS, 0, 1, 0, 10)
                        .add(THEIRS, 0, 1, 0, 90)
                        .add(THEIRS + "LockFree", 0, 1, 0, 50)))
                .contains("≤ 1/8 of Resilience4j | 1/5.0 of Resilience4j, **MISSED**");
    }

    @Test
    @DisplayName("the best peer is the fastest, whoever it is; who does less is none")
    void table_whenPeersDiffer_comparesWithTheFastest() {
        assertThat(table(new JmhJson()
                        .add("Plimsoll.rateLimiter", 0, 1, 0, 30)
                        .add("Resilience4j.rateLimiter", 0, 1, 0, 40)
                        .add("Bucket4j.rateLimiter", 0, 1, 0, 29)))
                .contains("| faster than the best peer | 1.03 of Bucket4j, **MISSED** |");
        assertThat(table(new JmhJson()
                        .add("Plimsoll.attemptTimeout", 0, 1, 0, 30)
                        .add("Resilience4j.attemptTimeout", 0, 1, 0, 10)
                        .add("Failsafe.attemptTimeout", 0, 1, 0, 60)))
                .contains("| Plimsoll | 30.0 | 0 | 1/2.0 of Failsafe |")
                .contains("| Resilience4j | 10.0 | 0 | 0.3 × |  | does less: ");
    }

    @Test
    @DisplayName("as fast as the best peer is not faster")
    void table_whenAsFastAsTheBestPeer_isMissed() {
        assertThat(table(new JmhJson().add("Plimsoll.retry", 0, 1, 0, 10).add("Spring.retry", 0, 1, 0, 10)))
                .contains("| faster than the best peer | 1/1.0 of Spring, **MISSED** |");
    }

    @Test
    @DisplayName("the median of forks is judged, not the best one; their range is shown")
    void table_whenForksDiffer_judgesTheirMedian() {
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0, 9, 11, 13).add(THEIRS, 0, 1, 0, 80)))
                .contains("| Plimsoll | 11.0 (9.0–13.0) |")
                .contains("1/7.3 of Resilience4j, **MISSED**");
    }

    @Test
    @DisplayName("one object a call is too many, the virtual machine's own crumbs are not")
    void table_whenSomethingIsAllocated_judgesTheWorstFork() {
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0.002, 10))).contains("0 B/op | 0 B/op, met");
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0, 10).add(OURS, 0, 1, 16, 10)))
                .contains("0 B/op | 16 B/op, **MISSED**");
        assertThat(table(new JmhJson().add("Plimsoll.attemptTimeout", 0, 1, 64.01, 10)))
                .contains("≤ 64 B/op | 64 B/op, met");
    }

    @Test
    @DisplayName("the limits are measured in the same run, and added up")
    void table_whenLimitsAreMeasured_comparesWithThem() {
        String table = table(new JmhJson()
                .add("Plimsoll.consecutive", 0, 1, 0, 6.6)
                .add("Plimsoll.consecutiveUncounted", 0, 1, 0, 3)
                .add(OURS, 0, 1, 0, 9.6)
                .add("Direct.call", 0, 1, 0, 1)
                .add("Limits.stripedAdd", 0, 1, 0, 5)
                .add("Limits.volatileRead", 0, 1, 0, 1));
        assertThat(table)
                .contains("≤ 1.3 × a striped add | 1.32 ×, **MISSED**")
                .contains("≤ 2 ns over the direct call | +2.0 ns, met")
                .contains("≤ 1.6 × a striped add plus a volatile read | 1.60 ×, met")
                .contains("| Plimsoll | 9.6 | 0 |  | 1.60 × |  |");
    }

    @Test
    @DisplayName("with one call in a hundred failing, the breakers have targets of their own")
    void table_whenCallsFail_judgesByWhatIsSaidOfThem() {
        assertThat(table(new JmhJson().add(OURS, 1, 1, 24, 20).add(THEIRS, 1, 1, 24, 80)))
                .contains("| " + OURS + ", 1 % failing | 1 | ≤ 1/4 of Resilience4j | 1/4.0 of Resilience4j, met |")
                .contains("; 1 % failing")
                .contains("1 met, 0 missed");
    }

    @Test
    @DisplayName("each number of threads has its column and its ratio")
    void table_whenOnSeveralThreads_showsAll() {
        assertThat(table(new JmhJson()
                        .add(OURS, 0, 1, 0, 10)
                        .add(OURS, 0, 2, 0, 10)
                        .add(OURS, 0, 8, 0, 40)
                        .add(THEIRS, 0, 1, 0, 80)
                        .add(THEIRS, 0, 2, 0, 200)
                        .add(THEIRS, 0, 8, 0, 1000)))
                .contains("| subject | ns/op, 1 thread | ns/op, 2 threads | ns/op, 8 threads | B/op |")
                .contains("| Plimsoll | 10.0 | 10.0 | 40.0 | 0 | 1/8.0; 1/20.0; 1/25.0 of Resilience4j |");
    }

    @Test
    @DisplayName("what is too much by less than a byte is shown")
    void table_whenAPartOfAByteIsTooMuch_showsIt() {
        assertThat(table(new JmhJson().add(OURS, 0, 1, 0.2, 10))).contains("| 0 B/op | 0.20 B/op, **MISSED** |");
    }

    @Test
    @DisplayName("an unsteady row is marked, and no target is judged by its time; that of its bytes is")
    void table_whenARowIsUnsteady_judgesItsBytesOnly() {
        String table = table(new JmhJson().addFrugal(OURS, 1, 1, false, 0.1).add(THEIRS, 1, 1, false, 0.01));
        assertThat(table)
                .contains("1 met, 0 missed, 1 not judged, for something was unsteady")
                .contains("| 0 B/op | 0 B/op, met |")
                .contains("≤ 1/8 of Resilience4j | 1/10.0 of Resilience4j, unsteady |")
                .contains("| Resilience4j | 100, unsteady |");
        assertThat(table(new JmhJson()
                        .add(OURS, 1, 1, true, 0.1)
                        .add(OURS, 1, 2, false, 0.1)
                        .add(OURS, 1, 3, true, 0.1)
                        .add(THEIRS, 1, 1, true, 0.01)))
                .contains("| Plimsoll | 10.0 (10.0–10.0), 1 of 3 unsteady |")
                .contains("1/10.0 of Resilience4j, met");
    }

    @Test
    @DisplayName("who takes the call to another thread is shown, and is not the best peer")
    void table_whenAPeerTakesTheCallElsewhere_isNotThePeer() {
        assertThat(table(new JmhJson()
                        .add("Plimsoll.asyncFallback", 0, 1, 0, 50)
                        .add("Failsafe.asyncFallback", 0, 1, 0, 30_000)))
                .contains("| Plimsoll | 50.0 | 0 |  |  |  |")
                .contains("| Failsafe | 30000 | 0 | 600.0 × |  | on another thread: of an executor of 10 |");
    }

    @Test
    @DisplayName("a row of ours that does less has no ratio to peers, and peers none to it")
    void table_whenOursDoesLess_comparesWithNoPeer() {
        assertThat(table(new JmhJson()
                        .add("Plimsoll.tenSeconds", 0, 1, 0, 20)
                        .add("Plimsoll.standard", 0, 1, 0, 10)
                        .add("Resilience4j.tenSeconds", 0, 1, 0, 80)))
                .contains("| Plimsoll | 20.0 | 0 | 1/4.0 of Resilience4j |")
                .contains("| Plimsoll, default rules | 10.0 | 0 |  |  | does less: no slow-call rate; ")
                .contains("| Resilience4j | 80.0 | 0 | 4.0 × |");
        assertThat(table(new JmhJson()
                        .add("Plimsoll.standard", 0, 1, 0, 10)
                        .add("Resilience4j.tenSeconds", 0, 1, 0, 80)))
                .contains("| Resilience4j | 80.0 | 0 |  |");
    }

    @Test
    @DisplayName("a peer's time is held against our row of the same variant")
    void table_whenVariantsAreTheSame_comparesThem() {
        assertThat(table(new JmhJson()
                        .add("Plimsoll.aimd", 0, 1, 0, 10)
                        .add("Plimsoll.vegas", 0, 1, 0, 20)
                        .add("concurrency-limits.vegas", 0, 1, 0, 100)))
                .contains("| concurrency-limits, vegas | 100 | 0 | 5.0 × |");
        assertThat(table(new JmhJson()
                        .add("Plimsoll.fullGuardAttemptTimeout", 0, 1, 0, 10)
                        .add("Plimsoll.fullGuardTotalTimeout", 0, 1, 0, 20)
                        .add("Failsafe.fullGuardTotalTimeout", 0, 1, 0, 100)))
                .contains("| Failsafe, total timeout | 100 | 0 | 5.0 × |");
    }

    @Test
    @DisplayName("wherever a peer is faster, that is listed under the targets")
    void table_whenAPeerIsFaster_listsIt() {
        assertThat(table(new JmhJson()
                        .add("Plimsoll.fallback", 0, 1, 0, 9)
                        .add("Resilience4j.fallback", 0, 1, 0, 3)
                        .add("Plimsoll.retry", 0, 1, 0, 9)
                        .add("Spring.retry", 0, 1, 0, 10)))
                .containsSubsequence(
                        "### Targets",
                        "### Slower than the best peer",
                        "| Plimsoll.fallback | 1 | 9.0 | Resilience4j.fallback | 3.0 | 3.00 |  |")
                .doesNotContain("| Plimsoll.retry | 1 | 9.0 |");
    }

    @Test
    @DisplayName("the machine stands above the targets: the direct call and the primitives")
    void table_whenLimitsAreMeasured_showsTheMachine() {
        assertThat(table(new JmhJson().add("Direct.call", 0, 1, 0, 1.5).add("Limits.atomicAdd", 0, 2, 0, 25)))
                .containsSubsequence(
                        "### The machine",
                        "| | ns/op, 1 thread | ns/op, 2 threads |",
                        "| the errand alone, in the same harness | 1.5 |  |",
                        "| atomic add |  | 25.0 |",
                        "### Targets");
    }

    private static String table(JmhJson json) {
        return Table.of(json.results(), List.of("a machine"));
    }
}
