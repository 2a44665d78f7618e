package dev.plimsoll.degrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** From health to a level, at every edge, and against exact arithmetic. */
final class ThresholdsTest {

    private static final Thresholds DEFAULTS = Thresholds.DEFAULTS;

    private static Level level(int dependencies, int unhealthy, double errorRate, long p99Millis) {
        List<DependencyHealth> all = new ArrayList<>();
        for (int i = 0; i < dependencies; i++) {
            all.add(new DependencyHealth("d" + i, i >= unhealthy, Duration.ofMillis(p99Millis), errorRate));
        }
        return DEFAULTS.levelFor(all);
    }

    @Test
    @DisplayName("DG-2 each threshold holds up to its edge: < for error rates and latency, <= for the unhealthy")
    void levelFor_atEveryEdge_isThatOfTheRequirement() {
        assertThat(level(1, 0, Math.nextDown(0.01), 99)).isEqualTo(Level.NORMAL);
        assertThat(level(1, 0, 0.01, 99)).isEqualTo(Level.DEGRADED);
        assertThat(level(1, 0, 0, 100)).isEqualTo(Level.DEGRADED);
        assertThat(DEFAULTS.levelFor(List.of(new DependencyHealth("d", true, Duration.ofNanos(99_999_999), 0))))
                .isEqualTo(Level.NORMAL);
        assertThat(level(5, 1, 0, 1)).isEqualTo(Level.DEGRADED);
        assertThat(level(5, 2, Math.nextDown(0.05), 100_000)).isEqualTo(Level.DEGRADED);
        assertThat(level(1, 0, 0.05, 1)).isEqualTo(Level.MINIMAL);
        assertThat(level(5, 3, 0, 1)).isEqualTo(Level.MINIMAL);
        assertThat(level(5, 4, Math.nextDown(0.20), 1)).isEqualTo(Level.MINIMAL);
        assertThat(level(5, 5, 0, 1)).isEqualTo(Level.EMERGENCY);
        assertThat(level(1, 0, 0.20, 1)).isEqualTo(Level.EMERGENCY);
        assertThat(level(0, 0, 0, 0)).as("nobody at all").isEqualTo(Level.NORMAL);
    }

    @Test
    @DisplayName("DG-2 the level is that of exact arithmetic on the means, for random health")
    void levelFor_comparedWithExactArithmetic_agrees() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            List<DependencyHealth> all = new ArrayList<>();
            int count = random.nextInt(8);
            double scale = random.nextDouble() * 0.4;
            for (int i = 0; i < count; i++) {
                all.add(new DependencyHealth(
                        "d" + i,
                        random.nextInt(4) > 0,
                        Duration.ofNanos(random.nextInt(220_000_000)),
                        random.nextDouble() * scale));
            }
            assertThat(DEFAULTS.levelFor(all)).as("%s", all).isEqualTo(naive(all));
        }
    }

    private static Level naive(List<DependencyHealth> all) {
        long unhealthy = all.stream().filter(each -> !each.healthy()).count();
        BigDecimal count = BigDecimal.valueOf(Math.max(1, all.size()));
        BigDecimal errors = all.stream()
                .map(each -> new BigDecimal(each.errorRate()))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(count, MathContext.DECIMAL128);
        BigDecimal millis = all.stream()
                .map(each -> BigDecimal.valueOf(each.p99().toNanos(), 6))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(count, MathContext.DECIMAL128);
        if (unhealthy == 0 && below(errors, "0.01") && below(millis, "100")) {
            return Level.NORMAL;
        }
        if (unhealthy <= 2 && below(errors, "0.05")) {
            return Level.DEGRADED;
        }
        return unhealthy <= 4 && below(errors, "0.20") ? Level.MINIMAL : Level.EMERGENCY;
    }

    private static boolean below(BigDecimal value, String bound) {
        return value.compareTo(new BigDecimal(bound)) < 0;
    }

    @Test
    @DisplayName("DG-2 health that cannot be is refused, with all that is wrong with it")
    void health_whenImpossible_saysWhy() {
        assertThatThrownBy(() -> new DependencyHealth("no good", true, Duration.ofMillis(-1), Double.NaN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must match")
                .hasMessageContaining("p99 must not be negative: PT-0.001S")
                .hasMessageContaining("errorRate must be 0 … 1: NaN");
    }

    @Test
    @DisplayName("DG-2 thresholds can be named, and are checked")
    void thresholds_canBeNamed() {
        Thresholds own =
                DEFAULTS.normal(1, 0.5, Duration.ofSeconds(1)).degraded(3, 0.6).minimal(5, 1.01);
        DependencyHealth sick = new DependencyHealth("d", false, Duration.ofMillis(999), 0.4);
        assertThat(own.levelFor(List.of(sick))).isEqualTo(Level.NORMAL);
        DependencyHealth dead = new DependencyHealth("d", false, Duration.ofMillis(999), 1);
        assertThat(own.levelFor(List.of(dead))).isEqualTo(Level.MINIMAL);
        assertThat(DEFAULTS.normal(-1, 0, Duration.ZERO).problems())
                .containsExactly(
                        "normal.unhealthy must be at least 0: -1",
                        "normal.errorRate must be above 0 and at most 1.01: 0",
                        "normal.p99 must be longer than zero: PT0S");
    }

    @Test
    @DisplayName("DG-2 a bound of centuries is one")
    void thresholds_ofCenturies_hold() {
        Thresholds patient = DEFAULTS.normal(0, 0.01, Duration.ofDays(200_000));
        assertThat(patient.problems()).isEmpty();
        assertThat(patient.levelFor(List.of(new DependencyHealth("d", true, Duration.ofDays(40_000), 0))))
                .isEqualTo(Level.NORMAL);
    }
}
