package dev.plimsoll.cli.watch;

import dev.plimsoll.breaker.BreakerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All that one picture of a watch shows.
 *
 * @param settings what is watched, and how
 * @param elapsed how long this has been going on
 * @param circuit the breaker
 * @param seen the calls so far
 * @param note what else there is to say, on one line; empty for nothing
 */
record Scene(WatchSettings settings, Duration elapsed, Circuit circuit, Tally.Seen seen, String note) {

    /**
     * The breaker at this moment.
     *
     * @param state which state
     * @param since the time of day at which it began
     * @param lasted how long ago that was
     * @param reason why it began
     * @param nextProbeIn when a call will be let through again; empty when it is not open
     * @param endsIn for how much longer an operator's state lasts; empty when there is none, or it lasts until it is reset
     */
    record Circuit(
            BreakerState state,
            Instant since,
            Duration lasted,
            String reason,
            Optional<Duration> nextProbeIn,
            Optional<Duration> endsIn) {}
}
