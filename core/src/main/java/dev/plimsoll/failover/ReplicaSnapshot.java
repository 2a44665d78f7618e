package dev.plimsoll.failover;

import java.time.Duration;

/**
 * One replica at one moment. Exact when nothing is going on.
 *
 * @param name its name
 * @param standing whether it is asked
 * @param weight which part of the usual share it may have: less than 1 while it starts
 * @param inFlight how many calls it has under way
 * @param latency how long it takes, the last bad news weighing most; zero when nothing is known
 * @param succeeded how many calls have succeeded since it came
 * @param failed how many have failed
 * @param failuresInRow how many have failed since the last success
 * @param ejections how often it was sent away, less one for each interval in which it was there and did well
 */
public record ReplicaSnapshot(
        String name,
        Standing standing,
        double weight,
        int inFlight,
        Duration latency,
        long succeeded,
        long failed,
        int failuresInRow,
        int ejections) {

    /** Whether a replica is asked. */
    public enum Standing {
        /** Like everybody. */
        OPEN,
        /** It has come back or joined, and gets a part of the usual share, which grows. */
        STARTING,
        /** It is full, or its own guard refuses, and has said until when: only when the other choice rests, too. */
        RESTING,
        /** It was ejected and is not asked. */
        EJECTED
    }
}
