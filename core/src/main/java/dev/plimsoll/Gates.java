package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        return Stream.of(
                        Optional.of(guard),
                        Optional.ofNullable(breaker).map(CircuitBreaker::name),
                        Optional.ofNullable(throttle).map(AdaptiveThrottle::name),
                        Optional.ofNullable(rateLimiter).map(RateLimiter::name),
                        Optional.ofNullable(limit).map(ConcurrencyLimit::name),
                        Optional.ofNullable(bulkhead).map(Bulkhead::name))
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
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
