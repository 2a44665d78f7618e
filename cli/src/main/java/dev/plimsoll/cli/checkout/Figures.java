package dev.plimsoll.cli.checkout;

import java.util.OptionalLong;

/**
 * What a run came to. All of it was measured.
 *
 * @param before the good phase
 * @param during the bad phase
 * @param busyBefore the most threads of the checkout server that were busy at once in the good phase
 * @param busyDuring the same in the bad phase
 * @param openedNanos from the beginning of the bad day until payment's breaker opened; empty when it did not, or when
 *     there is none
 */
record Figures(Phase before, Phase during, int busyBefore, int busyDuring, OptionalLong openedNanos) {
    private static final double TENFOLD = 10;
    private static final double KEPT_FACTOR = 1.5;
    private static final double KEPT_MILLIS = 20;
    private static final double KEPT_SUCCESS = 0.999;
    private static final double STALLED_SUCCESS = 0.5;

    /**
     * What a phase came to.
     *
     * @param browsing the browsing requests, from their intended time
     * @param checkouts the tries to check out, from when they were sent
     * @param lateness how late the browsing requests were sent
     */
    record Phase(Summary browsing, Summary checkouts, Summary lateness) {}

    /** Whether browsing hardly noticed: 99.9 % answered, and the p99 within max(1.5 ×, + 20 ms) of the good phase's. */
    boolean kept() {
        double good = before.browsing().p99Millis();
        return during.browsing().success() >= KEPT_SUCCESS
                && during.browsing().p99Millis() <= Math.max(KEPT_FACTOR * good, good + KEPT_MILLIS);
    }

    /** Whether the site stalled: less than half of the browsing answered, or its p99 ten times that of the good phase. */
    boolean stalled() {
        return during.browsing().success() < STALLED_SUCCESS
                || during.browsing().p99Millis() >= TENFOLD * before.browsing().p99Millis();
    }
}
