package dev.plimsoll.degrade;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A service's level at one moment.
 *
 * @param name of the degradation controller
 * @param level where it is
 * @param indicated which level the health of the dependencies calls for right now
 * @param held whether an operator holds it there
 * @param reason why it is there, with the numbers: the same text as in its last {@link LevelChanged}
 * @param since how long it has been there
 * @param next where it goes by itself if the health stays as it is: after the dwell, or when a hold is over; empty when
 *     nothing is to come
 * @param nextIn how long that is from now; empty as {@code next} is
 * @param changes how often the level changed
 * @param on the features that are on
 * @param off the features that are on at {@link Level#NORMAL} and are not now
 */
public record DegradationSnapshot(
        String name,
        Level level,
        Level indicated,
        boolean held,
        String reason,
        Duration since,
        Optional<Level> next,
        Optional<Duration> nextIn,
        long changes,
        Set<String> on,
        Set<String> off) {

    /** Copies the sets. */
    public DegradationSnapshot {
        on = Set.copyOf(on);
        off = Set.copyOf(off);
    }
}
