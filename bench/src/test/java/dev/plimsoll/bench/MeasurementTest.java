package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class MeasurementTest {

    @Test
    @DisplayName("parts are added up round by round, whatever rounds are missing")
    void sum_whenARoundIsMissing_pairsTheOthers() {
        Measurement sum = Measurement.sum(List.of(
                        new Measurement(List.of(fork(1, 10), fork(2, 20), fork(3, 30))),
                        new Measurement(List.of(fork(3, 3), fork(1, 1)))))
                .orElseThrow();
        assertThat(sum.forks()).extracting(Measurement.Fork::round).containsExactly(1, 3);
        assertThat(sum.forks()).extracting(Measurement.Fork::nanos).containsExactly(11.0, 33.0);
    }

    @Test
    @DisplayName("what was never measured in one round has no sum")
    void sum_whenNoRoundHasAll_isEmpty() {
        assertThat(Measurement.sum(
                        List.of(new Measurement(List.of(fork(1, 10))), new Measurement(List.of(fork(2, 10))))))
                .isEmpty();
    }

    @Test
    @DisplayName("a sum is as steady as its least steady part")
    void sum_whenAPartIsUnsteady_isUnsteady() {
        Measurement steady = new Measurement(List.of(fork(1, 10)));
        Measurement unsteady = new Measurement(List.of(new Measurement.Fork(1, 1, 0, false)));
        assertThat(Measurement.sum(List.of(steady, steady)).orElseThrow().isUnsteady())
                .isFalse();
        assertThat(Measurement.sum(List.of(steady, unsteady)).orElseThrow().isUnsteady())
                .isTrue();
    }

    @Test
    @DisplayName("of five forks two may be unsteady, of two none")
    void isUnsteady_whenHalfOfTheForksAre() {
        assertThat(forks(true, true, true, false, false).isUnsteady()).isFalse();
        assertThat(forks(true, true, false, false, false).isUnsteady()).isTrue();
        assertThat(forks(true, false).isUnsteady()).isTrue();
    }

    private static Measurement.Fork fork(int round, double nanos) {
        return new Measurement.Fork(round, nanos, 0, true);
    }

    private static Measurement forks(Boolean... steady) {
        return new Measurement(Arrays.stream(steady)
                .map(each -> new Measurement.Fork(1, 1, 0, each))
                .toList());
    }
}
