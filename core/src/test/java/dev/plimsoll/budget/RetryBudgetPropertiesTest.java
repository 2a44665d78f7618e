package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.budget.WindowedRatio.Combination;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("RB-1 I5 retry budgets of any settings")
final class RetryBudgetPropertiesTest {

    @Property(tries = 200)
    @Label(
            "I5 in any span: retries <= ratio * calls(W + T) + minimum * (W + T) + 1, and each answer is the naive one's")
    void anyScript_staysWithinTheInvariant(
            @ForAll long seed,
            @ForAll long origin,
            @ForAll @IntRange(min = 0, max = 150) int percent,
            @ForAll @IntRange(min = 0, max = 12) int minimum,
            @ForAll @IntRange(min = 1, max = 30) int seconds,
            @ForAll Combination combination) {
        check(seed, new WindowedRatio(percent / 100.0, minimum, Duration.ofSeconds(seconds), combination), origin);
    }

    @Property(tries = 10)
    @Label("RB-1 I5 both combinations, for clocks that start near the ends of a long")
    void scriptsFromAwkwardOrigins_stayWithinTheInvariant(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 150) int percent,
            @ForAll @IntRange(min = 0, max = 12) int minimum) {
        for (long origin : BudgetScript.ORIGINS) {
            for (Combination combination : Combination.values()) {
                check(seed, new WindowedRatio(percent / 100.0, minimum, Duration.ofSeconds(1), combination), origin);
            }
        }
    }

    @Property(tries = 60)
    @Label("I5 bursts at the end of one window and the start of the next stay within one minimum per window")
    void burstsAcrossBuckets_stayWithinTheInvariant(
            @ForAll @IntRange(min = 0, max = 9) int offset, @ForAll @IntRange(min = 1, max = 99) int gapPercent) {
        long second = 1_000_000_000;
        RatioLedger ledger = new RatioLedger(WindowedRatio.defaults().over(Duration.ofSeconds(1)), 0, new Tally());
        long first = offset * (second / 10) + second / 10 - 1;
        int granted = 0;

        for (long now = first; now <= first + gapPercent * second / 100; now += second / 100) {
            while (ledger.tryWithdraw(now, FailureKind.TRANSIENT)) {
                granted++;
            }
        }

        assertThat(granted).isEqualTo(10);
    }

    private static void check(long seed, WindowedRatio settings, long origin) {
        BudgetScript script = new BudgetScript(seed, settings, origin);
        script.play(120);
        assertThat(script.worstExcess()).isLessThanOrEqualTo(1e-6);
    }
}
