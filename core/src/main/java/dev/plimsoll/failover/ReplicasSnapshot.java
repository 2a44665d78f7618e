package dev.plimsoll.failover;

import java.util.List;

/**
 * The numbers of {@link Replicas} at one moment.
 *
 * @param name their name
 * @param replicas each of them, in the order in which they came
 */
public record ReplicasSnapshot(String name, List<ReplicaSnapshot> replicas) {

    /** Copies the list. */
    public ReplicasSnapshot {
        replicas = List.copyOf(replicas);
    }

    /**
     * How many of them are away.
     *
     * @return at most half
     */
    public int ejected() {
        return (int) replicas.stream()
                .filter(each -> each.standing() == ReplicaSnapshot.Standing.EJECTED)
                .count();
    }
}
