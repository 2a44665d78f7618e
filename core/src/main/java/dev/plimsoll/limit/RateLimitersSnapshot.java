package dev.plimsoll.limit;

/**
 * The numbers of {@link RateLimiters} at one moment. Exact when nothing is going on.
 *
 * @param name their name
 * @param limit what each key may do
 * @param keys how many keys have a limiter of their own
 * @param maximumSize how many may
 * @param overflowed how often a key had to use the shared one
 * @param evicted how many limiters were idle and went
 * @param shared the shared limiter
 */
public record RateLimitersSnapshot(
        String name,
        RateLimit limit,
        int keys,
        int maximumSize,
        long overflowed,
        long evicted,
        RateLimiterSnapshot shared) {}
