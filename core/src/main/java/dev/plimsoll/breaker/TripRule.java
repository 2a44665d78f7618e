package dev.plimsoll.breaker;

import java.time.Duration;

/**
 * A reason to open. Rules are asked when a bad outcome, a failure or a slow call, has been recorded, in the order in
 * which they were named; the first that holds opens the breaker.
 *
 * <p>Ratios are compared as the nearest doubles: 7 of 100 reach 0.07, and 2 of 3 reach 2.0 / 3.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public sealed interface TripRule {

    /**
     * So many failures in a row; a success starts over.
     *
     * @param failures at least 1
     */
    record ConsecutiveFailures(int failures) implements TripRule {}

    /**
     * This share of the calls in the window failed.
     *
     * @param ratio above 0, at most 1
     * @param minimumCalls how many calls the window must hold before the rule is asked, at least 1
     */
    record FailureRate(double ratio, int minimumCalls) implements TripRule {}

    /**
     * This share of the calls in the window was slow, whether they failed or not.
     *
     * @param ratio above 0, at most 1
     * @param slowerThan a call that takes this long or longer is slow
     * @param minimumCalls how many calls the window must hold before the rule is asked, at least 1
     */
    record SlowCallRate(double ratio, Duration slowerThan, int minimumCalls) implements TripRule {}

    /**
     * So many failures in the window, however many calls it holds.
     *
     * @param failures at least 1
     */
    record Failures(int failures) implements TripRule {}
}
