package dev.plimsoll.bulkhead;

/**
 * The numbers of a {@link Bulkhead} at one moment. Exact when nothing is going on; meanwhile {@code active} and
 * {@code waiting} belong together, the others may be newer.
 *
 * @param name the bulkhead's name
 * @param maxConcurrent how many may hold a permit at once
 * @param maxWaiting how many may queue for one
 * @param active how many hold one, orphans included unless they were released; more than {@code maxConcurrent} for a while after shrinking
 * @param waiting how many are queueing
 * @param available how many more could enter at once; 0 when closed
 * @param rejected how many were refused since the beginning
 * @param orphans how much work runs on although its caller has given up
 * @param abandoned how many of the orphans are older than they may get
 */
public record BulkheadSnapshot(
        String name,
        int maxConcurrent,
        int maxWaiting,
        int active,
        int waiting,
        int available,
        long rejected,
        int orphans,
        int abandoned) {}
