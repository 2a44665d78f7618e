package dev.plimsoll.degrade;

import java.time.Duration;
import java.util.Set;

/**
 * A service's level at one moment.
 *
 * @param name of the degradation controller
 * @param level where it is
 * @param indicated which level the health of the dependencies calls for right now
 * @param held whether an operator holds it there
 * @param since how long it has been there
 * @param changes how often the level changed
 * @param on the features that are on
 */
public record DegradationSnapshot(
        String name, Level level, Level indicated, boolean held, Duration since, long changes, Set<String> on) {

    /** Copies the set. */
    public DegradationSnapshot {
        on = Set.copyOf(on);
    }
}
