package dev.plimsoll.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

@Label("TO-2 how long anything took, by a list that is sorted")
@Tag("both-compilers")
final class LatenciesPropertiesTest {
    private static final double[] SHARES = {0, 0.01, 0.5, 0.9, 0.99, 0.999, 1};

    @Property
    void bucket_ofAnyDuration_isAtMostASixteenthTooWide(
            @ForAll @LongRange(min = 0) long nanos, @ForAll @IntRange(min = 0, max = 62) int shift) {
        long duration = nanos >>> shift;
        long upper = Latencies.upper(Latencies.bucket(duration));
        if (duration < 1_024) {
            assertThat(upper - duration).isBetween(0L, 63L);
        } else if (duration < 1L << 46) {
            assertThat(upper - duration).isBetween(0L, duration / 16);
        } else {
            assertThat(upper).isEqualTo((1L << 46) - 1);
        }
    }

    @Property(tries = 60)
    void latencies_equalTheNaiveOnes(
            @ForAll long seed, @ForAll @LongRange(min = 2_000_000, max = 100_000_000) long span) {
        for (long origin : Script.ORIGINS) {
            compare(new Random(seed), span, origin);
        }
    }

    private static void compare(Random random, long span, long origin) {
        Latencies latencies = new Latencies(span, origin);
        NaiveLatencies naive = new NaiveLatencies(span, origin);
        new Script(random.nextLong(), origin, span / 20).play(80, (kind, now) -> {
            long nanos = random.nextLong() >>> random.nextInt(64) >>> 18;
            latencies.record(nanos, now);
            naive.record(nanos, now);
            List<Long> sorted = naive.sorted(now);
            assertThat(latencies.count(now)).isEqualTo(sorted.size());
            for (double share : SHARES) {
                long exact = NaiveLatencies.quantile(share, sorted);
                long upper = sorted.isEmpty() ? 0 : Latencies.upper(Latencies.bucket(exact));
                assertThat(latencies.quantile(share, now)).isEqualTo(upper);
            }
        });
    }
}
