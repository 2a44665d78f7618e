package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How often a {@link RateLimiter} lets something through: so many permits per span of time, so many of them at once.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting. Nothing is checked before a limiter is
 * made of it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param permits how many permits come in per {@code per}, at least 1; 0 while it is not named
 * @param per in what time they come, longer than zero, at most 366 days; default 1 s. At most one permit per nanosecond
 * @param burst how many permits may be saved up and then taken at once, at least 1; 0, the default, for as many as
 *     {@code permits}. So many come in within 366 days at most
 * @param maxWait how long one may wait for a permit; zero, the default, for not at all; 2^60 ns (36 years) at most count
 */
public record RateLimit(long permits, Duration per, long burst, Duration maxWait) {

    /** The value of {@link #burst()} for as many as {@link #permits()}. */
    public static final long LIKE_PERMITS = 0;

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final long LONGEST_WAIT = 1L << 60;

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when a duration is null
     */
    public RateLimit {
        Objects.requireNonNull(per, "per");
        Objects.requireNonNull(maxWait, "maxWait");
    }

    /**
     * What configuring starts from: per second, burst like the permits, no waits, and no permits yet.
     *
     * @return settings that need {@link #permits(long)}
     */
    public static RateLimit defaults() {
        return new RateLimit(0, Duration.ofSeconds(1), LIKE_PERMITS, Duration.ZERO);
    }

    /**
     * Sets how many permits come in.
     *
     * @param many at least 1
     * @return a copy with this setting
     */
    public RateLimit permits(long many) {
        return new RateLimit(many, per, burst, maxWait);
    }

    /**
     * Sets in what time they come. They come one by one, evenly, not all at its end.
     *
     * @param span longer than zero, at most 366 days
     * @return a copy with this setting
     */
    public RateLimit per(Duration span) {
        return new RateLimit(permits, span, burst, maxWait);
    }

    /**
     * Sets how many permits may be saved up. 1 spaces calls evenly; more lets so many go at once after a pause.
     *
     * @param most at least 1, or {@link #LIKE_PERMITS}
     * @return a copy with this setting
     */
    public RateLimit burst(long most) {
        return new RateLimit(permits, per, most, maxWait);
    }

    /**
     * Sets how long one may wait for a permit; a nearer deadline of the call always counts.
     *
     * @param longest zero for not at all
     * @return a copy with this setting
     */
    public RateLimit maxWait(Duration longest) {
        return new RateLimit(permits, per, burst, longest);
    }

    /**
     * How many permits may be saved up.
     *
     * @return the burst, or the permits where it is {@link #LIKE_PERMITS}
     */
    public long capacity() {
        return burst == LIKE_PERMITS ? permits : burst;
    }

    /** What a function makes of the defaults, with all that is wrong noted; null when it makes nothing. */
    static @Nullable RateLimit applied(Check check, UnaryOperator<RateLimit> configuration) {
        RateLimit limit = check.applied("configuration", configuration, defaults(), RateLimit::check);
        return limit;
    }

    long maxWaitNanos() {
        return Math.min(Time.nanos(maxWait), LONGEST_WAIT);
    }

    long perNanos() {
        return Time.nanos(per);
    }

    void check(Check check) {
        check.atLeast("permits", permits, 1);
        check.positive("per", per);
        check.that(per.compareTo(LONGEST) <= 0, "per", "must be at most 366 days", per);
        check.that(permits <= Math.max(1, perNanos()), "permits", "must be at most one per nanosecond", permits);
        check.atLeast("burst", burst, LIKE_PERMITS);
        double days = (double) capacity() / Math.max(1, permits) * (perNanos() / 86_400e9);
        check.that(days <= LONGEST.toDays(), "burst", "must come in within 366 days", burst);
        check.that(!maxWait.isNegative(), "maxWait", "must not be negative", maxWait);
    }

    /**
     * What is wrong so far.
     *
     * @return a line each, such as "permits must be at least 1: 0"; empty when nothing is
     */
    public List<String> problems() {
        Check check = new Check("rate limit");
        check(check);
        return check.problems();
    }

    /** As people say it: "100 permits per 1 s, 20 at once, waits up to 50 ms". */
    @Override
    public String toString() {
        return maxWait.isZero() ? words() : words() + ", waits up to " + Time.words(maxWait);
    }

    /** The rate and the burst: "100 permits per 1 s, 20 at once". */
    String words() {
        return permits + (permits == 1 ? " permit per " : " permits per ") + Time.words(per) + ", " + capacity()
                + " at once";
    }
}
