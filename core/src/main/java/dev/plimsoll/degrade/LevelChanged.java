package dev.plimsoll.degrade;

import dev.plimsoll.call.Event;
import java.time.Instant;

/**
 * A service went from one level to another. They are told in their order, each once.
 *
 * @param dependency the name of the degradation controller
 * @param sequence counts its changes from 1
 * @param from the level it left
 * @param to the level it is at now
 * @param reason why, with the numbers: the same text as in {@link Degradation#explain()}
 * @param at the time of day
 */
public record LevelChanged(String dependency, long sequence, Level from, Level to, String reason, Instant at)
        implements Event {}
