package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {
    private static final double ALMOST_ONE = Math.nextDown(1.0);
    private static final long MILLISECOND = 1_000_000;

    private static final Backoff SEED = Backoff.exponential(Duration.ofMillis(100))
            .cap(Duration.ofSeconds(30))
            .additiveJitter(Duration.ofMillis(100));

    @ParameterizedTest
    @CsvSource({
        "1, 100",
        "2, 200",
        "3, 400",
        "4, 800",
        "5, 1600",
        "6, 3200",
        "7, 6400",
        "8, 12800",
        "9, 25600",
        "10, 30000",
        "11, 30000",
        "64, 30000",
        "65, 30000",
        "1000000, 30000",
        "9223372036854775807, 30000"
    })
    @DisplayName("RT-1 additive jitter gives the seed's table: 100-200, 200-300, 400-500 … 30 000-30 100 ms")
    void additiveJitter_isTheSeedsTable(long n, long from) {
        assertThat(SEED.pauseNanos(n, () -> 0)).isEqualTo(from * MILLISECOND);
        assertThat(SEED.pauseNanos(n, () -> 0.5)).isEqualTo((from + 50) * MILLISECOND);
        assertThat(SEED.pauseNanos(n, () -> ALMOST_ONE))
                .isBetween((from + 100) * MILLISECOND - 1, (from + 100) * MILLISECOND);
    }

    @Test
    @DisplayName("RT-1 exponential and linear pauses have full jitter and a cap of 30 s; fixed ones have neither")
    void defaults_areFullJitterAndThirtySeconds() {
        Duration second = Duration.ofSeconds(1);

        assertThat(Backoff.exponential(second))
                .isEqualTo(Backoff.exponential(second).fullJitter().factor(2).cap(Duration.ofSeconds(30)));
        assertThat(Backoff.linear(second))
                .isEqualTo(Backoff.linear(second).fullJitter().cap(Duration.ofSeconds(30)));
        assertThat(Backoff.fixed(second)).isEqualTo(Backoff.fixed(second).withoutJitter());
        assertThat(Backoff.fixed(Duration.ofHours(1)).pauseNanos(1, BackoffTest::never))
                .isEqualTo(Duration.ofHours(1).toNanos());
        assertThat(Backoff.none().pauseNanos(7, BackoffTest::never)).isZero();
    }

    @Test
    @DisplayName("RT-1 linear pauses grow by the step, exponential ones by the factor, up to the cap")
    void pauses_growAsNamed() {
        Backoff linear = Backoff.linear(Duration.ofSeconds(2)).withoutJitter();
        Backoff tripling = Backoff.exponential(Duration.ofSeconds(1)).factor(3).withoutJitter();

        assertThat(seconds(linear, 1, 2, 3, 14, 15, 16)).containsExactly(2, 4, 6, 28, 30, 30);
        assertThat(seconds(tripling, 1, 2, 3, 4, 5)).containsExactly(1, 3, 9, 27, 30);
    }

    @Test
    @DisplayName("RT-1 full jitter draws from zero to the pause, equal jitter from its half")
    void jitters_drawFromTheirRange() {
        Backoff full = Backoff.exponential(Duration.ofSeconds(4));
        Backoff equal = full.equalJitter();

        assertThat(full.pauseNanos(1, () -> 0)).isZero();
        assertThat(full.pauseNanos(1, () -> 0.25)).isEqualTo(1000 * MILLISECOND);
        assertThat(equal.pauseNanos(1, () -> 0)).isEqualTo(2000 * MILLISECOND);
        assertThat(equal.pauseNanos(1, () -> 0.5)).isEqualTo(3000 * MILLISECOND);
    }

    @ParameterizedTest
    @CsvSource({"NaN", "-1", "1", "7", "Infinity", "-Infinity"})
    @DisplayName("A random source that breaks its promise cannot make a pause negative or longer than the cap")
    void pause_withABrokenSource_staysInRange(double drawn) {
        DoubleSupplier broken = () -> drawn;

        assertThat(Backoff.linear(Duration.ofSeconds(30)).pauseNanos(1, broken)).isBetween(0L, 30_000 * MILLISECOND);
        assertThat(SEED.pauseNanos(10, broken)).isBetween(30_000 * MILLISECOND, 30_100 * MILLISECOND);
    }

    @Test
    @DisplayName("Bad values are listed with field, rule and value, all of them, and nothing throws")
    void problems_ofBadValues_areAllListed() {
        Backoff bad = Backoff.exponential(Duration.ofSeconds(-1))
                .factor(0.5)
                .cap(Duration.ofSeconds(-2))
                .additiveJitter(Duration.ofSeconds(-3));

        assertThat(bad.problems())
                .containsExactly(
                        "base must not be negative: PT-1S",
                        "factor must be at least 1 and finite: 0.5",
                        "cap must not be negative: PT-2S",
                        "jitter must not be negative: PT-3S");
        assertThat(bad.pauseNanos(3, () -> 0.5)).isZero();
    }

    @Test
    @DisplayName("What would silently be ignored or cut is a problem too")
    void problems_ofContradictions_areListed() {
        assertThat(Backoff.exponential(Duration.ofMinutes(1)).problems())
                .containsExactly("cap must not be less than the base of PT1M: PT30S");
        assertThat(Backoff.linear(Duration.ofSeconds(-1)).factor(3).problems())
                .containsExactly(
                        "step must not be negative: PT-1S",
                        "factor must not be named unless the pauses are exponential: 3.0");
        assertThat(Backoff.fixed(Duration.ofSeconds(-1)).problems())
                .containsExactly("pause must not be negative: PT-1S");
        assertThat(Backoff.exponential(Duration.ofSeconds(1)).factor(Double.NaN).problems())
                .containsExactly("factor must be at least 1 and finite: NaN");
        assertThat(Backoff.exponential(Duration.ofSeconds(1))
                        .factor(Double.POSITIVE_INFINITY)
                        .problems())
                .hasSize(1);
        assertThat(Backoff.none().problems()).isEmpty();
        assertThat(SEED.problems()).isEmpty();
    }

    @Test
    @DisplayName("CA-4 equal values are equal backoffs, and every value counts")
    void equality_isByValue() {
        Duration second = Duration.ofSeconds(1);
        Backoff one = Backoff.exponential(second);

        assertThat(one)
                .isEqualTo(Backoff.exponential(Duration.ofSeconds(1)))
                .hasSameHashCodeAs(Backoff.exponential(second));
        assertThat(one)
                .isNotEqualTo(Backoff.linear(second))
                .isNotEqualTo(Backoff.exponential(Duration.ofSeconds(2)))
                .isNotEqualTo(one.factor(3))
                .isNotEqualTo(one.cap(second))
                .isNotEqualTo(one.withoutJitter())
                .isNotEqualTo("exponential");
        assertThat(one.additiveJitter(second)).isNotEqualTo(one.additiveJitter(Duration.ofSeconds(2)));
    }

    @Test
    @DisplayName("Every kind says what it is")
    void text_namesEveryValue() {
        assertThat(SEED).hasToString("exponential 100 ms × 2.0 up to 30 s, additive jitter 100 ms");
        assertThat(Backoff.linear(Duration.ofSeconds(1))).hasToString("linear 1 s up to 30 s, full jitter");
        assertThat(Backoff.fixed(Duration.ofSeconds(1)).equalJitter()).hasToString("fixed 1 s, equal jitter");
        assertThat(Backoff.none()).hasToString("none");
    }

    private static long[] seconds(Backoff backoff, long... retries) {
        long[] pauses = new long[retries.length];
        for (int i = 0; i < retries.length; i++) {
            pauses[i] = backoff.pauseNanos(retries[i], BackoffTest::never) / (1000 * MILLISECOND);
        }
        return pauses;
    }

    private static double never() {
        throw new AssertionError("without jitter nothing is drawn");
    }
}
