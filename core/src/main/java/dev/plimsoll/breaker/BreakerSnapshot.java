package dev.plimsoll.breaker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A circuit breaker at one moment. Consistent at quiescence.
 *
 * @param name the dependency's name
 * @param state which state
 * @param sequence how many transitions there were
 * @param since the time of day at which it entered the state
 * @param sinceNanos how long ago that was, in nanoseconds
 * @param reason why it entered the state
 * @param nextProbeIn when it will try the dependency again; zero when the next call will; empty when it is not open
 * @param operated who has stepped in, why and for how much longer; empty in the states that it gets into by itself
 * @param admitting the share of the calls it admits: 1 when closed, less while ramping up, 0 when it refuses all
 * @param judged what the rules see
 * @param lastError the last bad outcome's class and message; empty when there was none or it was no exception
 */
public record BreakerSnapshot(
        String name,
        BreakerState state,
        long sequence,
        Instant since,
        long sinceNanos,
        String reason,
        Optional<Duration> nextProbeIn,
        Optional<Operated> operated,
        double admitting,
        Judged judged,
        Optional<String> lastError) {

    /**
     * An operator has stepped in.
     *
     * @param who who did it
     * @param reason why, as it was given
     * @param endsIn for how much longer; zero when the next call ends it; empty when it lasts until it is reset
     */
    public record Operated(String who, String reason, Optional<Duration> endsIn) {}

    /**
     * What the rules see, and what was counted all in all.
     *
     * @param consecutiveFailures failures in a row
     * @param windowCalls calls in the window; 0 where no rule looks at one
     * @param windowFailed those of them that failed
     * @param windowSlow those of them that were slow
     * @param totalGood good results since the breaker was made, but for those that came while it was uncounted and no
     *     rule looked at a window of time
     * @param totalBad bad results since the breaker was made
     * @param probes probes under way
     * @param orphans probes that outlived their lease, or the state they were probes of, and are still running
     */
    public record Judged(
            int consecutiveFailures,
            long windowCalls,
            long windowFailed,
            long windowSlow,
            long totalGood,
            long totalBad,
            int probes,
            int orphans) {}
}
