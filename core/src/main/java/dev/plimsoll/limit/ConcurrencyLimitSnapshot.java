package dev.plimsoll.limit;

/**
 * The numbers of a {@link ConcurrencyLimit} at one moment, read one after another. Exact when nothing is going on.
 *
 * @param name the limit's name
 * @param algorithm the name of the algorithm that sets it
 * @param limit how many may be under way now
 * @param min the lowest limit there may be
 * @param max the highest limit there may be
 * @param inFlight how many are under way; more than {@code limit} for a while after it fell
 * @param refused how many were refused since the beginning
 * @param dropped how many were answered with overload or timed out since the beginning
 * @param faults how often an algorithm of the user's threw, or gave something unusable; the limit then stays as it is
 * @param explained what the algorithm has learnt, in its own words
 */
public record ConcurrencyLimitSnapshot(
        String name,
        String algorithm,
        int limit,
        int min,
        int max,
        int inFlight,
        long refused,
        long dropped,
        long faults,
        String explained) {}
