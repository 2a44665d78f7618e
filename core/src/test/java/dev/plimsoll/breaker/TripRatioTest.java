package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.window.Counts;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A share that is exactly the one that was named opens, however the ratio was written. */
final class TripRatioTest {

    private static boolean opens(double ratio, int failed, int all) {
        return TripRules.broken(new TripRule.FailureRate(ratio, 1), 0, new Counts(all - failed, 0, failed, 0)) != null;
    }

    @Test
    @DisplayName("CB-2 every ratio of whole numbers holds from exactly that share on, and not one call below")
    void ratio_ofWholeNumbers_holdsFromThatShareOn() {
        for (int all = 1; all <= 120; all++) {
            for (int part = 1; part <= all; part++) {
                double ratio = (double) part / all;
                assertThat(opens(ratio, part, all)).as("%d of %d", part, all).isTrue();
                assertThat(opens(ratio, part - 1, all))
                        .as("one less than %d of %d", part, all)
                        .isFalse();
            }
        }
    }

    @Test
    @DisplayName("CB-2 ratios written as decimals agree with exact arithmetic over every window")
    void ratio_writtenAsADecimal_agreesWithTheNaiveOracle() {
        for (String written :
                new String[] {"0.07", "0.1", "0.15", "0.29", "0.333", "0.5", "0.57", "0.7", "0.999", "1"}) {
            BigDecimal exact = new BigDecimal(written);
            for (int all = 1; all <= 200; all++) {
                for (int part = 0; part <= all; part++) {
                    boolean holds = new BigDecimal(part).compareTo(exact.multiply(new BigDecimal(all))) >= 0;
                    assertThat(opens(exact.doubleValue(), part, all))
                            .as("%d of %d against %s", part, all, written)
                            .isEqualTo(holds);
                }
            }
        }
    }

    @Test
    @DisplayName("CB-2 shares of a million calls are told apart by a single call")
    void ratio_ofAMillionCalls_isExact() {
        int all = 1_000_000;
        for (int n = 2; n <= 9; n++) {
            double ratio = BigDecimal.ONE
                    .divide(new BigDecimal(n), MathContext.DECIMAL64)
                    .doubleValue();
            int least = (all + n - 1) / n;
            assertThat(opens(ratio, least, all)).as("1/%d", n).isTrue();
            assertThat(opens(ratio, least - 1, all)).as("below 1/%d", n).isFalse();
        }
    }

    @Test
    @DisplayName("CB-2 a breaker opens at a third of three calls, failed or slow")
    void breaker_atAThird_opens() {
        for (int n = 2; n <= 9; n++) {
            int calls = n;
            Scene failing = Scene.of(b -> b.failureRate(1.0 / calls, calls));
            failing.good(n - 1);
            failing.bad(1);
            assertThat(failing.state()).as("1 of %d failed", n).isEqualTo(BreakerState.OPEN);
        }
        Counts slow = new Counts(2, 1, 0, 0);
        assertThat(TripRules.broken(new TripRule.SlowCallRate(1 / 3.0, Duration.ofSeconds(1), 3), 0, slow))
                .isEqualTo("1 of 3 took 1 s or longer, 33.3 % ≥ 33.3 %");
    }
}
