package dev.plimsoll.cli.overload;

import java.time.Duration;

/**
 * How each row is measured.
 *
 * @param warmUp how long requests come before any of them counts; over its first half their rate grows
 * @param measured how long requests come that count
 * @param bulkhead how many requests the fixed bulkhead lets in at once
 */
record Settings(Duration warmUp, Duration measured, int bulkhead) {
    /** Of the service. */
    static final int WORKERS = 16;

    /** What a worker waits for each request. */
    static final Duration WORK = Duration.ofMillis(20);

    /** What the service can do, in requests a second. */
    static final int CAPACITY = (int) (WORKERS * Duration.ofSeconds(1).toMillis() / WORK.toMillis());

    /** After which time, from the one at which a request should have been sent, a client gives up. */
    static final Duration DEADLINE = Duration.ofMillis(200);

    /** What was sent so much after its time counts as late. */
    static final Duration LATE = Duration.ofMillis(10);

    /** A row with a larger share of late requests is void. */
    static final double MOST_LATE = 0.01;

    /** The share of the requests that are CRITICAL. */
    static final double CRITICAL = 0.05;

    /** The share of the requests that are NORMAL; the rest is SHEDDABLE. */
    static final double NORMAL = 0.45;

    /** How many different callers the requests come from. */
    static final int CALLERS = 1000;

    /** How many requests the service could have answered while they counted. */
    double best() {
        return CAPACITY * measured.toMillis() / 1e3;
    }

    /** How long a row takes. */
    Duration row() {
        return warmUp.plus(measured).plus(DEADLINE);
    }
}
