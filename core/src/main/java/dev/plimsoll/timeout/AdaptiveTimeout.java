package dev.plimsoll.timeout;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;

/**
 * An attempt timeout that follows the dependency: a tenth more than what the slowest in a hundred of its answers took,
 * within bounds. Its values are checked when the guard is built.
 *
 * <p>The sample holds how long answers took, and what was timed out at the timeout's value; errors, which may be fast, and
 * attempts that somebody else ended say nothing and do not enter, but for a first leg that a hedge has overtaken. The
 * timeout is set anew once per window:
 *
 * <ul>
 *   <li>fewer than 100 in the sample: the upper bound
 *   <li>the slowest in a hundred did not come within the timeout: half as much again, for nobody knows how long they take
 *   <li>else 110 % of the 99th percentile: down at once, up by a half at most
 * </ul>
 *
 * @param least the lower bound, longer than zero
 * @param most the upper bound, not shorter than that, at most 19 h, which is what the sample can tell apart; it also is the
 *     attempt timeout for everything that is derived from one, the lease of a probe say
 * @param window over which span answers are looked at, at least half of it; default 30 s, at least 100 ms
 */
public record AdaptiveTimeout(Duration least, Duration most, Duration window) {

    private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(30);
    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(19);

    /** Nothing may be null. */
    public AdaptiveTimeout {
        Objects.requireNonNull(least, "least");
        Objects.requireNonNull(most, "most");
        Objects.requireNonNull(window, "window");
    }

    /**
     * One that looks at the last 30 s.
     *
     * @param least the lower bound, longer than zero
     * @param most the upper bound, not shorter than that, at most 19 h
     * @return a new one
     */
    public static AdaptiveTimeout between(Duration least, Duration most) {
        return new AdaptiveTimeout(least, most, DEFAULT_WINDOW);
    }

    /**
     * The same with another window. A short one follows sooner, and needs more calls: a hundred answers in half of it.
     *
     * @param span at least 100 ms
     * @return a new one
     */
    public AdaptiveTimeout over(Duration span) {
        return new AdaptiveTimeout(least, most, span);
    }

    /**
     * Finds what is wrong.
     *
     * @param check is told
     */
    public void check(Check check) {
        check.positive("least", least);
        check.that(most.compareTo(least) >= 0, "most", "must not be shorter than least, " + least, most);
        check.that(most.compareTo(LONGEST) <= 0, "most", "must be at most " + LONGEST, most);
        check.that(window.compareTo(SHORTEST_WINDOW) >= 0, "window", "must be at least " + SHORTEST_WINDOW, window);
    }

    @Override
    public String toString() {
        return Time.words(least) + " … " + Time.words(most) + ", adaptive over " + Time.words(window);
    }
}
