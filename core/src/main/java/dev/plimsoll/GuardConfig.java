package dev.plimsoll;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Observer;
import dev.plimsoll.retry.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a guard was set up with, to tell whether two set-ups are the same: values by equals, functions and shared objects
 * by identity.
 */
record GuardConfig(
        Times times,
        Optional<Retry> retry,
        Optional<RetryBudget> budget,
        Optional<BreakerConfig> breaker,
        Optional<CircuitBreaker> sharedBreaker,
        Optional<BulkheadConfig> bulkhead,
        Optional<Bulkhead> sharedBulkhead,
        Classifier classifier,
        List<Observer> observers,
        boolean counted) {

    GuardConfig {
        observers = List.copyOf(observers);
    }

    /**
     * Everything about time.
     *
     * @param attempt the attempt timeout
     * @param total the total timeout
     * @param blameAfter from which running time on an attempt that an outer deadline ended is held against the
     *     dependency
     * @param interrupts whether a timeout interrupts the thread that runs the work
     * @param onLateResult takes values that came too late
     */
    record Times(
            Optional<Duration> attempt,
            Optional<Duration> total,
            Duration blameAfter,
            boolean interrupts,
            @Nullable Consumer<@Nullable Object> onLateResult) {}
}
