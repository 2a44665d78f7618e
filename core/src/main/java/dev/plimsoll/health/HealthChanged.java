package dev.plimsoll.health;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.HealthStatus;
import java.time.Instant;

/**
 * A dependency does better or worse than before, in the eyes of one detector or of all together. Those of one source are
 * told in their order, each once.
 *
 * @param dependency the dependency's name
 * @param source who says so, such as "health check"
 * @param sequence counts the changes of this source from 1
 * @param from how it did
 * @param to how it does
 * @param reason why, with the numbers
 * @param at the time of day
 */
public record HealthChanged(
        String dependency, String source, long sequence, HealthStatus from, HealthStatus to, String reason, Instant at)
        implements Event {}
