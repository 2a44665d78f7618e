package dev.plimsoll.bench;

import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerBuilder;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Fallback;
import dev.failsafe.Policy;
import dev.failsafe.RateLimiter;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.failsafe.Timeout;
import dev.failsafe.function.CheckedSupplier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Failsafe 3.3.2 with its fast settings: one executor is kept, policies have no listeners, errands run on the calling
 * thread. Stages cannot: with an executor that runs them at once, Failsafe's future is completed with null. So they are made
 * elsewhere, and it has no row where the stage completes when the call has returned: then there may be no stage yet. It cannot
 * be told to leave the stack out of its refusals.
 */
final class FailsafeRows {

    private static final String NAME = "Failsafe";
    private static final String WITH_STACK = "with stack";
    private static final String ELSEWHERE = "of an executor of 10";

    private FailsafeRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(breakers());
        rows.addAll(blocking());
        rows.addAll(async());
        return rows;
    }

    private static List<Row> breakers() {
        return List.of(
                row(Scenario.CONSECUTIVE, "consecutive", () -> List.of(lastFive())),
                row(Scenario.LAST_HUNDRED, "lastHundred", () -> List.of(lastHundred())),
                row(
                                Scenario.TEN_SECONDS,
                                "tenSeconds",
                                () -> List.of(breaker()
                                        .withFailureRateThreshold(50, 100, Duration.ofSeconds(10))
                                        .build()))
                        .less("has no slow-call detection: failure rate of 10 s"),
                row(
                        Scenario.FAILURES,
                        "failures",
                        () -> List.of(breaker()
                                .withFailureThreshold(100_000_000, Duration.ofSeconds(1))
                                .build())),
                refused(Scenario.REFUSED, "refused"),
                refused(Scenario.REFUSED_THROUGH_FRAMES, "refusedThroughFrames"));
    }

    private static List<Row> blocking() {
        return List.of(
                row(Scenario.RETRY, "retry", () -> List.of(retry(Duration.ofMillis(100)))),
                Row.of(Scenario.ONE_RETRY, NAME, "oneRetry", () -> {
                            FailsafeExecutor<Object> executor = Failsafe.with(retry(Duration.ZERO));
                            return errand -> {
                                CheckedSupplier<Object> work = errand::runAtSecondAttempt;
                                return () -> executor.get(work);
                            };
                        })
                        .remark("Thread.sleep(0) between the attempts"),
                row(Scenario.BULKHEAD, "bulkhead", () -> List.of(Bulkhead.of(10))),
                Row.of(Scenario.POOL, NAME, "pool", FailsafeRows::pool)
                        .remark("has none: a bulkhead and an executor of 10 threads"),
                row(Scenario.RATE_LIMITER, "rateLimiter", () -> List.of(rateLimiter()))
                        .remark("bursty"),
                row(Scenario.ATTEMPT_TIMEOUT, "attemptTimeout", () -> List.of(timeout(1))),
                row(Scenario.TOTAL_TIMEOUT, "totalTimeout", () -> List.of(timeout(3), retry(Duration.ofMillis(100)))),
                Row.of(Scenario.FALLBACK, NAME, "fallback", () -> errand -> {
                    FailsafeExecutor<Object> executor = Failsafe.with(Fallback.of(errand.value()));
                    CheckedSupplier<Object> work = errand::run;
                    return () -> executor.get(work);
                }),
                Row.of(Scenario.FALLBACK_ANSWERS, NAME, "fallbackAnswers", () -> errand -> {
                    FailsafeExecutor<Object> executor = Failsafe.with(Fallback.of(errand.value()));
                    CheckedSupplier<Object> work = errand::fail;
                    return () -> executor.get(work);
                }),
                row(Scenario.FULL_GUARD, "fullGuard", FailsafeRows::full),
                row(Scenario.FULL_GUARD_TIMED, "fullGuardAttemptTimeout", () -> innermost(full(), timeout(1)))
                        .variant("attempt timeout")
                        .remark("1 s for an attempt"),
                row(Scenario.FULL_GUARD_TIMED, "fullGuardTotalTimeout", () -> outermost(timeout(3), full()))
                        .variant("total timeout")
                        .remark("3 s for all attempts"));
    }

    private static List<Row> async() {
        return List.of(
                stage(Scenario.ASYNC_BREAKER, "asyncBreaker", () -> List.of(lastHundred())),
                stage(Scenario.ASYNC_RETRY, "asyncRetry", () -> List.of(retry(Duration.ofMillis(100)))),
                stage(Scenario.ASYNC_BULKHEAD, "asyncBulkhead", () -> List.of(Bulkhead.of(10))),
                stage(Scenario.ASYNC_RATE_LIMITER, "asyncRateLimiter", () -> List.of(rateLimiter()))
                        .elsewhere(ELSEWHERE + "; bursty"),
                stage(Scenario.ASYNC_TIMEOUT, "asyncTimeout", () -> List.of(timeout(1))),
                stage(Scenario.ASYNC_FALLBACK, "asyncFallback", () -> List.of(Fallback.of((Object) NAME))),
                stage(Scenario.ASYNC_FULL_GUARD, "asyncFullGuard", FailsafeRows::full),
                stage(
                                Scenario.ASYNC_FULL_GUARD_TIMED,
                                "asyncFullGuardAttemptTimeout",
                                () -> innermost(full(), timeout(1)))
                        .variant("attempt timeout"));
    }

    private static CircuitBreakerBuilder<Object> breaker() {
        return CircuitBreaker.builder().withDelay(Duration.ofHours(Trip.OPEN_HOURS));
    }

    private static CircuitBreaker<Object> lastFive() {
        return breaker().withFailureThreshold(5).build();
    }

    private static CircuitBreaker<Object> lastHundred() {
        return breaker().withFailureThreshold(50, 100).build();
    }

    private static RetryPolicy<Object> retry(Duration pause) {
        RetryPolicyBuilder<Object> settings = RetryPolicy.builder().withMaxAttempts(3);
        return (pause.isZero() ? settings : settings.withDelay(pause)).build();
    }

    private static RateLimiter<Object> rateLimiter() {
        return RateLimiter.burstyBuilder(1_000_000_000, Duration.ofSeconds(1)).build();
    }

    private static Timeout<Object> timeout(int seconds) {
        return Timeout.builder(Duration.ofSeconds(seconds)).withInterrupt().build();
    }

    private static List<Policy<Object>> full() {
        return List.of(retry(Duration.ofMillis(100)), lastHundred(), Bulkhead.of(10));
    }

    private static List<Policy<Object>> innermost(List<Policy<Object>> outer, Policy<Object> inner) {
        List<Policy<Object>> policies = new ArrayList<>(outer);
        policies.add(inner);
        return policies;
    }

    private static List<Policy<Object>> outermost(Policy<Object> outer, List<Policy<Object>> inner) {
        List<Policy<Object>> policies = new ArrayList<>(inner);
        policies.add(0, outer);
        return policies;
    }

    private static Guarded pool() {
        ExecutorService threads = Executors.newFixedThreadPool(10, Daemons::thread);
        FailsafeExecutor<Object> executor = Failsafe.with(Bulkhead.of(10)).with(threads);
        return Guarded.closing(threads::shutdown, errand -> {
            CheckedSupplier<Object> work = errand::run;
            return () -> executor.getAsync(work).join();
        });
    }

    private static Row row(Scenario scenario, String name, Supplier<List<? extends Policy<Object>>> policies) {
        return Row.of(scenario, NAME, name, () -> {
            FailsafeExecutor<Object> executor = Failsafe.with(policies.get());
            return errand -> {
                CheckedSupplier<Object> work = errand::run;
                return () -> executor.get(work);
            };
        });
    }

    private static Row refused(Scenario scenario, String name) {
        return Row.of(scenario, NAME, name, () -> {
                    FailsafeExecutor<Object> executor = Failsafe.with(lastFive());
                    Trip.open(() -> executor.get(Trip::fail));
                    return errand -> {
                        CheckedSupplier<Object> work = errand::run;
                        return () -> executor.get(work);
                    };
                })
                .remark(WITH_STACK);
    }

    private static Row stage(Scenario scenario, String name, Supplier<List<? extends Policy<Object>>> policies) {
        return Row.of(scenario, NAME, name, () -> {
                    ExecutorService threads = Executors.newFixedThreadPool(10, Daemons::thread);
                    FailsafeExecutor<Object> executor =
                            Failsafe.with(policies.get()).with(threads);
                    return Guarded.closing(threads::shutdown, errand -> {
                        CheckedSupplier<CompletionStage<Object>> work = errand::stage;
                        return () -> executor.getStageAsync(work).join();
                    });
                })
                .elsewhere(ELSEWHERE);
    }
}
