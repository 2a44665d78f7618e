package dev.plimsoll.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: mean and deviation of the latest intervals, against a twin that keeps a list and goes through it twice. */
final class IntervalsTest {

    private static BigDecimal mean(List<Long> all) {
        BigDecimal sum = all.stream().map(BigDecimal::valueOf).reduce(BigDecimal.ZERO, BigDecimal::add);
        return sum.divide(BigDecimal.valueOf(all.size()), MathContext.DECIMAL128);
    }

    private static double deviation(List<Long> all) {
        BigDecimal mean = mean(all);
        BigDecimal squares = all.stream()
                .map(each -> BigDecimal.valueOf(each).subtract(mean).pow(2))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return squares.divide(BigDecimal.valueOf(all.size()), MathContext.DECIMAL128)
                .sqrt(MathContext.DECIMAL64)
                .doubleValue();
    }

    @Property(tries = 500)
    @Label("HL-1 mean and deviation are those of the latest intervals")
    void intervals_areAsTheTwin(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = -5, max = Intervals.LONGEST) Long> all,
            @ForAll @IntRange(min = 2, max = 20) int most) {
        Intervals intervals = new Intervals(most);
        List<Long> kept = new ArrayList<>();
        for (long each : all) {
            intervals.add(each);
            kept.add(Math.max(0, each));
            if (kept.size() > most) {
                kept.remove(0);
            }
            assertThat(intervals.count()).isEqualTo(kept.size());
            assertThat(intervals.mean()).isCloseTo(mean(kept).doubleValue(), Percentage.withPercentage(1e-12));
            assertThat(intervals.deviation()).isCloseTo(deviation(kept), within(1e-9 * (1 + deviation(kept))));
        }
    }

    @Test
    @DisplayName(
            "HL-1 nothing drifts: after a hundred thousand intervals of all sizes the sums are those of the last ones")
    void intervals_doNotDrift() {
        SplittableRandom random = new SplittableRandom(1);
        Intervals longLived = new Intervals(1_000);
        for (int i = 0; i < 100_000; i++) {
            longLived.add(random.nextLong(Intervals.LONGEST) >> random.nextInt(45));
        }
        Intervals fresh = new Intervals(1_000);
        for (int i = 0; i < 1_000; i++) {
            long interval = 1_000_000_000L + i % 3;
            longLived.add(interval);
            fresh.add(interval);
        }
        assertThat(longLived.mean()).isEqualTo(fresh.mean());
        assertThat(longLived.deviation()).isEqualTo(fresh.deviation()).isBetween(0.8, 0.9);
    }

    @Test
    @DisplayName("HL-1 the largest ring of the longest intervals does not overflow")
    void intervals_doNotOverflow() {
        Intervals full = new Intervals(Intervals.MOST);
        for (int i = 0; i < Intervals.MOST + 10; i++) {
            full.add(Long.MAX_VALUE);
        }
        assertThat(full.mean()).isEqualTo(Intervals.LONGEST);
        assertThat(full.deviation()).isZero();
        assertThat(new Intervals(2).mean()).isZero();
        assertThat(new Intervals(2).deviation()).isZero();
    }
}
