package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        assertThat(against.agrees()).isEqualTo(judgement.equals("inside"));
        assertThat(against.words())
                .contains("| " + OURS + " | 1 | " + THEIRS + " | 0.100–0.120 | 0.")
                .contains(judgement.equals("inside") ? "1 ratios within its range ± 20 %, 0 outside" : "0 ratios")
                .contains(" | " + judgement + " |");
    }

    @Test
    @DisplayName("who has to do with a ratio that lies outside is named as in a plan, to be measured again")
    void outside_isNamedAsInThePlan() {
        assertThat(Against.of(BEFORE, later(14.3, 100)).outside()).isEmpty();
        assertThat(Against.of(BEFORE, later(14.5, 100)).outside())
                .containsExactly(OURS + " failing=0", THEIRS + " failing=0");
        assertThat(Against.of(failing(30, 5, 1), failing(36, 4, 1)).outside()).containsExactly(OURS + " failing=1");
    }

    @Test
    @DisplayName("ratios are what is compared: a slower machine is inside")
    void against_whenBothAreSlower_isInside() {
        assertThat(Against.of(BEFORE, later(110, 1_000)).agrees()).isTrue();
    }

    @Test
    @DisplayName("rounds that slow both down do not widen the range")
    void range_whenRoundsDiffer_isThatOfTheRatios() {
        Results before = new JmhJson()
                .add(OURS, 0, 1, 0, 10, 20, 30)
                .add(THEIRS, 0, 1, 0, 100, 200, 300)
                .results();
        assertThat(Against.of(before, later(10, 100)).words()).contains("| 0.100–0.100 | 0.100 | inside |");
        assertThat(Against.of(before, later(12.1, 100)).agrees()).isFalse();
    }

    @Test
    @DisplayName("the limits are compared too, and calls of which some fail")
    void against_whenLimitsAreMeasured_comparesWithThem() {
        Results before = failing(30, 5, 1);
        assertThat(Against.of(before, failing(36, 5, 1)).words())
                .contains("| " + OURS
                        + ", 1 % failing | 1 | a striped add plus a volatile read | 5.000–5.000 | 6.000 | inside |");
        assertThat(Against.of(before, failing(36, 4, 1)).agrees()).isFalse();
    }

    @Test
    @DisplayName("a peer that the later run leaves out is named, not passed over")
    void against_whenThePeerIsNotMeasuredAgain_saysSo() {
        Results now = new JmhJson()
                .add(OURS, 0, 1, 0, 10)
                .add("Failsafe.lastHundred", 0, 1, 0, 100)
                .results();
        Against against = Against.of(BEFORE, now);
        assertThat(against.agrees()).isFalse();
        assertThat(against.words())
                .contains("0 outside (0 of both", "1 not measured again")
                .contains("| " + THEIRS + " | 0.100–0.120 |  | not measured again |");
    }

    @Test
    @DisplayName(
            "a run that has nothing in common with the earlier one does not agree with it, and says what is missing")
    void against_whenNothingIsShared_doesNotAgree() {
        Against nothingThen = Against.of(Results.none(), later(1, 1));
        assertThat(nothingThen.agrees()).isFalse();
        assertThat(nothingThen.words())
                .contains(
                        "0 ratios within",
                        "**Nothing could be compared.**",
                        "Not in the earlier run: anything on 1 thread.")
                .doesNotContain("|");
        Against nothingNow = Against.of(BEFORE, Results.none());
        assertThat(nothingNow.agrees()).isFalse();
        assertThat(nothingNow.words())
                .contains("**Nothing could be compared.**", "Not measured now: anything on 1 thread.");
    }

    @Test
    @DisplayName("a row of ours that was not measured again, or not on as many threads, is named")
    void against_whenARowIsMissing_namesIt() {
        Results before = new JmhJson()
                .add(OURS, 0, 1, 0, 10)
                .add(OURS, 0, 8, 0, 10)
                .add(OURS, 1, 1, 0, 10)
                .add("Plimsoll.goneSince", 0, 1, 0, 10)
                .add(THEIRS, 0, 1, 0, 100)
                .results();
        Against against = Against.of(before, later(10, 100));
        assertThat(against.agrees()).isTrue();
        assertThat(against.words())
                .contains("Not measured now: anything on 8 threads; Plimsoll.goneSince on 1; " + OURS
                        + ", 1 % failing on 1.");
    }

    @Test
    @DisplayName("a range that would hold nearly everything says nothing")
    void against_whenTheRangeIsTooWide_saysSo() {
        Results before = new JmhJson()
                .add(OURS, 0, 1, 0, 10, 11, 21)
                .add(THEIRS, 0, 1, 0, 100, 100, 100)
                .results();
        Against against = Against.of(before, later(10, 100));
        assertThat(against.words())
                .contains("| 0.100–0.210 | 0.100 | too wide |")
                .contains("Nothing could be compared");
        assertThat(against.agrees()).isFalse();
    }

    @Test
    @DisplayName("what is unsteady in one of the runs lies inside or outside all the same, and is marked")
    void against_whenSomethingIsUnsteady_judgesAndSaysSo() {
        Results now = new JmhJson()
                .add(OURS, 1, 1, false, 0.5)
                .add(THEIRS, 1, 1, true, 0.01)
                .results();
        assertThat(Against.of(BEFORE, now).words())
                .contains("0 ratios within its range ± 20 %, 1 outside (1 of both were unsteady in one of the runs); ")
                .contains("| 0.020 | **OUTSIDE**, unsteady |");
    }

    @Test
    @DisplayName("rounds are paired by their number, not by their place")
    void range_whenARoundIsMissing_pairsTheOthers() {
        Results before = new JmhJson()
                .add(OURS, 1, 2, true, 1.0 / 20)
                .add(OURS, 1, 3, true, 1.0 / 30)
                .add(THEIRS, 1, 1, true, 1.0 / 100)
                .add(THEIRS, 1, 2, true, 1.0 / 200)
                .add(THEIRS, 1, 3, true, 1.0 / 300)
                .results();
        Measurement ours = before.of(OURS, 0, 1).orElseThrow();
        Measurement theirs = before.of(THEIRS, 0, 1).orElseThrow();
        assertThat(Against.Range.of(ours, theirs).least()).isEqualTo(0.1, within(1e-9));
        assertThat(Against.Range.of(ours, theirs).most()).isEqualTo(25.0 / 200, within(1e-9));
    }

    @Test
    @DisplayName("ratios to the limit hold for one machine: on another one they are not judged, those to peers are")
    void against_whenTheMachineIsAnother_judgesNoLimit() {
        Results before = machine(10, 5);
        Against same = Against.of(before, machine(10, 6.4));
        assertThat(same.words()).contains("The machine is as fast as over the rounds then");
        Against other = Against.of(before, machine(40, 6.6));
        assertThat(other.words())
                .contains("**The machines differ**", "Limits.stripedAdd on 1 6.6 ns, was 5.0–5.0 ns (**differs**)")
                .contains("| a striped add plus a volatile read | 1.667–1.667 | 5.263 | another machine |")
                .contains("| " + THEIRS + " | 0.100–0.100 | 0.400 | **OUTSIDE** |");
        assertThat(other.agrees()).isFalse();
    }

    @Test
    @DisplayName(
            "a primitive that took now this, now that over the rounds shows another machine only outside all of it")
    void against_whenAPrimitiveVaried_looksAtItsRange() {
        Results before =
                new JmhJson().add("Limits.atomicAdd", 0, 2, 0, 17, 24, 26).results();
        assertThat(Against.of(before, atomicAdd(13.1)).words())
                .contains("The machine is as fast as over the rounds then");
        assertThat(Against.of(before, atomicAdd(33.7)).words())
                .contains("The machine is as fast as over the rounds then");
        assertThat(Against.of(before, atomicAdd(13)).words()).contains("**The machines differ**");
        assertThat(Against.of(before, atomicAdd(33.9)).words()).contains("**The machines differ**");
    }

    private static Results atomicAdd(double nanos) {
        return new JmhJson().add("Limits.atomicAdd", 0, 2, 0, nanos).results();
    }

    @Test
    @DisplayName("a row of ours that does less is held against no peer")
    void against_whenOursDoesLess_comparesWithTheLimitOnly() {
        Results results = new JmhJson()
                .add("Plimsoll.consecutiveUncounted", 0, 1, 0, 8)
                .add("Resilience4j.consecutive", 0, 1, 0, 90)
                .add("Limits.stripedAdd", 0, 1, 0, 4)
                .results();
        assertThat(Against.of(results, results).words())
                .contains("| a striped add | 2.000–2.000 | 2.000 | inside |")
                .doesNotContain("Resilience4j");
    }

    private static Results machine(double ours, double add) {
        return new JmhJson()
                .add(OURS, 0, 1, 0, ours)
                .add(THEIRS, 0, 1, 0, 100)
                .add("Limits.stripedAdd", 0, 1, 0, add)
                .add("Limits.volatileRead", 0, 1, 0, 1)
                .results();
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
