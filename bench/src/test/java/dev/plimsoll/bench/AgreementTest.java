package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class AgreementTest {

    private final Agreement agreement = new Agreement();

    @Test
    @DisplayName("three iterations within a tenth agree, two do not yet")
    void agreement_whenThreeAgree_isReached() {
        add(100, 105);
        assertThat(agreement.isReached()).isFalse();
        add(110);
        assertThat(agreement.isReached()).isTrue();
    }

    @Test
    @DisplayName("only the latest count: what has become faster is steady from then on")
    void agreement_whenItHasBecomeFaster_isReachedThreeIterationsLater() {
        add(30, 31, 100);
        assertThat(agreement.isReached()).isFalse();
        add(101);
        assertThat(agreement.isReached()).isFalse();
        add(102);
        assertThat(agreement.isReached()).isTrue();
    }

    @Test
    @DisplayName("six that differ are as steady as they will be when the medians of the first and the last three agree")
    void agreement_whenMediansAgree_isReachedAfterSix() {
        add(100, 140, 110, 115, 100);
        assertThat(agreement.isReached()).isFalse();
        add(146);
        assertThat(agreement.isReached()).isTrue();
    }

    @Test
    @DisplayName("what becomes faster or slower is not steady, whatever a single iteration was before")
    void agreement_whileMediansMove_isNotReached() {
        for (double score : new double[] {100, 200, 120, 150, 180, 209, 240, 100, 150, 90, 70, 50}) {
            add(score);
            assertThat(agreement.isReached()).as("after %s", score).isFalse();
        }
    }

    @Test
    @DisplayName("a compilation between the first and the last three begins anew")
    void agreement_whenTheCompilerComesBetween_countsTheLastOnly() {
        add(100, 140, 110);
        agreement.add(110, true, false);
        add(115, 100, 146);
        assertThat(agreement.isReached()).isFalse();
    }

    @Test
    @DisplayName("iterations that agree while something is still being compiled say nothing")
    void agreement_whileTheCompilerWorks_isNotReached() {
        agreement.add(100, true, true);
        agreement.add(100, true, true);
        agreement.add(100, true, true);
        assertThat(agreement.isReached()).isFalse();
        add(100, 100);
        agreement.add(100, true, true);
        add(100, 100);
        assertThat(agreement.isReached()).isFalse();
        add(100);
        assertThat(agreement.isReached()).isTrue();
    }

    @Test
    @DisplayName(
            "little that is compiled between two ends disturbs nobody, but nothing is steady while it is under way")
    void agreement_whenLittleIsCompiled_waitsForItsEnd() {
        add(100, 100);
        agreement.add(100, false, true);
        assertThat(agreement.isReached()).isFalse();
        add(100);
        assertThat(agreement.isReached()).isTrue();
    }

    @Test
    @DisplayName(
            "what is under way at two ends in a row may be one long compilation, and iterations before its end say nothing")
    void agreement_whileSomethingLongIsCompiled_beginsAnew() {
        add(100, 100);
        agreement.add(100, false, true);
        agreement.add(100, false, true);
        add(100, 100);
        assertThat(agreement.isReached()).isFalse();
        add(100);
        assertThat(agreement.isReached()).isTrue();
    }

    @Test
    @DisplayName("on another number of threads it begins anew")
    void agreement_whenForgotten_isNotReached() {
        add(1, 1, 1);
        agreement.forget();
        assertThat(agreement.isReached()).isFalse();
    }

    private void add(double... scores) {
        for (double score : scores) {
            agreement.add(score, false, false);
        }
    }
}
