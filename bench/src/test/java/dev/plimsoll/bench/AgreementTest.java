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
    @DisplayName("iterations that agree while something is still being compiled say nothing")
    void agreement_whileTheCompilerWorks_isNotReached() {
        agreement.add(100, false);
        agreement.add(100, false);
        agreement.add(100, false);
        assertThat(agreement.isReached()).isFalse();
        add(100, 100);
        agreement.add(100, false);
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
            agreement.add(score, true);
        }
    }
}
