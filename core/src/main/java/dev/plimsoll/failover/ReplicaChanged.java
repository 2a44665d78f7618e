package dev.plimsoll.failover;

import dev.plimsoll.call.Event;
import java.time.Instant;

/**
 * One of several replicas has come or gone. They are told in their order, each once.
 *
 * @param dependency the name of the replicas
 * @param sequence counts their changes from 1
 * @param replica the name of the one
 * @param change what has become of it
 * @param reason why, with the numbers
 * @param at the time of day
 */
public record ReplicaChanged(String dependency, long sequence, String replica, Change change, String reason, Instant at)
        implements Event {

    /** What becomes of a replica. */
    public enum Change {
        /** It was added. */
        JOINED,
        /** It was removed. */
        LEFT,
        /** It is sent away for a while, because it fails. */
        EJECTED,
        /** It is back. */
        RETURNED
    }
}
