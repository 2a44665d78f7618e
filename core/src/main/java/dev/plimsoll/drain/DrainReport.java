package dev.plimsoll.drain;

import java.time.Duration;
import java.util.List;

/**
 * How far a {@link Drain} is, and what it had to cut off.
 *
 * @param phase where it is
 * @param drained how many units that were under way when it started have ended in time
 * @param cutOff how many were still running when the time was up; 0 until then
 * @param cutOffLabels the labels of those that had one, oldest first, at most the first hundred
 * @param refused how many units were refused since the beginning
 * @param elapsed how long it took, or has been draining so far; zero while running
 */
public record DrainReport(
        Drain.Phase phase, long drained, long cutOff, List<String> cutOffLabels, long refused, Duration elapsed) {

    /**
     * Takes a copy of the labels.
     */
    public DrainReport {
        cutOffLabels = List.copyOf(cutOffLabels);
    }
}
