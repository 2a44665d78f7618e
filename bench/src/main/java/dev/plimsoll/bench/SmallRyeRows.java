package dev.plimsoll.bench;

import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.faulttolerance.api.RateLimitType;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * SmallRye Fault Tolerance 6.11.2, the stand-alone {@code Guard}, with its fast settings: one guard is kept and its
 * supplier adapted once, there are no callbacks, no metrics are bound, errands run on the calling thread.
 * It cannot be told to leave the stack out of its refusals. Where stages are bound by a bulkhead and two threads call, one of
 * its futures may never complete.
 */
final class SmallRyeRows {

    private static final String NAME = "SmallRye";
    private static final String WITH_STACK = "with stack";
    private static final TypeLiteral<CompletionStage<Object>> STAGE = new TypeLiteral<>() {};

    private SmallRyeRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(breakers());
        rows.addAll(blocking());
        rows.addAll(async());
        return rows;
    }

    private static List<Row> breakers() {
        return List.of(
                row(Scenario.CONSECUTIVE, "consecutive", SmallRyeRows::lastFive)
                        .remark("has none: window of 5 calls at 100 %"),
                row(Scenario.LAST_HUNDRED, "lastHundred", SmallRyeRows::lastHundred),
                row(Scenario.TEN_SECONDS, "tenSeconds", SmallRyeRows::lastHundred)
                        .less("has neither: failure rate of the last 100 calls"),
                refused(Scenario.REFUSED, "refused"),
                refused(Scenario.REFUSED_THROUGH_FRAMES, "refusedThroughFrames"));
    }

    private static List<Row> blocking() {
        return List.of(
                row(Scenario.RETRY, "retry", SmallRyeRows::retry),
                Row.of(Scenario.ONE_RETRY, NAME, "oneRetry", () -> {
                    Guard guard = retry(Guard.create(), 0).build();
                    return errand -> guard.adaptSupplier(errand::runAtSecondAttempt, Object.class)::get;
                }),
                row(Scenario.BULKHEAD, "bulkhead", SmallRyeRows::bulkhead),
                Row.of(Scenario.POOL, NAME, "pool", SmallRyeRows::pool).remark("its own executor, queue of 8"),
                row(Scenario.RATE_LIMITER, "rateLimiter", SmallRyeRows::rateLimit)
                        .remark("fixed window"),
                row(Scenario.ATTEMPT_TIMEOUT, "attemptTimeout", SmallRyeRows::timeout),
                row(
                                Scenario.TOTAL_TIMEOUT,
                                "maxDuration",
                                b -> b.withRetry()
                                        .maxRetries(2)
                                        .maxDuration(3, ChronoUnit.SECONDS)
                                        .done())
                        .less("looks at the time between attempts only"),
                Row.of(Scenario.FALLBACK, NAME, "fallback", () -> errand -> fallback(errand, errand::run)),
                Row.of(
                        Scenario.FALLBACK_ANSWERS,
                        NAME,
                        "fallbackAnswers",
                        () -> errand -> fallback(errand, errand::fail)),
                row(Scenario.FULL_GUARD, "fullGuard", SmallRyeRows::full),
                row(Scenario.FULL_GUARD_TIMED, "fullGuardAttemptTimeout", b -> timeout(full(b)))
                        .variant("attempt timeout")
                        .remark("1 s for an attempt"));
    }

    private static List<Row> async() {
        return List.of(
                stage(Scenario.ASYNC_BREAKER, "asyncBreaker", SmallRyeRows::lastHundred),
                stage(Scenario.ASYNC_RETRY, "asyncRetry", SmallRyeRows::retry),
                stage(Scenario.ASYNC_BULKHEAD, "asyncBulkhead", SmallRyeRows::bulkhead),
                stage(Scenario.ASYNC_RATE_LIMITER, "asyncRateLimiter", SmallRyeRows::rateLimit)
                        .remark("fixed window"),
                stage(Scenario.ASYNC_TIMEOUT, "asyncTimeout", SmallRyeRows::timeout),
                Row.of(Scenario.ASYNC_FALLBACK, NAME, "asyncFallback", () -> SmallRyeRows::fallbackAsync),
                Row.of(Scenario.ASYNC_REFUSED, NAME, "asyncRefused", SmallRyeRows::refusedAsync)
                        .remark(WITH_STACK),
                stage(Scenario.ASYNC_FULL_GUARD, "asyncFullGuard", SmallRyeRows::full)
                        .hangsFrom(2),
                stage(Scenario.ASYNC_FULL_GUARD_TIMED, "asyncFullGuardAttemptTimeout", b -> timeout(full(b)))
                        .variant("attempt timeout")
                        .hangsFrom(2),
                later(Scenario.ASYNC_BREAKER_LATER, "asyncBreakerLater", SmallRyeRows::lastHundred),
                later(Scenario.ASYNC_BULKHEAD_LATER, "asyncBulkheadLater", SmallRyeRows::bulkhead)
                        .hangsFrom(2),
                later(Scenario.ASYNC_FULL_GUARD_LATER, "asyncFullGuardLater", SmallRyeRows::full)
                        .hangsFrom(2));
    }

    private static Guard.Builder lastFive(Guard.Builder builder) {
        return breaker(builder, 5, 1.0);
    }

    private static Guard.Builder lastHundred(Guard.Builder builder) {
        return breaker(builder, 100, 0.5);
    }

    private static Guard.Builder breaker(Guard.Builder builder, int lastCalls, double ratio) {
        return builder.withCircuitBreaker()
                .requestVolumeThreshold(lastCalls)
                .failureRatio(ratio)
                .delay(Trip.OPEN_HOURS, ChronoUnit.HOURS)
                .done();
    }

    private static Guard.Builder retry(Guard.Builder builder) {
        return retry(builder, 100);
    }

    private static Guard.Builder retry(Guard.Builder builder, int pauseMillis) {
        return builder.withRetry()
                .maxRetries(2)
                .delay(pauseMillis, ChronoUnit.MILLIS)
                .jitter(0, ChronoUnit.MILLIS)
                .done();
    }

    private static Guard.Builder bulkhead(Guard.Builder builder) {
        return builder.withBulkhead().limit(10).done();
    }

    private static Guard.Builder rateLimit(Guard.Builder builder) {
        return builder.withRateLimit()
                .limit(1_000_000_000)
                .window(1, ChronoUnit.SECONDS)
                .type(RateLimitType.FIXED)
                .done();
    }

    private static Guard.Builder timeout(Guard.Builder builder) {
        return builder.withTimeout().duration(1, ChronoUnit.SECONDS).done();
    }

    private static Guard.Builder full(Guard.Builder builder) {
        return bulkhead(retry(lastHundred(builder)));
    }

    private static Call fallback(Errand errand, Supplier<Object> work) {
        TypedGuard<Object> guard = TypedGuard.create(Object.class)
                .withFallback()
                .handler(errand::value)
                .done()
                .build();
        return guard.adaptSupplier(work)::get;
    }

    private static Call fallbackAsync(Errand errand) {
        TypedGuard<CompletionStage<Object>> guard = TypedGuard.create(STAGE)
                .withFallback()
                .handler(errand::stage)
                .done()
                .build();
        Supplier<CompletionStage<Object>> work = guard.adaptSupplier(errand::stage);
        return () -> work.get().toCompletableFuture().join();
    }

    private static Guarded refusedAsync() {
        Guard guard = lastFive(Guard.create()).build();
        Trip.open(() -> guard.get(Trip::fail, Object.class));
        return errand -> {
            Supplier<CompletionStage<Object>> work = guard.adaptSupplier(errand::stage, STAGE);
            return () -> Stages.valueOrRefusal(work.get());
        };
    }

    private static Guarded pool() {
        Guard guard = Guard.create()
                .withBulkhead()
                .limit(10)
                .queueSize(8)
                .done()
                .withThreadOffload(true)
                .build();
        return errand -> {
            Supplier<CompletionStage<Object>> work =
                    guard.adaptSupplier(() -> CompletableFuture.completedFuture(errand.run()), STAGE);
            return () -> work.get().toCompletableFuture().join();
        };
    }

    private static Row row(Scenario scenario, String name, UnaryOperator<Guard.Builder> settings) {
        return Row.of(scenario, NAME, name, () -> {
            Guard guard = settings.apply(Guard.create()).build();
            return errand -> guard.adaptSupplier(errand::run, Object.class)::get;
        });
    }

    private static Row refused(Scenario scenario, String name) {
        return Row.of(scenario, NAME, name, () -> {
                    Guard guard = lastFive(Guard.create()).build();
                    Trip.open(() -> guard.get(Trip::fail, Object.class));
                    return errand -> guard.adaptSupplier(errand::run, Object.class)::get;
                })
                .remark(WITH_STACK);
    }

    private static Row stage(Scenario scenario, String name, UnaryOperator<Guard.Builder> settings) {
        return Row.of(scenario, NAME, name, () -> {
            Guard guard = settings.apply(Guard.create()).build();
            return errand -> {
                Supplier<CompletionStage<Object>> work = guard.adaptSupplier(errand::stage, STAGE);
                return () -> work.get().toCompletableFuture().join();
            };
        });
    }

    private static Row later(Scenario scenario, String name, UnaryOperator<Guard.Builder> settings) {
        return Row.of(scenario, NAME, name, () -> {
            Guard guard = settings.apply(Guard.create()).build();
            return errand -> {
                Supplier<CompletionStage<Object>> work = guard.adaptSupplier(errand::stageForLater, STAGE);
                return () -> {
                    CompletableFuture<Object> future = work.get().toCompletableFuture();
                    errand.complete();
                    return future.join();
                };
            };
        });
    }
}
