package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gates of a guard, in the order in which an attempt passes them; null for each that it has not.
 *
 * @param breaker the circuit breaker
 * @param throttle the adaptive throttle
 * @param rateLimiter the rate limiter
 * @param limit the concurrency limit
 * @param bulkhead the bulkhead
 */
record Gates(
        @Nullable CircuitBreaker breaker,
        @Nullable AdaptiveThrottle throttle,
        @Nullable RateLimiter rateLimiter,
        @Nullable ConcurrencyLimit limit,
        @Nullable Bulkhead bulkhead) {

    /** By which names their refusals are known: the guard's, of those that are its own, and those of shared ones. */
    Set<String> names(String guard) {
        Set<String> names = new HashSet<>();
        names.add(guard);
        if (breaker != null) {
            names.add(breaker.name());
        }
        if (throttle != null) {
            names.add(throttle.name());
        }
        if (rateLimiter != null) {
            names.add(rateLimiter.name());
        }
        if (limit != null) {
            names.add(limit.name());
        }
        if (bulkhead != null) {
            names.add(bulkhead.name());
        }
        return Set.copyOf(names);
    }

    /** Whether there is anything but a bulkhead between the circuit breaker and the work. */
    boolean hasLimits() {
        return throttle != null || rateLimiter != null || limit != null;
    }

    /** Whether there is more between the circuit breaker and the work than a bulkhead, or a rate limiter. */
    boolean areMany() {
        return throttle != null || limit != null || (rateLimiter != null && bulkhead != null);
    }
}
