package dev.plimsoll.breaker;

import dev.plimsoll.breaker.TripRule.ConsecutiveFailures;
import dev.plimsoll.breaker.TripRule.FailureRate;
import dev.plimsoll.breaker.TripRule.Failures;
import dev.plimsoll.breaker.TripRule.SlowCallRate;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Counts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks and checks trip rules. Stateless. */
final class TripRules {

    private TripRules() {}

    /**
     * Asks the rule.
     *
     * @param asked the rule
     * @param streak how many failures there were in a row
     * @param window what the window holds
     * @return why the breaker opens, with the numbers; null when the rule does not hold
     */
    static @Nullable String broken(TripRule asked, int streak, Counts window) {
        if (asked instanceof ConsecutiveFailures rule) {
            return streak >= rule.failures() ? streak + " consecutive failures" : null;
        }
        if (asked instanceof FailureRate rule) {
            return broken(window.allFailed(), window.total(), rule.ratio(), rule.minimumCalls(), "failed");
        }
        if (asked instanceof SlowCallRate rule) {
            String slow = "took " + Time.words(rule.slowerThan()) + " or longer";
            return broken(window.allSlow(), window.total(), rule.ratio(), rule.minimumCalls(), slow);
        }
        int most = ((Failures) asked).failures();
        return window.allFailed() >= most ? window.allFailed() + " failures in the window, limit " + most : null;
    }

    private static @Nullable String broken(long part, long total, double ratio, int minimumCalls, String what) {
        // Division is rounded to the nearest double, as is a ratio that is written as a quotient or a decimal: the
        // share
        // that was meant compares as equal.
        if (total < minimumCalls || (double) part / total < ratio) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "%d of %d %s, %s %% ≥ %s %%",
                part,
                total,
                what,
                percent((double) part / total),
                percent(ratio));
    }

    /** A share of one in percent, to a tenth. */
    static String percent(double ratio) {
        return BigDecimal.valueOf(ratio * 100)
                .setScale(1, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /**
     * Collects what is wrong with the rule's numbers.
     *
     * @param asked the rule
     * @param check where to
     */
    static void check(TripRule asked, Check check) {
        if (asked instanceof ConsecutiveFailures rule) {
            check.atLeast("consecutiveFailures", rule.failures(), 1);
        } else if (asked instanceof FailureRate rule) {
            check.within("failureRate", rule.ratio(), 0, 1);
            check.atLeast("failureRate.minimumCalls", rule.minimumCalls(), 1);
        } else if (asked instanceof SlowCallRate rule) {
            check.within("slowCallRate", rule.ratio(), 0, 1);
            check.positive("slowCallRate.slowerThan", rule.slowerThan());
            check.atLeast("slowCallRate.minimumCalls", rule.minimumCalls(), 1);
        } else {
            check.atLeast("failures", ((Failures) asked).failures(), 1);
        }
    }
}
