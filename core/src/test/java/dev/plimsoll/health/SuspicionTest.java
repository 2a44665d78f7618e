package dev.plimsoll.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HL-1: phi, the tail of the normal distribution, against its published quantiles and against plain integration. */
final class SuspicionTest {

    /** The tail by Simpson's rule over 40 deviations: slow, and right as long as the tail is not too small. */
    private static double naive(double y) {
        int steps = 20_000;
        double width = 40.0 / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double x = y + i * width;
            boolean end = i == 0 || i == steps;
            int inside = i % 2 == 1 ? 4 : 2;
            double weight = end ? 1 : inside;
            sum += weight * Math.exp((y * y - x * x) / 2); // relative to the density at y: nothing underflows
        }
        double tail = sum * width / 3 / Math.sqrt(2 * Math.PI);
        return (y * y / 2 - Math.log(tail)) / Math.log(10);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.30102999566398120",
        "1.2815515655446004, 1",
        "2.3263478740408408, 2",
        "3.0902323061678132, 3",
        "5.6120012441747891, 8",
        "9.2623400897985236, 20",
        "-1.2815515655446004, 0.04575749056067513",
    })
    @DisplayName("HL-1 phi at the quantiles of the normal distribution is the number of nines")
    void phi_atQuantiles(double y, double phi) {
        assertThat(Suspicion.phi(y)).isCloseTo(phi, within(1e-9));
    }

    @Property(tries = 300)
    @Label("HL-1 phi is the naive integral")
    void phi_isTheIntegral(@ForAll @DoubleRange(min = -3, max = 60) double y) {
        assertThat(Suspicion.phi(y)).isCloseTo(naive(y), Percentage.withPercentage(1e-4));
    }

    @Property(tries = 2_000)
    @Label("HL-1 phi never falls while the silence grows, and is always a number")
    void phi_grows(
            @ForAll @DoubleRange(min = -1e12, max = 1e12) double wide,
            @ForAll @DoubleRange(min = -50, max = 50) double y) {
        for (double from : new double[] {wide, y, y / 10, Math.copySign(2, y)}) {
            double to = Math.nextUp(from) + Math.abs(from) * 1e-6;
            assertThat(Suspicion.phi(from)).isNotNaN().isGreaterThanOrEqualTo(0);
            assertThat(Suspicion.phi(to)).isGreaterThanOrEqualTo(Suspicion.phi(from));
        }
    }

    @Test
    @DisplayName("HL-1 far out the tail neither underflows nor saturates")
    void phi_farOut() {
        assertThat(Suspicion.phi(40)).isCloseTo(349.437, within(0.01));
        assertThat(Suspicion.phi(1e6)).isCloseTo(1e12 / 2 / Math.log(10), Percentage.withPercentage(1e-6));
        assertThat(Suspicion.phi(Double.POSITIVE_INFINITY)).isInfinite().isPositive();
        assertThat(Suspicion.phi(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(Suspicion.phi(-5)).isCloseTo(2.8665157e-7 / Math.log(10), Percentage.withPercentage(1e-3));
        assertThat(Suspicion.phi(-40)).isBetween(0.0, 1e-300);
    }
}
