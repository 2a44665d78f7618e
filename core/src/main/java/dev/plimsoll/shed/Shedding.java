package dev.plimsoll.shed;

import dev.plimsoll.call.ConfigurationException.Check;
import java.time.Duration;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Shedder} tells that there is too much to do, and what it does about it.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting. Nothing is checked before a shedder is made
 * of it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param target how long units may wait in the queue of the service, longer than zero; default 20 ms
 * @param interval how long the least wait must be above the target for the service to be overloaded, 10 ms to 10 s;
 *     default 100 ms. The level moves once in that time
 * @param inFlightLimit how many units under way are too many; asked once per interval. Null, the default, for no limit
 * @param period how long a caller stays in its cohort, 1 s to 366 days; default one hour
 * @param retryAfter what who is shed is told at least, longer than zero, at most one hour; default 1 s. It is told up
 *     to twice as much, by chance, so that not all come back at once
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record Shedding(
        Duration target, Duration interval, @Nullable IntSupplier inFlightLimit, Duration period, Duration retryAfter) {

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when a duration is null
     */
    public Shedding {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(retryAfter, "retryAfter");
    }

    /**
     * 20 ms of waiting for 100 ms, cohorts for an hour, back after a second.
     *
     * @return the default settings
     */
    public static Shedding defaults() {
        return new Shedding(
                Duration.ofMillis(20), Duration.ofMillis(100), null, Duration.ofHours(1), Duration.ofSeconds(1));
    }

    /**
     * Sets how long units may wait in the queue of the service.
     *
     * @param wait longer than zero
     * @return a copy with this setting
     */
    public Shedding target(Duration wait) {
        return new Shedding(wait, interval, inFlightLimit, period, retryAfter);
    }

    /**
     * Sets how long a burst may last before it counts as overload.
     *
     * @param span 10 ms to 10 s
     * @return a copy with this setting
     */
    public Shedding interval(Duration span) {
        return new Shedding(target, span, inFlightLimit, period, retryAfter);
    }

    /**
     * Sets how many units under way are too many, for services that cannot tell how long units have waited.
     *
     * @param limit asked once per interval, must be quick; its exceptions count as no limit
     * @return a copy with this setting
     */
    public Shedding inFlightLimit(IntSupplier limit) {
        return new Shedding(target, interval, Objects.requireNonNull(limit, "limit"), period, retryAfter);
    }

    /**
     * Sets how long a caller stays in its cohort.
     *
     * @param span 1 s to 366 days; the same for all instances of a service, so that they see the same cohorts
     * @return a copy with this setting
     */
    public Shedding period(Duration span) {
        return new Shedding(target, interval, inFlightLimit, span, retryAfter);
    }

    /**
     * Sets what who is shed is told at least.
     *
     * @param least longer than zero, at most one hour
     * @return a copy with this setting
     */
    public Shedding retryAfter(Duration least) {
        return new Shedding(target, interval, inFlightLimit, period, least);
    }

    void check(Check check) {
        check.positive("target", target);
        within(check, "interval", interval, Duration.ofMillis(10), Duration.ofSeconds(10), "10 ms to 10 s");
        within(check, "period", period, Duration.ofSeconds(1), Duration.ofDays(366), "1 s to 366 days");
        within(
                check,
                "retryAfter",
                retryAfter,
                Duration.ofNanos(1),
                Duration.ofHours(1),
                "above zero, at most one hour");
    }

    private static void within(Check check, String field, Duration span, Duration least, Duration most, String words) {
        check.that(span.compareTo(least) >= 0 && span.compareTo(most) <= 0, field, "must be " + words, span);
    }
}
