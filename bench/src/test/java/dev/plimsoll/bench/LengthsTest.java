package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LengthsTest {

    /** What a virtual machine took on the development machine until its first iteration, between runs of JMH and at its end. */
    private static final double SECONDS_WITHOUT_ITERATIONS = 0.9;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "a run that is late waits less for a row to become steady, but for a peer that is not ready as long as ever")
    void most_whenLate_isLess(boolean quick) {
        Lengths lengths = Lengths.of(quick);
        assertThat(lengths.most(true, true)).isLessThan(lengths.most(false, true));
        assertThat(lengths.most(false, false) * lengths.millis()).isGreaterThanOrEqualTo(4_000);
        assertThat(lengths.most(true, false)).isEqualTo(lengths.most(false, false));
    }

    @Test
    @DisplayName("warm-ups are long enough that three iterations can agree")
    void warmUps_areLongerThanAnAgreement() {
        for (Lengths lengths : new Lengths[] {Lengths.of(true), Lengths.of(false)}) {
            assertThat(lengths.warmUp()).isGreaterThan(Agreement.ITERATIONS);
            assertThat(lengths.first()).isGreaterThan(Agreement.ITERATIONS);
            assertThat(lengths.mostLate()).isGreaterThan(lengths.warmUp());
        }
    }

    @Test
    @DisplayName("a run that is late catches up, though nothing ever becomes steady")
    void mostLate_whenNothingBecomesSteady_isShortEnough() {
        assertThat(SECONDS_WITHOUT_ITERATIONS + 3 * late(Lengths.of(false)))
                .isLessThan(Lengths.of(false).seconds(3));
        assertThat(SECONDS_WITHOUT_ITERATIONS + 2 * late(Lengths.of(true)))
                .isLessThan(Lengths.of(true).seconds(2));
    }

    private static double late(Lengths lengths) {
        return (lengths.mostLate() + 1 + lengths.measured()) * lengths.millis() / 1_000.0;
    }
}
