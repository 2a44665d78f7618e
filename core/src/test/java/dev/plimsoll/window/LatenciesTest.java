package dev.plimsoll.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.plimsoll.Rendezvous;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("TO-2 how long things took")
final class LatenciesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void buckets_followEachOtherWithoutAGap() {
        for (int bucket = 0; bucket < Latencies.BUCKETS; bucket++) {
            assertThat(Latencies.bucket(Latencies.upper(bucket))).isEqualTo(bucket);
            assertThat(Latencies.bucket(Latencies.upper(bucket) + 1))
                    .isEqualTo(Math.min(bucket + 1, Latencies.BUCKETS - 1));
        }
        assertThat(Latencies.bucket(-1)).isZero();
        assertThat(Latencies.bucket(Long.MAX_VALUE)).isEqualTo(Latencies.BUCKETS - 1);
        assertThat(Latencies.BUCKETS).isEqualTo(592);
    }

    @Test
    void halves_leaveTheWindowOneByOne() {
        for (long origin : Script.ORIGINS) {
            Latencies latencies = new Latencies(2 * SECOND, origin);
            latencies.record(1_000, origin);
            latencies.record(5_000_000, origin + SECOND);

            assertThat(latencies.count(origin + 2 * SECOND - 1)).isEqualTo(2);
            assertThat(latencies.quantile(0.5, origin + 2 * SECOND - 1)).isBetween(1_000L, 1_063L);
            assertThat(latencies.count(origin + 2 * SECOND)).isEqualTo(1);
            assertThat(latencies.quantile(0, origin + 2 * SECOND)).isBetween(5_000_000L, 5_312_500L);
            assertThat(latencies.count(origin + 3 * SECOND)).isZero();
            assertThat(latencies.quantile(1, origin + 3 * SECOND)).isZero();
            assertThat(latencies.count(origin + Long.MAX_VALUE / 2)).isZero();
        }
    }

    @Test
    void badArguments_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Latencies(1_999_999, 0))
                .withMessage("spanNanos must be at least 2 ms: 1999999");
        Latencies latencies = new Latencies(SECOND, 0);
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> latencies.quantile(share, 0))
                    .withMessage("share must be 0 to 1: " + share);
        }
    }

    @Test
    void latenciesThatGrow_keepWhatTheyHave() {
        Latencies latencies = new Latencies(SECOND, 0);
        latencies.record(100, 0);
        assertThat(latencies.isStriped()).isFalse();
        latencies.grow();
        latencies.grow();
        latencies.record(200, 0);

        assertThat(latencies.isStriped()).isTrue();
        assertThat(latencies.count(0)).isEqualTo(2);
        assertThat(latencies.quantile(0, 0)).isBetween(100L, 163L);
        assertThat(latencies.quantile(1, 0)).isBetween(200L, 263L);
    }

    @Test
    void threadsThatRecordAtOnce_loseNothing() throws Exception {
        for (int round = 0; round < 20; round++) {
            Latencies latencies = new Latencies(SECOND, -1);
            Rendezvous.threads(4, () -> {
                for (int k = 0; k < 2_000; k++) {
                    latencies.record(1_000, -1 + k % 2 * SECOND / 2);
                }
            });
            assertThat(latencies.count(SECOND / 2)).isEqualTo(8_000);
        }
    }

    @Test
    void estimate_spreadsThoseOfABucketOverIt() {
        Latencies latencies = new Latencies(SECOND, 0);
        for (int i = 0; i < 4; i++) {
            latencies.record(70, 0); // in the bucket of 64 to 127
            latencies.record(200, 0); // 192 to 255
        }

        assertThat(latencies.estimate(0, 0)).isEqualTo(64);
        assertThat(latencies.estimate(0.25, 0)).isEqualTo(64 + 63 / 2);
        assertThat(latencies.estimate(0.5, 0)).isEqualTo(127);
        assertThat(latencies.estimate(0.75, 0)).isEqualTo(192 + 63 / 2);
        assertThat(latencies.estimate(1, 0)).isEqualTo(255);
    }

    @Test
    void estimate_beginsAtZeroAndKnowsNothingOfNothing() {
        Latencies latencies = new Latencies(SECOND, 0);
        assertThat(latencies.estimate(0.5, 0)).isZero();

        latencies.record(10, 0);
        latencies.record(20, 0);

        assertThat(latencies.estimate(0, 0)).isZero();
        assertThat(latencies.estimate(0.5, 0)).isEqualTo(63 / 2);
        assertThat(latencies.estimate(1, 0)).isEqualTo(63);
        assertThat(latencies.estimate(1, SECOND)).isZero();
    }
}
