package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException.Check;
import java.time.Duration;
import java.util.Objects;

/**
 * How many keys may have a rate limiter of their own, and for how long.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param maximumSize how many, 1 to 10,000,000; default 10,000. All others share one
 * @param idleAfter after how long without use a key loses its limiter, if all its permits have come in; 1 ms to 366 days;
 *     default ten minutes
 */
public record RateKeys(int maximumSize, Duration idleAfter) {

    private static final int MOST = 10_000_000;

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when the duration is null
     */
    public RateKeys {
        Objects.requireNonNull(idleAfter, "idleAfter");
    }

    /**
     * 10,000 keys, each for ten minutes without use.
     *
     * @return the default settings
     */
    public static RateKeys defaults() {
        return new RateKeys(10_000, Duration.ofMinutes(10));
    }

    /**
     * Sets how many keys may have a limiter of their own.
     *
     * @param most 1 to 10,000,000
     * @return a copy with this setting
     */
    public RateKeys maximumSize(int most) {
        return new RateKeys(most, idleAfter);
    }

    /**
     * Sets after how long without use a key may lose its limiter.
     *
     * @param span 1 ms to 366 days
     * @return a copy with this setting
     */
    public RateKeys idleAfter(Duration span) {
        return new RateKeys(maximumSize, span);
    }

    void check(Check check) {
        check.that(maximumSize >= 1 && maximumSize <= MOST, "maximumSize", "must be 1 to " + MOST, maximumSize);
        boolean sound =
                idleAfter.compareTo(Duration.ofMillis(1)) >= 0 && idleAfter.compareTo(Duration.ofDays(366)) <= 0;
        check.that(sound, "idleAfter", "must be 1 ms to 366 days", idleAfter);
    }
}
