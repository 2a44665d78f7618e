package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConcurrencyLimitConfigTest {

    private static List<String> problems(UnaryOperator<ConcurrencyLimitConfig.Builder> configuration) {
        return configuration.apply(ConcurrencyLimitConfig.builder()).problems();
    }

    @Test
    @DisplayName("CL-1 everything has a default: adaptive, 1 to 1000, starting at 20")
    void defaults_areComplete() {
        ConcurrencyLimitConfig config = ConcurrencyLimitConfig.builder().build();
        assertThat(config).isEqualTo(new ConcurrencyLimitConfig(Elasticity.defaults(), 1, 1_000, 20));
        assertThat(config).isEqualTo(ConcurrencyLimitConfig.builder().adaptive().build());
        assertThat(config.algorithm().name()).isEqualTo("adaptive");
    }

    @Test
    @DisplayName("CL-1 configurations of the same values are equal, whatever the algorithm")
    void equals_goesByValue() {
        assertThat(ConcurrencyLimitConfig.builder().vegas().build())
                .isEqualTo(ConcurrencyLimitConfig.builder().vegas().build())
                .isNotEqualTo(ConcurrencyLimitConfig.builder()
                        .vegas(v -> v.smoothing(0.5))
                        .build())
                .isNotEqualTo(ConcurrencyLimitConfig.builder().aimd().build());
        assertThat(Aimd.published())
                .isEqualTo(Aimd.published())
                .isNotEqualTo(Aimd.published().backoff(0.8));
        assertThat(Gradient2.published()).isNotEqualTo(Gradient2.published().tolerance(2));
        assertThat(Elasticity.defaults()).isNotEqualTo(Elasticity.defaults().sharedBy(2));
    }

    @Test
    @DisplayName("CL-1 CA-4 everything that is wrong is said at once")
    void problems_areAllSaid() {
        assertThat(problems(l -> l.within(0, -1).initial(5)))
                .containsExactly("within.min must be at least 1: 0", "within.max must be at least the minimum, 0: -1");
        assertThat(problems(l -> l.initial(5).within(6, 7))).containsExactly("initial must be within 6 and 7: 5");
        assertThat(problems(l -> l.aimd(a -> a.backoff(1).slow(Duration.ZERO))))
                .containsExactly(
                        "aimd.backoff must be 0.5 to less than 1: 1.0", "aimd.slow must be longer than zero: PT0S");
        assertThat(problems(l -> l.aimd(a -> a.backoff(0.4))))
                .containsExactly("aimd.backoff must be 0.5 to less than 1: 0.4");
        assertThat(problems(l -> l.vegas(v -> v.smoothing(0).probeMultiplier(0))))
                .containsExactly(
                        "vegas.smoothing must be above 0 and at most 1: 0",
                        "vegas.probeMultiplier must be at least 1: 0");
        assertThat(problems(l -> l.gradient2(
                        g -> g.smoothing(2).tolerance(0.5).queueSize(0).longWindow(9))))
                .containsExactly(
                        "gradient2.smoothing must be above 0 and at most 1: 2",
                        "gradient2.tolerance must be at least 1: 0.5",
                        "gradient2.queueSize must be at least 1: 0",
                        "gradient2.longWindow must be at least 10: 9");
        assertThat(problems(l -> l.gradient2(g -> g.tolerance(Double.POSITIVE_INFINITY))))
                .hasSize(1);
        assertThat(problems(l -> l.adaptive(a -> a.aim(1).toleratedDrops(0.6).sharedBy(17))))
                .containsExactly(
                        "adaptive.aim must be above 0 and at most 0.9: 1",
                        "adaptive.toleratedDrops must be 0 to 0.5: 0.6",
                        "adaptive.sharedBy must be 1 to 16: 17");
        assertThat(problems(l -> l.adaptive(a -> a.toleratedDrops(-1).sharedBy(0))))
                .hasSize(2);
        assertThatThrownBy(() -> ConcurrencyLimit.create("a b", l -> l.initial(0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must match")
                .hasMessageContaining("initial must be within 1 and 1000: 0");
    }

    @Test
    @DisplayName("CL-1 a sample that cannot be is refused")
    void sample_whenImpossible_isRefused() {
        assertThat(new LimitSample(3, 3, 0, 0, 0, 0).isTimed()).isFalse();
        for (double[] parts : List.of(
                new double[] {1, 2, 1, 1, 1, 0},
                new double[] {1, -1, 1, 1, 1, 0},
                new double[] {1, 1, -1, 1, 1, 0},
                new double[] {1, 1, Double.POSITIVE_INFINITY, 1, 1, 0},
                new double[] {1, 1, 1, -1, 1, 0},
                new double[] {1, 1, 1, 1, -1, 0},
                new double[] {1, 1, 1, 1, 1, -0.1},
                new double[] {1, 1, 1, 1, 1, 1})) {
            assertThatThrownBy(() -> new LimitSample(
                            (long) parts[0], (long) parts[1], parts[2], (int) parts[3], (long) parts[4], parts[5]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("no sample: ");
        }
        assertThatThrownBy(() -> new Bounds(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bounds(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
