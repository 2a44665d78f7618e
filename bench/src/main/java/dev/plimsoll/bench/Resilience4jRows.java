package dev.plimsoll.bench;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.ThreadPoolBulkhead;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.CompletionStageUtils;
import io.github.resilience4j.core.SupplierUtils;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Resilience4j 2.4.0 with its fast settings: suppliers are decorated once, exceptions have no stack
 * ({@code writableStackTraceEnabled(false)}), the bulkhead does not wait and is not fair, nobody consumes events. Both
 * strategies of its windows are measured; targets are held against the faster one. The full guard nests what
 * {@code Decorators.ofSupplier(..).withBulkhead(..).withCircuitBreaker(..).withRetry(..)} nests.
 */
final class Resilience4jRows {

    private static final String NAME = Rows.RESILIENCE4J;
    private static final String STACKLESS = "writableStackTraceEnabled(false)";

    private Resilience4jRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(breakers());
        rows.addAll(blocking());
        rows.addAll(async());
        rows.addAll(later());
        return rows;
    }

    private static List<Row> breakers() {
        return List.of(
                breaker(Scenario.CONSECUTIVE, "consecutive", Resilience4jRows::lastFive)
                        .remark("has none: window of 5 calls at 100 %"),
                breaker(Scenario.LAST_HUNDRED, "lastHundred", Resilience4jRows::lastHundred),
                breaker(
                                Scenario.LAST_HUNDRED,
                                "lastHundredLockFree",
                                c -> c.failureRateThreshold(50)
                                        .slidingWindow(
                                                100,
                                                100,
                                                SlidingWindowType.COUNT_BASED,
                                                SlidingWindowSynchronizationStrategy.LOCK_FREE))
                        .remark("LOCK_FREE window"),
                breaker(
                        Scenario.TEN_SECONDS,
                        "tenSeconds",
                        c -> slowCalls(c).slidingWindow(10, 100, SlidingWindowType.TIME_BASED)),
                breaker(
                                Scenario.TEN_SECONDS,
                                "tenSecondsLockFree",
                                c -> slowCalls(c)
                                        .slidingWindow(
                                                10,
                                                100,
                                                SlidingWindowType.TIME_BASED,
                                                SlidingWindowSynchronizationStrategy.LOCK_FREE))
                        .remark("LOCK_FREE window"),
                refused(Scenario.REFUSED, "refused"),
                refused(Scenario.REFUSED_THROUGH_FRAMES, "refusedThroughFrames"),
                Row.of(Scenario.KEYED, NAME, "keyed", Resilience4jRows::keyed).remark("CircuitBreakerRegistry"));
    }

    private static List<Row> blocking() {
        return List.of(
                row(Scenario.RETRY, "retry", () -> {
                    Retry retry = retry(Duration.ofMillis(100));
                    return work -> Retry.decorateSupplier(retry, work);
                }),
                Row.of(Scenario.ONE_RETRY, NAME, "oneRetry", () -> {
                            Retry retry = retry(Duration.ZERO);
                            return errand -> Retry.decorateSupplier(retry, errand::runAtSecondAttempt)::get;
                        })
                        .remark("Thread.sleep(0) between the attempts"),
                row(Scenario.BULKHEAD, "bulkhead", () -> {
                    Bulkhead bulkhead = bulkhead();
                    return work -> Bulkhead.decorateSupplier(bulkhead, work);
                }),
                Row.of(Scenario.POOL, NAME, "pool", Resilience4jRows::pool).remark("queue of 8"),
                row(Scenario.RATE_LIMITER, "rateLimiter", () -> {
                    RateLimiter limiter = rateLimiter();
                    return work -> RateLimiter.decorateSupplier(limiter, work);
                }),
                Row.of(Scenario.ATTEMPT_TIMEOUT, NAME, "attemptTimeout", Resilience4jRows::timeLimiter)
                        .less("waits for a future that the work has completed before; cannot bound a caller's own"
                                + " thread"),
                row(Scenario.FALLBACK, "fallback", () -> work -> SupplierUtils.recover(work, failed -> NAME)),
                Row.of(
                        Scenario.FALLBACK_ANSWERS,
                        NAME,
                        "fallbackAnswers",
                        () -> errand -> SupplierUtils.recover(errand::fail, failed -> errand.value())::get),
                row(Scenario.FULL_GUARD, "fullGuard", () -> {
                    CircuitBreaker breaker =
                            CircuitBreaker.of("bench", lastHundred(common()).build());
                    Bulkhead bulkhead = bulkhead();
                    Retry retry = retry(Duration.ofMillis(100));
                    return work -> Retry.decorateSupplier(
                            retry, CircuitBreaker.decorateSupplier(breaker, Bulkhead.decorateSupplier(bulkhead, work)));
                }));
    }

    private static List<Row> async() {
        return List.of(
                stage(Scenario.ASYNC_BREAKER, "asyncBreaker", scheduler -> {
                    CircuitBreaker breaker =
                            CircuitBreaker.of("bench", lastHundred(common()).build());
                    return work -> CircuitBreaker.decorateCompletionStage(breaker, work);
                }),
                stage(Scenario.ASYNC_RETRY, "asyncRetry", scheduler -> {
                    Retry retry = retry(Duration.ofMillis(100));
                    return work -> Retry.decorateCompletionStage(retry, scheduler, work);
                }),
                stage(Scenario.ASYNC_BULKHEAD, "asyncBulkhead", scheduler -> {
                    Bulkhead bulkhead = bulkhead();
                    return work -> Bulkhead.decorateCompletionStage(bulkhead, work);
                }),
                stage(Scenario.ASYNC_RATE_LIMITER, "asyncRateLimiter", scheduler -> {
                    RateLimiter limiter = rateLimiter();
                    return work -> RateLimiter.decorateCompletionStage(limiter, work);
                }),
                stage(Scenario.ASYNC_TIMEOUT, "asyncTimeout", scheduler -> {
                    TimeLimiter limiter = TimeLimiter.of(timeout());
                    return work -> () -> limiter.executeCompletionStage(scheduler, work);
                }),
                stage(
                                Scenario.ASYNC_FALLBACK,
                                "asyncFallback",
                                scheduler -> work -> CompletionStageUtils.recover(work, failed -> NAME))
                        .remark("CompletionStageUtils.recover"),
                stage(Scenario.ASYNC_FULL_GUARD, "asyncFullGuard", Resilience4jRows::fullAsync),
                stage(Scenario.ASYNC_FULL_GUARD_TIMED, "asyncFullGuardAttemptTimeout", scheduler -> {
                            TimeLimiter limiter = TimeLimiter.of(timeout());
                            var full = fullAsync(scheduler);
                            return work -> full.apply(() -> limiter.executeCompletionStage(scheduler, work));
                        })
                        .variant("attempt timeout"),
                Row.of(Scenario.ASYNC_KEYED, NAME, "asyncKeyed", Resilience4jRows::keyedAsync)
                        .remark("CircuitBreakerRegistry"),
                Row.of(Scenario.ASYNC_REFUSED, NAME, "asyncRefused", Resilience4jRows::refusedAsync)
                        .remark(STACKLESS));
    }

    private static List<Row> later() {
        return List.of(
                later(Scenario.ASYNC_BREAKER_LATER, "asyncBreakerLater", scheduler -> {
                    CircuitBreaker breaker =
                            CircuitBreaker.of("bench", lastHundred(common()).build());
                    return work -> CircuitBreaker.decorateCompletionStage(breaker, work);
                }),
                later(Scenario.ASYNC_BULKHEAD_LATER, "asyncBulkheadLater", scheduler -> {
                    Bulkhead bulkhead = bulkhead();
                    return work -> Bulkhead.decorateCompletionStage(bulkhead, work);
                }),
                later(Scenario.ASYNC_FULL_GUARD_LATER, "asyncFullGuardLater", Resilience4jRows::fullAsync));
    }

    private static UnaryOperator<Supplier<CompletionStage<Object>>> fullAsync(ScheduledExecutorService scheduler) {
        CircuitBreaker breaker =
                CircuitBreaker.of("bench", lastHundred(common()).build());
        Bulkhead bulkhead = bulkhead();
        Retry retry = retry(Duration.ofMillis(100));
        return work -> Retry.decorateCompletionStage(
                retry,
                scheduler,
                CircuitBreaker.decorateCompletionStage(breaker, Bulkhead.decorateCompletionStage(bulkhead, work)));
    }

    private static CircuitBreakerConfig.Builder common() {
        return CircuitBreakerConfig.custom()
                .writableStackTraceEnabled(false)
                .waitDurationInOpenState(Duration.ofHours(Trip.OPEN_HOURS));
    }

    private static CircuitBreakerConfig.Builder lastFive(CircuitBreakerConfig.Builder settings) {
        return settings.failureRateThreshold(100).slidingWindow(5, 5, SlidingWindowType.COUNT_BASED);
    }

    private static CircuitBreakerConfig.Builder lastHundred(CircuitBreakerConfig.Builder settings) {
        return settings.failureRateThreshold(50).slidingWindow(100, 100, SlidingWindowType.COUNT_BASED);
    }

    private static CircuitBreakerConfig.Builder slowCalls(CircuitBreakerConfig.Builder settings) {
        return settings.failureRateThreshold(50)
                .slowCallRateThreshold(50)
                .slowCallDurationThreshold(Duration.ofSeconds(1));
    }

    private static Retry retry(Duration pause) {
        return Retry.of(
                "bench",
                RetryConfig.custom()
                        .maxAttempts(3)
                        .intervalFunction(attempt -> pause.toMillis())
                        .build());
    }

    private static Bulkhead bulkhead() {
        return Bulkhead.of(
                "bench",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(10)
                        .maxWaitDuration(Duration.ZERO)
                        .fairCallHandlingStrategyEnabled(false)
                        .writableStackTraceEnabled(false)
                        .build());
    }

    private static RateLimiter rateLimiter() {
        return RateLimiter.of(
                "bench",
                RateLimiterConfig.custom()
                        .limitForPeriod(1_000_000_000)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(Duration.ZERO)
                        .writableStackTraceEnabled(false)
                        .build());
    }

    private static TimeLimiterConfig timeout() {
        return TimeLimiterConfig.custom()
                .timeoutDuration(Duration.ofSeconds(1))
                .cancelRunningFuture(true)
                .build();
    }

    /** Without that policy timers that are cancelled pile up until their time has come, a million of them. */
    private static ScheduledThreadPoolExecutor scheduler() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, Daemons::thread);
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    private static Guarded timeLimiter() {
        TimeLimiter limiter = TimeLimiter.of(timeout());
        return errand -> {
            Supplier<CompletableFuture<Object>> work = () -> CompletableFuture.completedFuture(errand.run());
            return TimeLimiter.decorateFutureSupplier(limiter, work)::call;
        };
    }

    private static Guarded pool() {
        ThreadPoolBulkhead pool = ThreadPoolBulkhead.of(
                "bench",
                ThreadPoolBulkheadConfig.custom()
                        .coreThreadPoolSize(10)
                        .maxThreadPoolSize(10)
                        .queueCapacity(8)
                        .writableStackTraceEnabled(false)
                        .build());
        return Guarded.closing(() -> Daemons.close(pool), errand -> {
            Supplier<CompletionStage<Object>> work = pool.decorateSupplier(errand::run);
            return () -> work.get().toCompletableFuture().join();
        });
    }

    private static Guarded keyed() {
        CircuitBreakerRegistry registry =
                CircuitBreakerRegistry.of(lastHundred(common()).build());
        return errand -> {
            Supplier<Object> work = errand::run;
            return () -> registry.circuitBreaker(errand.nextKey()).executeSupplier(work);
        };
    }

    private static Guarded keyedAsync() {
        CircuitBreakerRegistry registry =
                CircuitBreakerRegistry.of(lastHundred(common()).build());
        return errand -> {
            Supplier<CompletionStage<Object>> work = errand::stage;
            return () -> registry.circuitBreaker(errand.nextKey())
                    .executeCompletionStage(work)
                    .toCompletableFuture()
                    .join();
        };
    }

    private static Guarded refusedAsync() {
        CircuitBreaker breaker = CircuitBreaker.of("bench", lastFive(common()).build());
        Trip.open(() -> breaker.executeSupplier(Trip::fail));
        return errand -> {
            Supplier<CompletionStage<Object>> work = CircuitBreaker.decorateCompletionStage(breaker, errand::stage);
            return () -> Stages.valueOrRefusal(work.get());
        };
    }

    private static Row breaker(Scenario scenario, String name, UnaryOperator<CircuitBreakerConfig.Builder> settings) {
        return row(scenario, name, () -> {
            CircuitBreaker breaker =
                    CircuitBreaker.of("bench", settings.apply(common()).build());
            return work -> CircuitBreaker.decorateSupplier(breaker, work);
        });
    }

    private static Row refused(Scenario scenario, String name) {
        return row(scenario, name, () -> {
                    CircuitBreaker breaker =
                            CircuitBreaker.of("bench", lastFive(common()).build());
                    Trip.open(() -> breaker.executeSupplier(Trip::fail));
                    return work -> CircuitBreaker.decorateSupplier(breaker, work);
                })
                .remark(STACKLESS);
    }

    private static Row row(Scenario scenario, String name, Supplier<UnaryOperator<Supplier<Object>>> decorator) {
        return Row.of(scenario, NAME, name, () -> {
            UnaryOperator<Supplier<Object>> decorate = decorator.get();
            return errand -> decorate.apply(errand::run)::get;
        });
    }

    /** Decorates the work, once there is something that it can schedule with. */
    @FunctionalInterface
    private interface Decorator {
        UnaryOperator<Supplier<CompletionStage<Object>>> with(ScheduledExecutorService scheduler);
    }

    private static Row stage(Scenario scenario, String name, Decorator decorator) {
        return Row.of(scenario, NAME, name, () -> {
            ScheduledThreadPoolExecutor scheduler = scheduler();
            UnaryOperator<Supplier<CompletionStage<Object>>> decorate = decorator.with(scheduler);
            return Guarded.closing(scheduler::shutdownNow, errand -> {
                Supplier<CompletionStage<Object>> work = decorate.apply(errand::stage);
                return () -> work.get().toCompletableFuture().join();
            });
        });
    }

    private static Row later(Scenario scenario, String name, Decorator decorator) {
        return Row.of(scenario, NAME, name, () -> {
            ScheduledThreadPoolExecutor scheduler = scheduler();
            UnaryOperator<Supplier<CompletionStage<Object>>> decorate = decorator.with(scheduler);
            return Guarded.closing(scheduler::shutdownNow, errand -> {
                Supplier<CompletionStage<Object>> work = decorate.apply(errand::stageForLater);
                return () -> {
                    CompletableFuture<Object> future = work.get().toCompletableFuture();
                    errand.complete();
                    return future.join();
                };
            });
        });
    }
}
