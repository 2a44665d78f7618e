package dev.plimsoll.console;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.TripRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a closed breaker is from opening, rule by rule, in words: "4 more failures in a row open it".
 *
 * <p>What the window forgets meanwhile is left out: the number is that of failures that come one after the other, now.
 */
final class Outlook {

    /** Beyond so many failures nobody counts. */
    private static final int FAR = 10_000;

    private Outlook() {}

    /** One line per rule, in the order in which they are asked. */
    static List<String> of(BreakerConfig config, BreakerSnapshot now) {
        List<String> lines = new ArrayList<>();
        for (TripRule rule : config.rules()) {
            lines.add(line(rule, config, now.judged()));
        }
        return lines;
    }

    /** The nearest of them; null when no rule is about failures, or none is near. */
    static @Nullable Integer nearest(BreakerConfig config, BreakerSnapshot now) {
        int nearest = FAR;
        for (TripRule rule : config.rules()) {
            if (!(rule instanceof TripRule.SlowCallRate)) {
                nearest = Math.min(nearest, more(rule, config, now.judged()));
            }
        }
        return nearest == FAR ? null : nearest;
    }

    private static String line(TripRule rule, BreakerConfig config, BreakerSnapshot.Judged judged) {
        int more = more(rule, config, judged);
        String left = more == FAR ? "" : more == 1 ? "; 1 more opens it" : "; " + more + " more open it";
        if (rule instanceof TripRule.ConsecutiveFailures row) {
            return judged.consecutiveFailures() + " of " + row.failures() + " failures in a row" + left;
        }
        if (rule instanceof TripRule.Failures many) {
            return judged.windowFailed() + " of " + many.failures() + " failures in the window" + left;
        }
        if (rule instanceof TripRule.FailureRate rate) {
            return share(judged.windowFailed(), "failed", judged, rate.ratio(), rate.minimumCalls()) + left;
        }
        TripRule.SlowCallRate slow = (TripRule.SlowCallRate) rule;
        String what = "were slow (" + slow.slowerThan().toMillis() + " ms or more)";
        return share(judged.windowSlow(), what, judged, slow.ratio(), slow.minimumCalls()) + left;
    }

    private static String share(long bad, String what, BreakerSnapshot.Judged judged, double ratio, int minimumCalls) {
        String wanted = String.format(Locale.ROOT, "%s %% of at least %d", percent(ratio), minimumCalls);
        return bad + " of " + judged.windowCalls() + " calls in the window " + what + "; " + wanted + " open it";
    }

    private static String percent(double ratio) {
        double percent = ratio * 100;
        return percent == Math.rint(percent)
                ? Long.toString(Math.round(percent))
                : String.format(Locale.ROOT, "%.1f", percent);
    }

    /** How many bad calls more, one after the other, make this rule hold. */
    private static int more(TripRule rule, BreakerConfig config, BreakerSnapshot.Judged judged) {
        if (rule instanceof TripRule.ConsecutiveFailures row) {
            return Math.max(1, row.failures() - judged.consecutiveFailures());
        }
        if (rule instanceof TripRule.Failures many) {
            return (int) Math.max(1, many.failures() - judged.windowFailed());
        }
        if (rule instanceof TripRule.FailureRate rate) {
            return more(judged.windowFailed(), judged.windowCalls(), rate.ratio(), rate.minimumCalls(), most(config));
        }
        TripRule.SlowCallRate slow = (TripRule.SlowCallRate) rule;
        return more(judged.windowSlow(), judged.windowCalls(), slow.ratio(), slow.minimumCalls(), most(config));
    }

    private static long most(BreakerConfig config) {
        return config.horizon() instanceof Horizon.LastCalls last ? last.calls() : Long.MAX_VALUE;
    }

    private static int more(long bad, long calls, double ratio, int minimumCalls, long most) {
        for (int more = 1; more < FAR; more++) {
            long all = Math.min(most, calls + more);
            if (all >= minimumCalls && (double) (bad + more) / all >= ratio) {
                return more;
            }
        }
        return FAR;
    }
}
