package dev.plimsoll.health;

import dev.plimsoll.call.HealthReading;

/**
 * A health poller at one moment. The counts are since it was started.
 *
 * @param reading how the dependency does
 * @param good checks that went well
 * @param bad checks that did not, each turn at which an overdue one still ran included
 * @param notRun checks that could not be run, or say nothing about the dependency
 * @param spoilt checks that did not go well while this process itself stood still; they count nowhere else
 */
public record HealthPollerSnapshot(HealthReading reading, long good, long bad, long notRun, long spoilt) {}
