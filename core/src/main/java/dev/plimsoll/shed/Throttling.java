package dev.plimsoll.shed;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How an {@link AdaptiveThrottle} finds out how much to hold back.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting. Nothing is checked before a throttle is
 * made of it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param k how many requests are sent for each that is accepted, above 1, at most 100; default 2
 * @param over how far back requests and accepts count, 1 s to one hour; default 30 s
 * @param minimumRequests below so many requests in that time nothing is held back, at least 1; default 10
 * @param mostRefused the greatest share that is held back, above 0, at most 0.99; default 0.9. The rest finds out whether
 *     the other side has recovered
 * @param attemptTimeout how long an attempt may take at most, if that is known; the window must be longer. Zero, the
 *     default, for unknown
 */
public record Throttling(double k, Duration over, long minimumRequests, double mostRefused, Duration attemptTimeout) {

    private static final double MOST_K = 100;
    private static final double MOST_SHARE = 0.99;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /**
     * Any settings, sound or not.
     *
     * @throws NullPointerException when a duration is null
     */
    public Throttling {
        Objects.requireNonNull(over, "over");
        Objects.requireNonNull(attemptTimeout, "attemptTimeout");
    }

    /**
     * Twice what is accepted, over 30 s, from 10 requests on, at most 90 % held back.
     *
     * @return the default settings
     */
    public static Throttling defaults() {
        return new Throttling(2, Duration.ofSeconds(30), 10, 0.9, Duration.ZERO);
    }

    /**
     * Sets how many requests are sent for each that is accepted. Less holds back more and notices a recovery later.
     *
     * @param requestsPerAccept above 1, at most 100
     * @return a copy with this setting
     */
    public Throttling k(double requestsPerAccept) {
        return new Throttling(requestsPerAccept, over, minimumRequests, mostRefused, attemptTimeout);
    }

    /**
     * Sets how far back requests and accepts count. A recovery is believed within about as long.
     *
     * @param window 1 s to one hour, and longer than an attempt may take
     * @return a copy with this setting
     */
    public Throttling over(Duration window) {
        return new Throttling(k, window, minimumRequests, mostRefused, attemptTimeout);
    }

    /**
     * Sets below how many requests in that time nothing is held back.
     *
     * @param requests at least 1
     * @return a copy with this setting
     */
    public Throttling minimumRequests(long requests) {
        return new Throttling(k, over, requests, mostRefused, attemptTimeout);
    }

    /**
     * Sets the greatest share that is held back.
     *
     * @param share above 0, at most 0.99
     * @return a copy with this setting
     */
    public Throttling mostRefused(double share) {
        return new Throttling(k, over, minimumRequests, share, attemptTimeout);
    }

    /**
     * Says how long an attempt may take, so that it can be checked against the window: accepts that come in when their
     * requests have left it would count for others.
     *
     * @param longest zero when unknown
     * @return a copy with this setting
     */
    public Throttling attemptTimeout(Duration longest) {
        return new Throttling(k, over, minimumRequests, mostRefused, longest);
    }

    /**
     * What is wrong so far.
     *
     * @return a line each, such as "k must be above 1 and at most 100: 1"; empty when nothing is
     */
    public List<String> problems() {
        Check check = new Check("adaptive throttle");
        check(check);
        return check.problems();
    }

    long overNanos() {
        return Time.nanos(over);
    }

    void check(Check check) {
        check.within("k", k, 1, MOST_K);
        check.that(
                over.compareTo(SHORTEST) >= 0 && over.compareTo(LONGEST) <= 0, "over", "must be 1 s to one hour", over);
        check.atLeast("minimumRequests", minimumRequests, 1);
        check.within("mostRefused", mostRefused, 0, MOST_SHARE);
        check.that(!attemptTimeout.isNegative(), "attemptTimeout", "must not be negative", attemptTimeout);
        check.that(
                over.compareTo(attemptTimeout) > 0,
                "over",
                "must be longer than the attempt timeout of " + attemptTimeout,
                over);
    }
}
