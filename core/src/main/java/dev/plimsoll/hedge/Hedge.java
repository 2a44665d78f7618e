package dev.plimsoll.hedge;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;

/**
 * When an attempt that takes longer than usual is run once more beside itself. To name it declares that the work may run
 * twice, at the same time. Each method that sets something returns a copy; values are checked when the guard is built.
 *
 * <p>The usual is a quantile of how long first legs took over the last while. Answers enter, timeouts at their limit, and
 * legs that lost and were cancelled at what they had taken by then: they would have taken longer. Errors do not, for they
 * may be fast; nor do further legs, which are cancelled when the first one is only a little slower than usual.
 *
 * <p>Each hedge is charged to the guard's retry budget. So when all answers become slow at once, the quantile is exceeded
 * by all attempts, and hedges add no more load than the budget allows.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param quantile the share of attempts that is fast enough, 0.5 to 0.999; 0 for a fixed delay
 * @param least the shortest delay, longer than zero
 * @param most the longest delay; attempts are not hedged while the quantile is above it. Where the delay is fixed, the same
 *     as least
 * @param window over which span to look, at least half of it; 100 ms to 366 days
 * @param minimumSamples no hedges while fewer attempts are known, at least 1
 * @param maxHedges how many further legs an attempt may have, 1 to 5; each follows the one before after the same delay
 */
public record Hedge(
        double quantile, Duration least, Duration most, Duration window, int minimumSamples, int maxHedges) {

    private static final double LEAST_QUANTILE = 0.5;
    private static final double MOST_QUANTILE = 0.999;
    private static final int MOST_HEDGES = 5;
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(100);

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when something is null
     */
    public Hedge {
        Objects.requireNonNull(least, "least");
        Objects.requireNonNull(most, "most");
        Objects.requireNonNull(window, "window");
    }

    /**
     * Hedges what takes longer than a share of the attempts: 1 ms or longer, over the last 30 s, when 100 attempts are
     * known, at most once.
     *
     * @param share 0.5 to 0.999, such as 0.95: then one in twenty attempts is hedged
     * @return a new one
     */
    public static Hedge afterQuantile(double share) {
        return new Hedge(share, Duration.ofMillis(1), LONGEST, Duration.ofSeconds(30), 100, 1);
    }

    /**
     * Hedges what takes longer than a fixed time, from the beginning, at most once.
     *
     * @param delay longer than zero
     * @return a new one
     */
    public static Hedge after(Duration delay) {
        return new Hedge(0, delay, delay, Duration.ofSeconds(30), 1, 1);
    }

    /**
     * The same within other bounds, for a delay that is a quantile: a fixed one has none.
     *
     * @param shortest the delay is no shorter than this, longer than zero
     * @param longest while the quantile is above this there are no hedges
     * @return a copy with this setting
     */
    public Hedge between(Duration shortest, Duration longest) {
        return new Hedge(quantile, shortest, longest, window, minimumSamples, maxHedges);
    }

    /**
     * The same with another window.
     *
     * @param span 100 ms to 366 days
     * @return a copy with this setting
     */
    public Hedge over(Duration span) {
        return new Hedge(quantile, least, most, span, minimumSamples, maxHedges);
    }

    /**
     * The same with another number of attempts that must be known.
     *
     * @param samples at least 1
     * @return a copy with this setting
     */
    public Hedge minimumSamples(int samples) {
        return new Hedge(quantile, least, most, window, samples, maxHedges);
    }

    /**
     * The same with another number of legs.
     *
     * @param hedges 1 to 5, beyond the first leg
     * @return a copy with this setting
     */
    public Hedge maxHedges(int hedges) {
        return new Hedge(quantile, least, most, window, minimumSamples, hedges);
    }

    /** {@return whether the delay does not depend on what was observed} */
    public boolean isFixed() {
        return quantile == 0;
    }

    /**
     * Finds what is wrong.
     *
     * @param check is told
     */
    public void check(Check check) {
        boolean sound = quantile == 0 || (quantile >= LEAST_QUANTILE && quantile <= MOST_QUANTILE);
        check.that(sound, "quantile", "must be " + LEAST_QUANTILE + " to " + MOST_QUANTILE, quantile);
        check.positive(isFixed() ? "delay" : "least", least);
        check.that(most.compareTo(least) >= 0, "most", "must not be shorter than least, " + least, most);
        check.that(
                !isFixed() || most.equals(least),
                "most",
                "must be the delay itself where that is fixed, " + least,
                most);
        boolean wide = window.compareTo(SHORTEST_WINDOW) >= 0 && window.compareTo(LONGEST) <= 0;
        check.that(wide, "window", "must be " + SHORTEST_WINDOW + " to " + LONGEST, window);
        check.that(minimumSamples >= 1, "minimumSamples", "must be at least 1", minimumSamples);
        check.that(maxHedges >= 1 && maxHedges <= MOST_HEDGES, "maxHedges", "must be 1 to " + MOST_HEDGES, maxHedges);
    }

    @Override
    public String toString() {
        String when =
                isFixed() ? Time.words(least) : "the slowest " + percent() + " % of the last " + Time.words(window);
        return when + (maxHedges == 1 ? "" : ", up to " + maxHedges + " times");
    }

    private String percent() {
        double percent = Math.round((1 - quantile) * 1_000) / 10.0;
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }
}
