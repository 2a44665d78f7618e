package dev.plimsoll.failover;

import java.util.List;

/**
 * What the targets of a {@link Failover} have done from its beginning. Exact when nothing is going on.
 *
 * @param name its name
 * @param targets the primary first, then the backups in their order
 */
public record FailoverSnapshot(String name, List<Target> targets) {

    /** Copies the list. */
    public FailoverSnapshot {
        targets = List.copyOf(targets);
    }

    /**
     * One of them.
     *
     * @param name its name
     * @param answered how many calls ended with its answer
     * @param passedOver how often the next one was asked instead, or would have been if there had been one
     * @param ended how many calls it ended otherwise: with what must not be repeated
     */
    public record Target(String name, long answered, long passedOver, long ended) {}
}
