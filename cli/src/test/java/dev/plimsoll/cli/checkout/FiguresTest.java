package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FiguresTest {
    private static final int SAMPLES = 10_000;

    @Test
    @DisplayName("Browsing is kept when its p99 is within max(1.5 x, + 20 ms) of the good phase's")
    void kept_comparesTheP99WithTheLooserOfTheTwoLimits() {
        assertThat(figures(4, 24, SAMPLES).kept()).isTrue();
        assertThat(figures(4, 25, SAMPLES).kept()).isFalse();
        assertThat(figures(100, 150, SAMPLES).kept()).isTrue();
        assertThat(figures(100, 151, SAMPLES).kept()).isFalse();
    }

    @Test
    @DisplayName("Browsing is kept only when 99.9 % succeeded")
    void kept_needsThreeNines() {
        assertThat(figures(4, 4, 9990).kept()).isTrue();
        assertThat(figures(4, 4, 9989).kept()).isFalse();
    }

    @Test
    @DisplayName("The site stalled when less than half of the browsing succeeded, or its p99 was ten times as high")
    void stalled_isEither() {
        assertThat(figures(4, 4, 4999).stalled()).isTrue();
        assertThat(figures(4, 4, 5000).stalled()).isFalse();
        assertThat(figures(4, 40, SAMPLES).stalled()).isTrue();
        assertThat(figures(4, 39, SAMPLES).stalled()).isFalse();
    }

    private static Figures figures(long p99BeforeMillis, long p99DuringMillis, int succeeded) {
        return new Figures(
                phase(p99BeforeMillis, SAMPLES), phase(p99DuringMillis, succeeded), 1, 1, OptionalLong.empty());
    }

    private static Figures.Phase phase(long p99Millis, int succeeded) {
        Summary nothing = new Summary(0, 0, 0, 0, 0);
        long p99 = p99Millis * 1_000_000;
        return new Figures.Phase(new Summary(SAMPLES, succeeded, p99, p99, p99), nothing, nothing);
    }
}
