package dev.plimsoll.budget;

import dev.plimsoll.call.ConfigurationException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A budget that allows retries in proportion to the calls of the last so many seconds, and some in any case.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting. Nothing is checked before a budget is
 * made of it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param ratio retries per call, 0 to 10; default 0.1, one retry for ten calls. What a ratio buys is rounded down to
 *     millionths of a retry per call
 * @param minimumPerSecond retries per second that need no calls, 0 to 1,000,000; default 10. They are granted for the
 *     whole window at once: 10 per second over 10 s lets 100 retries start together. 0, or at least one retry in the
 *     window
 * @param over the window's length, 100 ms to one hour; default 10 s
 * @param combinedAs how ratio and minimum make one allowance; default the greater of the two
 */
public record WindowedRatio(double ratio, double minimumPerSecond, Duration over, Combination combinedAs) {

    /** Allowances are counted in millionths of a retry, so that ratios like 0.1 are exact. */
    static final long SCALE = 1_000_000;

    private static final double MOST_RATIO = 10;
    private static final double MOST_PER_SECOND = 1_000_000;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** How the ratio's share and the minimum make one allowance. */
    public enum Combination {
        /** The greater of the two: the minimum serves when there are few calls, and is no bonus when there are many. */
        MAX,
        /** Both together. */
        SUM
    }

    /**
     * Any settings, sound or not; see {@link #problems()}.
     *
     * @throws NullPointerException when a setting is null
     */
    public WindowedRatio {
        Objects.requireNonNull(over, "over");
        Objects.requireNonNull(combinedAs, "combinedAs");
    }

    /**
     * One retry for ten calls or 10 per second, whichever is more, over 10 s.
     *
     * @return the default settings
     */
    public static WindowedRatio defaults() {
        return new WindowedRatio(0.1, 10, Duration.ofSeconds(10), Combination.MAX);
    }

    /**
     * Sets how many retries a call buys.
     *
     * @param retriesPerCall 0 to 10
     * @return a copy with this setting
     */
    public WindowedRatio ratio(double retriesPerCall) {
        return new WindowedRatio(retriesPerCall, minimumPerSecond, over, combinedAs);
    }

    /**
     * Sets how many retries per second need no calls.
     *
     * @param retries 0 to 1,000,000; granted for the whole window at once
     * @return a copy with this setting
     */
    public WindowedRatio minimumPerSecond(double retries) {
        return new WindowedRatio(ratio, retries, over, combinedAs);
    }

    /**
     * Sets the window's length.
     *
     * @param window 100 ms to one hour
     * @return a copy with this setting
     */
    public WindowedRatio over(Duration window) {
        return new WindowedRatio(ratio, minimumPerSecond, window, combinedAs);
    }

    /**
     * Sets how ratio and minimum make one allowance.
     *
     * @param combination the greater of the two, or their sum
     * @return a copy with this setting
     */
    public WindowedRatio combinedAs(Combination combination) {
        return new WindowedRatio(ratio, minimumPerSecond, over, combination);
    }

    /**
     * Everything that is wrong with these settings.
     *
     * @return a line each; empty when a budget can be made
     */
    public List<String> problems() {
        return check().problems();
    }

    /** The check of these settings, not ended yet. */
    ConfigurationException.Check check() {
        ConfigurationException.Check check = new ConfigurationException.Check("retry budget");
        check.that(ratio >= 0 && ratio <= MOST_RATIO, "ratio", "must be 0 to 10", ratio);
        boolean isRate = minimumPerSecond >= 0 && minimumPerSecond <= MOST_PER_SECOND;
        check.that(isRate, "minimumPerSecond", "must be 0 to 1000000", minimumPerSecond);
        if (checkSpan(check, over) && isRate) {
            check.that(
                    minimumPerSecond == 0 || minimumMicros() >= SCALE,
                    "minimumPerSecond",
                    "must be 0 or come to at least one retry over " + over,
                    minimumPerSecond);
        }
        return check;
    }

    /** Checks the length of a window, and says whether it is sound. */
    static boolean checkSpan(ConfigurationException.Check check, Duration over) {
        boolean isSpan = over.compareTo(SHORTEST) >= 0 && over.compareTo(LONGEST) <= 0;
        check.that(isSpan, "over", "must be 100 ms to one hour", over);
        return isSpan;
    }

    /** Millionths of a retry that one call buys. */
    long ratioMicros() {
        return floor(BigDecimal.valueOf(ratio).multiply(BigDecimal.valueOf(SCALE)));
    }

    /** Millionths of a retry that are allowed in the window without any call. */
    long minimumMicros() {
        return floor(BigDecimal.valueOf(minimumPerSecond)
                .multiply(BigDecimal.valueOf(over.toNanos()))
                .multiply(BigDecimal.valueOf(SCALE))
                .movePointLeft(9));
    }

    private static long floor(BigDecimal number) {
        return number.setScale(0, RoundingMode.FLOOR).longValueExact();
    }
}
