package dev.plimsoll.limit;

import java.time.Duration;

/**
 * The numbers of a {@link RateLimiter} at one moment. Exact when nothing is going on.
 *
 * @param name the limiter's name
 * @param limit how it is configured
 * @param available how many permits could be had at once
 * @param waiting how many wait for their turn, or have not noticed yet that it has come
 * @param admitted how many permits were taken since the beginning, those that were given back included
 * @param refused how many times somebody was refused since the beginning
 * @param notUsed how many admissions were given back, for the work was not started; a turn that is given up before it comes is none
 * @param nextIn after how long whoever asks now could have a permit at the latest, those served who wait already; zero when
 *     one is there
 */
public record RateLimiterSnapshot(
        String name,
        RateLimit limit,
        long available,
        int waiting,
        long admitted,
        long refused,
        long notUsed,
        Duration nextIn) {}
