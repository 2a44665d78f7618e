package dev.plimsoll.bench.footprint;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.retry.Retry;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is weighed: each with a name of its own, and otherwise as simple as its library allows.
 *
 * @param words what the table calls it
 * @param maker makes one with a number in its name
 */
record Thing(String words, IntFunction<Made> maker) {

    private static final Object VALUE = new Object();

    /** An object, and a good call through it. */
    record Made(Object weighed, Runnable call) {}

    static List<Thing> all() {
        return Stream.of(ourBreakers(), theirBreakers(), guards())
                .flatMap(List::stream)
                .toList();
    }

    Made make(int number) {
        return maker.apply(number);
    }

    private static List<Thing> ourBreakers() {
        return List.of(
                new Thing(
                        "Plimsoll breaker and its guard, 5 failures in a row",
                        ours(g -> g.circuitBreaker(b -> b.consecutiveFailures(5)))),
                new Thing(
                        "Plimsoll breaker and its guard, 5 failures in a row, uncounted",
                        ours(g ->
                                g.circuitBreaker(b -> b.consecutiveFailures(5)).uncounted())),
                new Thing("Plimsoll breaker and its guard, last 100 calls", ours(Thing::lastHundred)),
                new Thing(
                        "Plimsoll breaker and its guard, last 10 s, slow calls too",
                        ours(g -> g.circuitBreaker(b -> b.failureRate(0.5, 100)
                                .slowCallRate(0.5, Duration.ofSeconds(1), 100)
                                .overLast(Duration.ofSeconds(10))))),
                new Thing("Plimsoll breaker and its guard, default rules", ours(GuardBuilder::circuitBreaker)));
    }

    private static List<Thing> theirBreakers() {
        return List.of(
                new Thing(
                        "Resilience4j breaker, last 100 calls",
                        resilience4j(c -> c.slidingWindow(100, 100, SlidingWindowType.COUNT_BASED))),
                new Thing(
                        "Resilience4j breaker, last 100 calls, LOCK_FREE",
                        resilience4j(c -> c.slidingWindow(
                                100,
                                100,
                                SlidingWindowType.COUNT_BASED,
                                SlidingWindowSynchronizationStrategy.LOCK_FREE))),
                new Thing(
                        "Resilience4j breaker, last 10 s, slow calls too",
                        resilience4j(c -> c.slowCallRateThreshold(50)
                                .slowCallDurationThreshold(Duration.ofSeconds(1))
                                .slidingWindow(10, 100, SlidingWindowType.TIME_BASED))),
                new Thing(
                        "Failsafe breaker, 5 failures in a row",
                        failsafe(() -> dev.failsafe.CircuitBreaker.builder()
                                .withFailureThreshold(5)
                                .build())),
                new Thing(
                        "Failsafe breaker, last 100 calls",
                        failsafe(() -> dev.failsafe.CircuitBreaker.builder()
                                .withFailureThreshold(50, 100)
                                .build())),
                new Thing(
                        "Failsafe breaker, last 10 s",
                        failsafe(() -> dev.failsafe.CircuitBreaker.builder()
                                .withFailureRateThreshold(50, 100, Duration.ofSeconds(10))
                                .build())));
    }

    private static List<Thing> guards() {
        return List.of(
                new Thing("Plimsoll guard with a breaker (last 100 calls)", guard(Thing::lastHundred)),
                new Thing("SmallRye guard with a breaker (last 100 calls)", smallRye(Thing::breaker)),
                new Thing(
                        "Plimsoll guard: retry, breaker (last 100 calls), bulkhead",
                        guard(g -> lastHundred(g)
                                .retry(Retry.fixed(Duration.ofMillis(100)))
                                .bulkhead(10))),
                new Thing("Resilience4j retry, breaker (last 100 calls), bulkhead", Thing::resilience4jFull),
                new Thing("Failsafe retry, breaker (last 100 calls), bulkhead", Thing::failsafeFull),
                new Thing(
                        "SmallRye guard: retry, breaker (last 100 calls), bulkhead",
                        smallRye(b -> breaker(b)
                                .withRetry()
                                .done()
                                .withBulkhead()
                                .limit(10)
                                .done())));
    }

    /** What all share: one set of guards, one configuration. */
    private static final class Shared {
        static final Guards GUARDS = Guards.create(g -> g.logging(false));
        static final CircuitBreakerConfig LAST_HUNDRED =
                config(c -> c.slidingWindow(100, 100, SlidingWindowType.COUNT_BASED));
    }

    private static GuardBuilder lastHundred(GuardBuilder g) {
        return g.circuitBreaker(b -> b.failureRate(0.5, 100).overLastCalls(100));
    }

    private static IntFunction<Made> ours(UnaryOperator<GuardBuilder> setup) {
        return number -> {
            Guard guard = Shared.GUARDS.guard("bench-" + number, setup);
            return made(guard.circuitBreaker(), () -> guard.get(() -> VALUE));
        };
    }

    private static IntFunction<Made> guard(UnaryOperator<GuardBuilder> setup) {
        return number -> {
            Guard guard = Shared.GUARDS.guard("bench-" + number, setup);
            return made(guard, () -> guard.get(() -> VALUE));
        };
    }

    private static CircuitBreakerConfig config(UnaryOperator<CircuitBreakerConfig.Builder> window) {
        return window.apply(CircuitBreakerConfig.custom().writableStackTraceEnabled(false))
                .build();
    }

    private static IntFunction<Made> resilience4j(UnaryOperator<CircuitBreakerConfig.Builder> window) {
        CircuitBreakerConfig shared = config(window);
        return number -> {
            CircuitBreaker breaker = CircuitBreaker.of("bench-" + number, shared);
            return made(breaker, () -> breaker.executeSupplier(() -> VALUE));
        };
    }

    private static Made resilience4jFull(int number) {
        CircuitBreaker breaker = CircuitBreaker.of("bench-" + number, Shared.LAST_HUNDRED);
        Bulkhead bulkhead = Bulkhead.of("bench-" + number, BulkheadConfig.ofDefaults());
        io.github.resilience4j.retry.Retry retry =
                io.github.resilience4j.retry.Retry.of("bench-" + number, RetryConfig.ofDefaults());
        Supplier<Object> call =
                retry.decorateSupplier(breaker.decorateSupplier(Bulkhead.decorateSupplier(bulkhead, () -> VALUE)));
        return made(call, call);
    }

    private static IntFunction<Made> failsafe(Supplier<dev.failsafe.CircuitBreaker<Object>> policy) {
        return number -> {
            dev.failsafe.CircuitBreaker<Object> breaker = policy.get();
            var executor = dev.failsafe.Failsafe.with(breaker);
            return made(breaker, () -> executor.get(() -> VALUE));
        };
    }

    private static Made failsafeFull(int number) {
        var executor = dev.failsafe.Failsafe.with(
                dev.failsafe.RetryPolicy.builder().build(),
                dev.failsafe.CircuitBreaker.builder()
                        .withFailureThreshold(50, 100)
                        .build(),
                dev.failsafe.Bulkhead.of(10));
        return made(executor, () -> executor.get(() -> VALUE));
    }

    private static io.smallrye.faulttolerance.api.Guard.Builder breaker(
            io.smallrye.faulttolerance.api.Guard.Builder builder) {
        return builder.withCircuitBreaker()
                .requestVolumeThreshold(100)
                .failureRatio(0.5)
                .done();
    }

    private static IntFunction<Made> smallRye(UnaryOperator<io.smallrye.faulttolerance.api.Guard.Builder> settings) {
        return number -> {
            io.smallrye.faulttolerance.api.Guard guard = settings.apply(io.smallrye.faulttolerance.api.Guard.create())
                    .build();
            return made(guard, () -> guard.get(() -> VALUE, Object.class));
        };
    }

    private static Made made(@Nullable Object weighed, Supplier<Object> call) {
        if (weighed == null) {
            throw new IllegalStateException("there is nothing to weigh");
        }
        return new Made(weighed, () -> {
            Object unused = call.get();
        });
    }
}
