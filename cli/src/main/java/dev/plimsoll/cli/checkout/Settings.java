package dev.plimsoll.cli.checkout;

import java.time.Duration;

/**
 * What a run is made of; the same for both runs.
 *
 * @param users how many check out, each again and again
 * @param think how long a user waits after an answer before the next try
 * @param rate browsing requests a second, in every phase
 * @param warmUp how long the traffic runs before anything is counted
 * @param samples browsing requests in a phase, at least
 * @param cutOff what is not answered for so long has failed
 * @param latency what payment takes on its bad day, not yet scaled
 * @param threads of the checkout server
 * @param speed how many times faster payment's latency and the breaker's open wait go by
 */
record Settings(
        int users,
        Duration think,
        int rate,
        Duration warmUp,
        int samples,
        Duration cutOff,
        Duration latency,
        int threads,
        int speed) {

    /** Threads of the checkout server in the story. */
    static final int SERVER_THREADS = 200;

    private static final int PART = 4;

    /** Connections that may wait to be accepted by the checkout server, if the kernel agrees. */
    static final int BACKLOG = 4096;

    /** What the story needs of {@link #BACKLOG}. */
    static final int BACKLOG_NEEDED = 2000;

    /** How long a breaker stays open, not yet scaled. */
    static final Duration OPEN_WAIT = Duration.ofSeconds(30);

    /** What payment takes on its bad day. */
    Duration badLatency() {
        return latency.dividedBy(speed);
    }

    /** How long a breaker stays open. */
    Duration openWait() {
        return OPEN_WAIT.dividedBy(speed);
    }

    /** How many calls of one service may run at once, with guards: all services together leave threads free. */
    int maxConcurrent() {
        return threads / PART;
    }

    /** Requests of the warm-up. */
    int warmUpSamples() {
        return requestsWithin(warmUp);
    }

    /** Requests of the good phase. */
    int samplesBefore() {
        return samples;
    }

    /** Requests of the bad phase, which lasts long enough for payment's slow failures to be seen twice. */
    int samplesDuring() {
        return Math.max(samples, requestsWithin(badLatency().multipliedBy(2)));
    }

    /** How long a run takes, its last answers included. */
    Duration longestRun() {
        int requests = warmUpSamples() + samplesBefore() + samplesDuring();
        return Duration.ofSeconds(requests / rate).plus(cutOff);
    }

    private int requestsWithin(Duration span) {
        return Math.toIntExact((span.toMillis() * rate + 999) / 1000);
    }
}
