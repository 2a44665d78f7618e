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
        assertThat(SEED.pauseNanos(n, 0, () -> 0)).isEqualTo(from * MILLISECOND);
        assertThat(SEED.pauseNanos(n, 0, () -> 0.5)).isEqualTo((from + 50) * MILLISECOND);
        assertThat(SEED.pauseNanos(n, 0, () -> ALMOST_ONE))
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
        assertThat(Backoff.fixed(Duration.ofHours(1)).pauseNanos(1, 0, BackoffTest::never))
                .isEqualTo(Duration.ofHours(1).toNanos());
        assertThat(Backoff.none().pauseNanos(7, 0, BackoffTest::never)).isZero();
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

        assertThat(full.pauseNanos(1, 0, () -> 0)).isZero();
        assertThat(full.pauseNanos(1, 0, () -> 0.25)).isEqualTo(1000 * MILLISECOND);
        assertThat(equal.pauseNanos(1, 0, () -> 0)).isEqualTo(2000 * MILLISECOND);
        assertThat(equal.pauseNanos(1, 0, () -> 0.5)).isEqualTo(3000 * MILLISECOND);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 100",
        "0, 0.5, 200",
        "0, 1, 300",
        "100, 1, 300",
        "300, 0, 100",
        "300, 0.5, 500",
        "300, 1, 900",
        "900, 0.5, 1000",
        "900, 1, 1000",
        "1000, 0, 100",
        "-5, 1, 300",
        "4611686018427, 1, 1000"
    })
    @DisplayName("RT-1 decorrelated: from the base to three times the pause before, cut at the cap; so is that jitter")
    void decorrelated_drawsByThePauseBefore(long previous, double drawn, long expected) {
        Duration base = Duration.ofMillis(100);
        Duration cap = Duration.ofSeconds(1);
        for (Backoff backoff : new Backoff[] {
            Backoff.decorrelated(base).cap(cap),
            Backoff.exponential(base).cap(cap).decorrelatedJitter()
        }) {
            assertThat(backoff.problems()).isEmpty();
            assertThat(backoff.pauseNanos(1, previous * MILLISECOND, () -> drawn))
                    .isEqualTo(expected * MILLISECOND)
                    .isEqualTo(backoff.pauseNanos(Long.MAX_VALUE, previous * MILLISECOND, () -> drawn));
        }
    }

    @Test
    @DisplayName("RT-1 every jitter goes with every kind of pause, or is a problem that says so")
    void combinations_workOrAreProblems() {
        Duration base = Duration.ofMillis(100);
        for (Backoff kind : new Backoff[] {
            Backoff.none(), Backoff.fixed(base), Backoff.linear(base), Backoff.exponential(base),
        }) {
            for (Backoff good : new Backoff[] {
                kind.withoutJitter(), kind.fullJitter(), kind.equalJitter(), kind.additiveJitter(base)
            }) {
                assertThat(good.problems()).as(good.toString()).isEmpty();
            }
        }
        assertThat(Backoff.decorrelated(base).decorrelatedJitter()).isEqualTo(Backoff.decorrelated(base));
        assertThat(Backoff.exponential(base).decorrelatedJitter().problems()).isEmpty();

        String foreign = "jitter must not be named where the pauses are decorrelated: ";
        Backoff drawn = Backoff.decorrelated(base);
        assertThat(drawn.problems()).isEmpty();
        assertThat(drawn.withoutJitter().problems()).containsExactly(foreign + "none");
        assertThat(drawn.fullJitter().problems()).containsExactly(foreign + "full");
        assertThat(drawn.equalJitter().problems()).containsExactly(foreign + "equal");
        assertThat(drawn.additiveJitter(base).problems()).containsExactly(foreign + "additive");

        String other = "jitter must not be decorrelated unless the pauses are exponential: ";
        assertThat(Backoff.none().decorrelatedJitter().problems()).containsExactly(other + "none");
        assertThat(Backoff.fixed(base).decorrelatedJitter().problems()).containsExactly(other + "fixed");
        assertThat(Backoff.linear(base).decorrelatedJitter().problems()).containsExactly(other + "linear");
    }

    @Test
    @DisplayName("RT-1 the factor and the cap of decorrelated pauses are checked")
    void problems_ofDecorrelatedPauses_areListed() {
        Backoff drawn = Backoff.decorrelated(Duration.ofMinutes(1));
        assertThat(drawn.factor(3).problems())
                .containsExactly(
                        "factor must not be named unless the pauses are exponential: 3.0",
                        "cap must not be less than the base of PT1M: PT30S");
        assertThat(drawn.cap(Duration.ofSeconds(-1)).problems()).containsExactly("cap must not be negative: PT-1S");
        assertThat(Backoff.decorrelated(Duration.ofSeconds(-1)).problems())
                .containsExactly("base must not be negative: PT-1S");
        Backoff quick = Backoff.exponential(Duration.ofSeconds(1));
        assertThat(quick.factor(1.5).decorrelatedJitter().problems())
                .containsExactly("factor must not be named where the jitter is decorrelated: 1.5");
        assertThat(quick.factor(2).decorrelatedJitter().problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"NaN", "-1", "1", "7", "Infinity", "-Infinity"})
    @DisplayName("A random source that breaks its promise cannot make a pause negative or longer than the cap")
    void pause_withABrokenSource_staysInRange(double drawn) {
        DoubleSupplier broken = () -> drawn;

        assertThat(Backoff.linear(Duration.ofSeconds(30)).pauseNanos(1, 0, broken))
                .isBetween(0L, 30_000 * MILLISECOND);
        assertThat(Backoff.decorrelated(Duration.ofSeconds(1)).pauseNanos(1, 0, broken))
                .isBetween(1000 * MILLISECOND, 3000 * MILLISECOND);
        assertThat(SEED.pauseNanos(10, 0, broken)).isBetween(30_000 * MILLISECOND, 30_100 * MILLISECOND);
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
        assertThat(bad.pauseNanos(3, 0, () -> 0.5)).isZero();
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
                .isNotEqualTo(Backoff.decorrelated(second))
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
        assertThat(Backoff.decorrelated(Duration.ofSeconds(1))).hasToString("decorrelated 1 s up to 30 s");
        assertThat(Backoff.exponential(Duration.ofSeconds(1)).decorrelatedJitter())
                .hasToString("exponential 1 s × 2.0 up to 30 s, decorrelated jitter");
        assertThat(Backoff.none()).hasToString("none");
    }

    private static long[] seconds(Backoff backoff, long... retries) {
        long[] pauses = new long[retries.length];
        for (int i = 0; i < retries.length; i++) {
            pauses[i] = backoff.pauseNanos(retries[i], 0, BackoffTest::never) / (1000 * MILLISECOND);
        }
        return pauses;
    }

    private static double never() {
        throw new AssertionError("without jitter nothing is drawn");
    }
}
