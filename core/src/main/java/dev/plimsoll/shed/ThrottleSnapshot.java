package dev.plimsoll.shed;

/**
 * The numbers of an {@link AdaptiveThrottle} at one moment. Exact when nothing is going on.
 *
 * @param name the throttle's name
 * @param requests how many asked within the window, those that were held back included
 * @param accepts how many of them the other side has accepted, as far as they have ended
 * @param overloads how many it has said no to, for it was full
 * @param probability the share of requests that is held back now, 0 to below 1
 * @param refused how many were held back since the beginning
 */
public record ThrottleSnapshot(
        String name, long requests, long accepts, long overloads, double probability, long refused) {}
