package dev.plimsoll.budget;

import dev.plimsoll.call.ConfigurationException;
import java.time.Duration;
import java.util.Objects;

/**
 * A budget of so many retries per window, however many calls there are: 100 in 60 s, for instance.
 *
 * <p>For a dependency whose load is known. Beside few calls it is no limit at all; where the load varies,
 * {@link WindowedRatio} grows and shrinks with it. In every span of the window's length there are no more retries than
 * the count says; what was charged is free again after the window's length, or up to a tenth of it later.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting. Nothing is checked before a budget is
 * made of it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param count retries per window, 0 to 1,000,000; default 100
 * @param over the window's length, 100 ms to one hour; default 60 s
 */
public record FixedCount(long count, Duration over) {

    private static final long MOST = 1_000_000;

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when the window is null
     */
    public FixedCount {
        Objects.requireNonNull(over, "over");
    }

    /**
     * 100 retries in 60 s.
     *
     * @return the default settings
     */
    public static FixedCount defaults() {
        return new FixedCount(100, Duration.ofSeconds(60));
    }

    /**
     * Sets how many retries there may be in a window.
     *
     * @param retries 0 to 1,000,000
     * @return a copy with this setting
     */
    public FixedCount count(long retries) {
        return new FixedCount(retries, over);
    }

    /**
     * Sets the window's length.
     *
     * @param window 100 ms to one hour
     * @return a copy with this setting
     */
    public FixedCount over(Duration window) {
        return new FixedCount(count, window);
    }

    /** The check of these settings, not ended yet. */
    ConfigurationException.Check check() {
        ConfigurationException.Check check = new ConfigurationException.Check("retry budget");
        check.that(count >= 0 && count <= MOST, "count", "must be 0 to " + MOST, count);
        WindowedRatio.checkSpan(check, over);
        return check;
    }
}
