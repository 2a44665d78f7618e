package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LatenciesTest {

    private final Latencies latencies = new Latencies();

    private Histogram window() {
        Histogram sum = Latencies.sum();
        latencies.addTo(sum);
        return sum;
    }

    @Test
    @DisplayName("A value is there at once, for five to ten seconds, and then gone")
    void value_staysForTheWindow() {
        for (int late = 0; late < 5; late++) {
            for (int i = 0; i < late; i++) {
                latencies.tick();
            }
            latencies.record(TimeUnit.MILLISECONDS.toNanos(7));
            assertThat(window().getTotalCount()).isEqualTo(1);
            int stays = 0;
            while (window().getTotalCount() > 0) {
                latencies.tick();
                stays++;
            }
            assertThat(stays).isEqualTo(10 - late);
        }
    }

    @Test
    @DisplayName("Percentiles are right to one percent, and those of two are of their sum")
    void percentiles_areOfTheSum() {
        Latencies other = new Latencies();
        Random random = new Random(7);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            long micros = Math.round(Math.exp(random.nextDouble() * 15));
            all.add(micros);
            (i % 3 == 0 ? other : latencies).record(TimeUnit.MICROSECONDS.toNanos(micros));
            if (i == 5_000) {
                latencies.tick();
            }
        }
        Histogram sum = window();
        other.addTo(sum);
        all.sort(null);
        for (double percentile : new double[] {50, 99}) {
            long exact = all.get((int) (percentile / 100 * all.size()) - 1);
            double error = Math.abs(sum.getValueAtPercentile(percentile) - exact) / (double) exact;
            assertThat(error).isLessThan(0.01);
        }
    }

    @Test
    @DisplayName("What takes longer than ten minutes, or less than nothing, fits")
    void values_beyondTheRange_fit() {
        latencies.record(TimeUnit.DAYS.toNanos(2));
        latencies.record(-1);
        assertThat(window().getTotalCount()).isEqualTo(2);
        assertThat(window().getMaxValue()).isBetween(594_000_000L, 606_000_000L);
    }
}
