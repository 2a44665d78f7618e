package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SecondsTest {

    private final Seconds seconds = new Seconds(2);

    @Test
    @DisplayName("Each second is by how much the counts have grown; the window is ten of them, and a minute is kept")
    void seconds_areDifferences() {
        seconds.begin(new long[] {1_000, 7});
        assertThat(seconds.known()).isZero();
        assertThat(seconds.sum(0)).isZero();
        for (int second = 1; second <= 130; second++) {
            seconds.tick(new long[] {1_000 + 5L * second, 7});
            assertThat(seconds.known()).isEqualTo(Math.min(60, second));
            assertThat(seconds.inWindow()).isEqualTo(Math.min(10, second));
            assertThat(seconds.sum(0)).isEqualTo(5L * Math.min(10, second));
            assertThat(seconds.at(1, 0)).isEqualTo(5);
            assertThat(seconds.at(seconds.known(), 0)).isEqualTo(5);
            assertThat(seconds.sum(1)).isZero();
        }
    }

    @Test
    @DisplayName("What was counted backwards for a moment is nothing by itself, and comes out right over the window")
    void counts_thatGoBackForAMoment_comeOutRight() {
        seconds.tick(new long[] {10, 0});
        seconds.tick(new long[] {9, 0});
        assertThat(seconds.at(1, 0)).isZero();
        assertThat(seconds.sum(0)).isEqualTo(9);
        seconds.tick(new long[] {12, 0});
        assertThat(seconds.sum(0)).isEqualTo(12);
    }
}
