package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgainstTest {

    private static final String OURS = "Plimsoll.lastHundred";
    private static final String THEIRS = "Resilience4j.lastHundred";

    private static final Results BEFORE = new JmhJson()
            .add(OURS, 0, 1, 0, 10, 11, 12)
            .add(THEIRS, 0, 1, 0, 100, 100, 100)
            .results();

    @ParameterizedTest
    @CsvSource({"14.3, inside", "14.5, **OUTSIDE**", "8.1, inside", "7.9, **OUTSIDE**"})
    @DisplayName("a later run is held against the range of an earlier one, give or take a fifth")
    void against_whenARatioIsMeasuredAgain_judgesIt(double ours, String judgement) {
        Against against = Against.of(BEFORE, later(ours, 100));
        assertThat(against.outside()).isEqualTo(judgement.equals("inside") ? 0 : 1);
        assertThat(against.words())
                .contains("| " + OURS + " | 1 | " + THEIRS + " | 0.100–0.120 | 0.")
                .contains(judgement.equals("inside") ? "1 ratios within its range ± 20 %, 0 outside" : "0 ratios")
                .contains(" | " + judgement + " |");
    }

    @Test
    @DisplayName("ratios are what is compared: a slower machine is inside")
    void against_whenBothAreSlower_isInside() {
        assertThat(Against.of(BEFORE, later(110, 1_000)).outside()).isZero();
    }

    @Test
    @DisplayName("rounds that slow both down do not widen the range")
    void range_whenRoundsDiffer_isThatOfTheRatios() {
        Results before = new JmhJson()
                .add(OURS, 0, 1, 0, 10, 20, 30)
                .add(THEIRS, 0, 1, 0, 100, 200, 300)
                .results();
        assertThat(Against.of(before, later(10, 100)).words()).contains("| 0.100–0.100 | 0.100 | inside |");
        assertThat(Against.of(before, later(12.1, 100)).outside()).isEqualTo(1);
    }

    @Test
    @DisplayName("the limits are compared too, and calls of which some fail")
    void against_whenLimitsAreMeasured_comparesWithThem() {
        Results before = failing(30, 5, 1);
        assertThat(Against.of(before, failing(36, 5, 1)).words())
                .contains("| " + OURS
                        + ", 1 % failing | 1 | a striped add plus a volatile read | 5.000–5.000 | 6.000 | inside |");
        assertThat(Against.of(before, failing(36, 4, 1)).outside()).isEqualTo(1);
    }

    @Test
    @DisplayName("a peer that the later run leaves out is named, not passed over")
    void against_whenThePeerIsNotMeasuredAgain_saysSo() {
        Results now = new JmhJson()
                .add(OURS, 0, 1, 0, 10)
                .add("Failsafe.lastHundred", 0, 1, 0, 100)
                .results();
        Against against = Against.of(BEFORE, now);
        assertThat(against.outside()).isZero();
        assertThat(against.words())
                .contains("0 outside, 1 not measured again")
                .contains("| " + THEIRS + " | 0.100–0.120 |  | not measured again |");
    }

    @Test
    @DisplayName("rows that only one of the runs has are not compared")
    void against_whenNothingIsShared_comparesNothing() {
        assertThat(Against.of(Results.none(), later(1, 1)).words())
                .contains("0 ratios within")
                .doesNotContain("|");
        assertThat(Against.of(BEFORE, Results.none()).words()).contains("0 outside, 0 not");
    }

    private static Results later(double ours, double theirs) {
        return new JmhJson()
                .add(OURS, 0, 1, 0, ours)
                .add(THEIRS, 0, 1, 0, theirs)
                .results();
    }

    private static Results failing(double ours, double add, double read) {
        return new JmhJson()
                .add(OURS, 1, 1, 0, ours)
                .add("Limits.stripedAdd", 0, 1, 0, add)
                .add("Limits.volatileRead", 0, 1, 0, read)
                .results();
    }
}
