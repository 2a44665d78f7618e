package dev.plimsoll.bench;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Resilience4j 2.4.0 with its fast settings: suppliers are decorated once, exceptions have no stack
 * ({@code writableStackTraceEnabled(false)}), the bulkhead does not wait and is not fair, nobody consumes events. Both
 * strategies of its windows are measured; targets are held against the faster one. The full guard nests what
 * {@code Decorators.ofSupplier(..).withBulkhead(..).withCircuitBreaker(..).withRetry(..)} nests.
 */
public class Resilience4jBenchmark extends Subject {

    private static final String NAME = "Resilience4j";

    private @Nullable CircuitBreaker breaker;
    private @Nullable Bulkhead bulkhead;
    private @Nullable Retry retry;

    /** Made by JMH. */
    public Resilience4jBenchmark() {}

    @Override
    void open(String benchmark) {
        CircuitBreaker opened = CircuitBreaker.of("bench", settings(benchmark));
        breaker = opened;
        switch (benchmark) {
            case "refused", "refusedThroughFrames" -> trip(() -> opened.executeSupplier(Subject::fail));
            case "fullGuard" -> {
                bulkhead = Bulkhead.of(
                        "bench",
                        BulkheadConfig.custom()
                                .maxConcurrentCalls(10)
                                .maxWaitDuration(Duration.ZERO)
                                .fairCallHandlingStrategyEnabled(false)
                                .writableStackTraceEnabled(false)
                                .build());
                retry = Retry.of(
                        "bench",
                        RetryConfig.custom()
                                .maxAttempts(3)
                                .waitDuration(Duration.ofMillis(100))
                                .build());
            }
            default -> {}
        }
    }

    private static CircuitBreakerConfig settings(String benchmark) {
        CircuitBreakerConfig.Builder settings = CircuitBreakerConfig.custom()
                .writableStackTraceEnabled(false)
                .waitDurationInOpenState(Duration.ofHours(OPEN_HOURS));
        switch (benchmark) {
            case "consecutive", "refused", "refusedThroughFrames" ->
                settings.failureRateThreshold(100).slidingWindow(5, 5, SlidingWindowType.COUNT_BASED);
            case "lastHundred", "fullGuard" ->
                settings.failureRateThreshold(50).slidingWindow(100, 100, SlidingWindowType.COUNT_BASED);
            case "lastHundredLockFree" ->
                settings.failureRateThreshold(50)
                        .slidingWindow(
                                100,
                                100,
                                SlidingWindowType.COUNT_BASED,
                                SlidingWindowSynchronizationStrategy.LOCK_FREE);
            case "tenSeconds" -> slowCalls(settings).slidingWindow(10, 100, SlidingWindowType.TIME_BASED);
            case "tenSecondsLockFree" ->
                slowCalls(settings)
                        .slidingWindow(
                                10, 100, SlidingWindowType.TIME_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE);
            default -> throw unknown(benchmark);
        }
        return settings.build();
    }

    private static CircuitBreakerConfig.Builder slowCalls(CircuitBreakerConfig.Builder settings) {
        return settings.failureRateThreshold(50)
                .slowCallRateThreshold(50)
                .slowCallDurationThreshold(Duration.ofSeconds(1));
    }

    private Supplier<Object> around(Supplier<Object> work) {
        Supplier<Object> inner = bulkhead == null ? work : Bulkhead.decorateSupplier(bulkhead, work);
        Supplier<Object> middle = breaker == null ? inner : CircuitBreaker.decorateSupplier(breaker, inner);
        return retry == null ? middle : Retry.decorateSupplier(retry, middle);
    }

    /** An errand behind the guard. */
    @State(Scope.Thread)
    public static class Guarded extends GuardedErrand {

        private Supplier<Object> supplier = Subject::fail;

        /** Made by JMH. */
        public Guarded() {}

        /**
         * Decorates the errand.
         *
         * @param subject whose guard
         * @param errand what to guard
         */
        @Setup
        public void bind(Resilience4jBenchmark subject, Errand errand) {
            supplier = subject.around(errand::run);
        }

        @Override
        Object call() {
            return supplier.get();
        }
    }

    /** A call through a closed breaker that counts failures in a row. */
    @Benchmark
    @Row(scenario = Scenario.CONSECUTIVE, subject = NAME, remark = "has none: window of 5 calls at 100 %")
    public Object consecutive(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through a closed breaker that counts calls. */
    @Benchmark
    @Row(scenario = Scenario.LAST_HUNDRED, subject = NAME)
    public Object lastHundred(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** The same with the other kind of window. */
    @Benchmark
    @Row(scenario = Scenario.LAST_HUNDRED, subject = NAME, remark = "LOCK_FREE window")
    public Object lastHundredLockFree(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through a closed breaker with a window of time. */
    @Benchmark
    @Row(scenario = Scenario.TEN_SECONDS, subject = NAME)
    public Object tenSeconds(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** The same with the other kind of window. */
    @Benchmark
    @Row(scenario = Scenario.TEN_SECONDS, subject = NAME, remark = "LOCK_FREE window")
    public Object tenSecondsLockFree(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A refusal. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED, subject = NAME, remark = "writableStackTraceEnabled(false)")
    public Object refused(Guarded errand) {
        Object answer;
        try {
            answer = errand.call();
        } catch (CallNotPermittedException refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A refusal that unwinds two frames. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED_THROUGH_FRAMES, subject = NAME, remark = "writableStackTraceEnabled(false)")
    public Object refusedThroughFrames(Guarded errand) throws Exception {
        Object answer;
        try {
            answer = errand.callThroughFrames();
        } catch (CallNotPermittedException refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A call through everything. */
    @Benchmark
    @Row(scenario = Scenario.FULL_GUARD, subject = NAME)
    public Object fullGuard(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }
}
