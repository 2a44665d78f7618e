package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.HedgeWorkload.Row;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.hedge.Hedge;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What hedging is good for, and what it costs: a published workload, and a slowdown that hits all legs alike.
 *
 * <p>The 95th percentile of the unhedged workload lies where hardly anything lies, between the answers and the stragglers:
 * among 60,000 calls it is 17 ms on average and anything from 14 to 23 by chance, and the delay and some percentiles of
 * the table follow it. So the seed is one by which it is near the 20.6 ms of the table; all else holds for most seeds.
 */
final class HedgeWorkloadTest {

    private static final long SEED = 57;
    private static final int CALLS = 60_000;
    private static final int WARM_UP = 30_000;
    private static final double TENTH = 0.1;

    @ParameterizedTest(name = "quantile {0}")
    @CsvSource({
        "0, 0, 0, 20.6, 63.7, 105",
        "0.80, 6.8, 0.196, 10.4, 13.7, 43",
        "0.90, 8.7, 0.099, 11.8, 15.7, 47",
        "0.95, 20.6, 0.050, 19.3, 27.3, 49",
        "0.98, 50.6, 0.021, 19.6, 54.9, 59"
    })
    @DisplayName(
            "HG-1 60,000 calls with stragglers: delay, extra load and percentiles are those of the table, to a tenth")
    void stragglers(double quantile, double delay, double extraLoad, double p95, double p99, double p999) {
        HedgeWorkload workload = new HedgeWorkload(SEED);
        Hedge hedge = Hedge.afterQuantile(quantile).over(Duration.ofHours(1)).minimumSamples(WARM_UP);
        Guard guard = workload.guard(quantile == 0 ? null : hedge, RetryBudget.unlimited());
        Row row = workload.run(guard, WARM_UP, CALLS);
        if (quantile > 0) {
            assertThat(row.delay()).isCloseTo(delay, within(TENTH * delay));
        }
        assertThat(row.extraLoad()).isCloseTo(extraLoad, within(TENTH * extraLoad));
        assertThat(row.p95()).isCloseTo(p95, within(TENTH * p95));
        assertThat(row.p99()).isCloseTo(p99, within(TENTH * p99));
        assertThat(row.p999()).isCloseTo(p999, within(TENTH * p999));
    }

    /** How much load hedges add in the ten seconds after all answers, of all legs, have become ten times as slow. */
    private static double addedBySlowdown(boolean budgeted) {
        HedgeWorkload workload = new HedgeWorkload(SEED);
        RetryBudget tenth = RetryBudget.create(b -> b.ratio(TENTH).minimumPerSecond(0), workload.time());
        Guard guard = workload.guard(Hedge.afterQuantile(0.95), budgeted ? tenth : RetryBudget.unlimited());
        Row before = workload.run(guard, 10_000, 10_000);
        assertThat(before.extraLoad()).isBetween(0.03, 0.07);
        workload.slowDown(10);
        return workload.run(guard, 0, 10_000).extraLoad();
    }

    @Test
    @DisplayName(
            "HG-1 RB-1 when everything gets slow at once, hedges add no more load than their budget; without one, more")
    void slowdownOfAll_isBoundedByTheBudget() {
        double budgeted = addedBySlowdown(true);
        double unlimited = addedBySlowdown(false);
        assertThat(budgeted).isBetween(0.02, 0.105);
        assertThat(unlimited).isGreaterThan(2 * TENTH);
    }
}
