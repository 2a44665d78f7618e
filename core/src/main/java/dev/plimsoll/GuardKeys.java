package dev.plimsoll;

import dev.plimsoll.call.ConfigurationException.Check;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * How many keys may have a guard of their own, for how long, and what becomes of the others.
 *
 * <p>Each method that sets something returns a copy that differs in that setting.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param maximumSize how many, 1 to 1,000,000; default 1,000
 * @param idleAfter after how long without a call a key may lose its guard, 1 ms to 366 days; default ten minutes
 * @param refuses whether the calls of further keys are refused; by default they share one guard
 */
public record GuardKeys(int maximumSize, Duration idleAfter, boolean refuses) {

    private static final int MOST = 1_000_000;

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when the duration is null
     */
    public GuardKeys {
        Objects.requireNonNull(idleAfter, "idleAfter");
    }

    /**
     * 1,000 keys, each for ten minutes without a call; others share one guard.
     *
     * @return the default settings
     */
    public static GuardKeys defaults() {
        return new GuardKeys(1_000, Duration.ofMinutes(10), false);
    }

    /**
     * Sets how many keys may have a guard of their own.
     *
     * @param most 1 to 1,000,000
     * @return a copy with this setting
     */
    public GuardKeys maximumSize(int most) {
        return new GuardKeys(most, idleAfter, refuses);
    }

    /**
     * Sets after how long without a call a key may lose its guard.
     *
     * @param span 1 ms to 366 days
     * @return a copy with this setting
     */
    public GuardKeys idleAfter(Duration span) {
        return new GuardKeys(maximumSize, span, refuses);
    }

    /**
     * Calls of keys that are too many are refused, instead of sharing one guard.
     *
     * @return a copy with this setting
     */
    public GuardKeys refuseOthers() {
        return new GuardKeys(maximumSize, idleAfter, true);
    }

    static GuardKeys applied(String name, UnaryOperator<GuardKeys> setup) {
        Check check = new Check("guard " + name);
        GuardKeys keys = check.applied("keys", setup, defaults(), GuardKeys::check);
        check.done();
        return Objects.requireNonNull(keys);
    }

    private void check(Check check) {
        check.that(maximumSize >= 1 && maximumSize <= MOST, "maximumSize", "must be 1 to " + MOST, maximumSize);
        boolean sound =
                idleAfter.compareTo(Duration.ofMillis(1)) >= 0 && idleAfter.compareTo(Duration.ofDays(366)) <= 0;
        check.that(sound, "idleAfter", "must be 1 ms to 366 days", idleAfter);
    }
}
