package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.breaker.BreakerConfig.Opening;
import dev.plimsoll.breaker.BreakerConfig.Probing;
import dev.plimsoll.breaker.TripRule.ConsecutiveFailures;
import dev.plimsoll.breaker.TripRule.FailureRate;
import dev.plimsoll.breaker.TripRule.Failures;
import dev.plimsoll.breaker.TripRule.SlowCallRate;
import dev.plimsoll.time.Time;
import java.util.stream.Collectors;

/** Says how a breaker is set up, on one line for people. What is as by default and seldom changed is left out. Stateless. */
final class BreakerWords {

    private static final Opening USUAL = new CircuitBreakerBuilder().build().opening();

    private BreakerWords() {}

    /** Such as "5 failures in a row, or 50 % of 10 or more calls in 10 s failed; open 30 s; 3 probes at once, 3 successes close". */
    static String of(BreakerConfig config) {
        String rules = config.rules().stream()
                .map(rule -> of(rule, of(config.horizon())))
                .collect(Collectors.joining(", or "));
        return rules + "; " + of(config.opening()) + "; " + of(config.probing())
                + (config.rampUp().isZero() ? "" : "; ramps up over " + Time.words(config.rampUp()));
    }

    private static String of(TripRule asked, String within) {
        if (asked instanceof ConsecutiveFailures rule) {
            return counted(rule.failures(), "failure") + " in a row";
        }
        if (asked instanceof FailureRate rule) {
            return share(rule.ratio(), rule.minimumCalls(), within) + "failed";
        }
        if (asked instanceof SlowCallRate rule) {
            String slow = "took " + Time.words(rule.slowerThan()) + " or longer";
            return share(rule.ratio(), rule.minimumCalls(), within) + slow;
        }
        return counted(((Failures) asked).failures(), "failure") + " in " + within;
    }

    private static String share(double ratio, int minimumCalls, String within) {
        return TripRules.percent(ratio) + " % of " + minimumCalls + " or more calls in " + within + " ";
    }

    private static String of(Horizon horizon) {
        return horizon instanceof Horizon.LastCalls last
                ? "the last " + last.calls()
                : Time.words(((Horizon.LastTime) horizon).span());
    }

    private static String of(Opening opening) {
        String wait = opening.openWait().toString();
        String clamp = Time.words(opening.retryAfterClamp());
        return "open " + (wait.startsWith("fixed ") ? wait.substring("fixed ".length()) : wait)
                + (opening.retryAfterClamp().equals(USUAL.retryAfterClamp()) ? "" : ", Retry-After up to " + clamp)
                + (opening.overloadTrips() ? "" : ", not by overload");
    }

    private static String of(Probing probing) {
        int successes = probing.successesToClose();
        return counted(probing.maxConcurrent(), "probe") + " at once, "
                + (successes == 1 ? "1 success closes" : successes + " successes close");
    }

    private static String counted(int many, String what) {
        return many + " " + what + (many == 1 ? "" : "s");
    }
}
