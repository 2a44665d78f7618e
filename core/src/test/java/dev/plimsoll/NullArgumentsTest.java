package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.call.Work;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CA-4: nothing where something must be is refused at once, by the parameter's name, and nothing else changes. */
@NullUnmarked // what callers that no compiler has checked may pass
final class NullArgumentsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Time TIME = VirtualTime.create();
    private static final Guards GUARDS = Guards.create(g -> g.time(TIME).logging(false));
    private static final Guard GUARD =
            GUARDS.guard("prices", g -> g.circuitBreaker().bulkhead(1).retry(Retry.immediate()));
    private static final Drain DRAIN = Drain.create("shop", SECOND, TIME);
    private static final CircuitBreaker BREAKER = CircuitBreaker.create("prices", b -> b, TIME);
    private static final Deadline DEADLINE = Deadline.in(TIME, SECOND);
    private static final Classifier CLASSIFIER = Classifier.standard();

    @AfterEach
    void nothingHasChanged() {
        GuardSnapshot.Calls none = new GuardSnapshot.Calls(0, 0, 0, 0, 0);
        assertThat(GUARD.snapshot().calls()).isEqualTo(none);
        assertThat(GUARD.snapshot().bulkhead().orElseThrow().active()).isZero();
        assertThat(GUARD.snapshot().faults()).isZero();
        assertThat(GUARDS.all()).containsExactly(GUARD);
        assertThat(GUARD.circuitBreaker().snapshot().state()).hasToString("CLOSED");
    }

    private static Arguments row(String call, String named, ThrowingCallable action) {
        return Arguments.of(call, named, action);
    }

    /** Problems of a configuration, in the words that all builders use. */
    static Stream<Arguments> guards() {
        return Stream.of(
                row("Guards.create(null)", "setup", () -> Guards.create(null)),
                row("Guards.create(g -> null)", "setup", () -> Guards.create(g -> null)),
                row("GuardsBuilder.time(null)", "time", () -> Guards.create(g -> g.time(null))),
                row("GuardsBuilder.observer(null)", "observer", () -> Guards.create(g -> g.observer(null))),
                row(
                        "GuardsBuilder.contextCarrier(null)",
                        "contextCarrier",
                        () -> Guards.create(g -> g.contextCarrier(null))),
                row("Guards.guard(null, …)", "name", () -> GUARDS.guard(null, g -> g)),
                row("Guards.guard(…, null)", "setup", () -> GUARDS.guard("other", null)),
                row("Guards.guard(…, g -> null)", "setup", () -> GUARDS.guard("other", g -> null)));
    }

    static Stream<Arguments> bulkheads() {
        return Stream.of(
                row("Bulkhead.create(null, 1)", "name", () -> Bulkhead.create(null, 1)),
                row("Bulkhead.create(null, b -> b)", "name", () -> Bulkhead.create(null, b -> b.maxConcurrent(1))),
                row(
                        "Bulkhead.create(…, (UnaryOperator) null)",
                        "configuration",
                        () -> Bulkhead.create("b", (UnaryOperator<BulkheadConfig.Builder>) null)),
                row("Bulkhead.create(…, b -> null)", "configuration", () -> Bulkhead.create("b", b -> null)),
                row(
                        "Bulkhead.create(…, b -> b, null)",
                        "time",
                        () -> Bulkhead.create("b", b -> b.maxConcurrent(1), null)),
                row(
                        "Bulkhead.create(…, (BulkheadConfig) null, …)",
                        "config",
                        () -> Bulkhead.create("b", (BulkheadConfig) null, TIME, new Observers(null))),
                row(
                        "Bulkhead.create(…, config, null)",
                        "time",
                        () -> Bulkhead.create("b", bulkheadOfOne(), null, new Observers(null))));
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                row("ConcurrencyLimit.create(null, …)", "name", () -> ConcurrencyLimit.create(null, l -> l)),
                row(
                        "ConcurrencyLimit.create(…, (UnaryOperator) null)",
                        "configuration",
                        () -> ConcurrencyLimit.create("l", (UnaryOperator<ConcurrencyLimitConfig.Builder>) null)),
                row("ConcurrencyLimit.create(…, null)", "time", () -> ConcurrencyLimit.create("l", l -> l, null)),
                row(
                        "ConcurrencyLimit.create(…, (ConcurrencyLimitConfig) null, …)",
                        "config",
                        () -> ConcurrencyLimit.create("l", (ConcurrencyLimitConfig) null, TIME)),
                row("algorithm(null)", "algorithm", () -> ConcurrencyLimit.create("l", l -> l.algorithm(null))),
                row("vegas(null)", "vegas", () -> ConcurrencyLimit.create("l", l -> l.vegas(null))),
                row("vegas(v -> null)", "vegas", () -> ConcurrencyLimit.create("l", l -> l.vegas(v -> null))),
                row(
                        "aimd(a -> a.slow(null))",
                        "aimd.slow",
                        () -> ConcurrencyLimit.create("l", l -> l.aimd(a -> a.slow(null)))));
    }

    static Stream<Arguments> bulkheadSettings() {
        return Stream.of(
                row(
                        "BulkheadConfig.abandonAfter(null)",
                        "abandonAfter",
                        () -> BulkheadConfig.builder()
                                .maxConcurrent(1)
                                .abandonAfter(null)
                                .build()),
                row(
                        "BulkheadConfig.threads(null)",
                        "threads",
                        () -> BulkheadConfig.builder()
                                .maxConcurrent(1)
                                .threads(null)
                                .build()),
                row("BulkheadConfig.maxWait(null)", "maxWait", () -> waitingConfig(null)),
                row(
                        "new BulkheadConfig(…, null, …)",
                        "maxWait",
                        () -> new BulkheadConfig(
                                1,
                                1,
                                null,
                                BulkheadConfig.Threads.CALLERS,
                                Optional.empty(),
                                Optional.empty(),
                                false)));
    }

    static Stream<Arguments> breakersAndBudgets() {
        return Stream.of(
                row("CircuitBreaker.create(null, …)", "name", () -> CircuitBreaker.create(null, b -> b)),
                row("CircuitBreaker.create(…, null)", "setup", () -> CircuitBreaker.create("b", null)),
                row("CircuitBreaker.create(…, b -> null)", "setup", () -> CircuitBreaker.create("b", b -> null)),
                row("CircuitBreaker.create(…, null time)", "time", () -> CircuitBreaker.create("b", b -> b, null)),
                row(
                        "CircuitBreaker.reconfigure((UnaryOperator) null)",
                        "setup",
                        () -> BREAKER.reconfigure((UnaryOperator<CircuitBreakerBuilder>) null)),
                row("CircuitBreaker.reconfigure(b -> null)", "setup", () -> BREAKER.reconfigure(b -> null)),
                row("RetryBudget.create(null)", "settings", () -> RetryBudget.create(null)),
                row("RetryBudget.create(s -> null)", "settings", () -> RetryBudget.create(s -> null)),
                row("RetryBudget.create(…, null)", "time", () -> RetryBudget.create(s -> s, null)),
                row("RetryBudget.tokenBucket(null)", "settings", () -> RetryBudget.tokenBucket(null)),
                row("RetryBudget.fixedCount(null)", "settings", () -> RetryBudget.fixedCount(null)),
                row(
                        "RetryBudget.fixedCount(…, null)",
                        "time",
                        () -> RetryBudget.fixedCount(FixedCount.defaults(), null)),
                row("Drain.create(null, …)", "name", () -> Drain.create(null, SECOND, TIME)),
                row("Drain.create(…, null, …)", "timeout", () -> Drain.create("shop", null, TIME)),
                row("Drain.create(…, null time)", "time", () -> Drain.create("shop", SECOND, null)));
    }

    private static BulkheadConfig bulkheadOfOne() {
        return BulkheadConfig.builder().maxConcurrent(1).build();
    }

    private static BulkheadConfig waitingConfig(Duration longest) {
        return BulkheadConfig.builder()
                .maxConcurrent(1)
                .maxWaiting(1)
                .maxWait(longest)
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"guards", "bulkheads", "limits", "bulkheadSettings", "breakersAndBudgets"})
    @DisplayName("CA-4 null in a configuration is a problem by its field's name")
    void configuration_whenNull_isAProblem(String call, String field, ThrowingCallable action) {
        assertThat(catchThrowable(action))
                .as(call)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        wrong -> assertThat(wrong.problems()).containsExactly(field + " must not be null: null"));
    }

    static Stream<Arguments> fallbacks() {
        return Stream.of(
                row(
                        "Guard.call(…, null function)",
                        "refused",
                        () -> GUARD.call(() -> "", (Function<RejectedException, String>) null)),
                row("Guard.call(…, null fallback)", "fallback", () -> GUARD.call(() -> "", (Fallback<String>) null)),
                row(
                        "Guard.answer(…, null function)",
                        "refused",
                        () -> GUARD.answer(() -> "", (Function<RejectedException, String>) null)),
                row(
                        "Guard.answer(…, null fallback)",
                        "fallback",
                        () -> GUARD.answer(() -> "", (Fallback<String>) null)),
                row(
                        "Guard.callAsync(…, null fallback)",
                        "fallback",
                        () -> GUARD.callAsync(() -> CompletableFuture.completedFuture(""), (Fallback<String>) null)));
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                row("Guard.call(null work)", "work", () -> GUARD.call((Work<?, ?>) null)),
                row("Guard.call(null attempt work)", "work", () -> GUARD.call((AttemptWork<?, ?>) null)),
                row("Guard.call(null, …)", "work", () -> GUARD.call(null, refused -> "")),
                row("Guard.run(null)", "task", () -> GUARD.run(null)),
                row("Guard.get(null)", "supplier", () -> GUARD.get((Supplier<?>) null)),
                row("Guard.answer(null)", "work", () -> GUARD.answer(null)),
                row("Guard.answer(null, …)", "work", () -> GUARD.answer(null, refused -> "")),
                row("Guard.reconfigure(null)", "setup", () -> GUARD.reconfigure(null)),
                row("Guard.judgedBy(null)", "classifier", () -> GUARD.judgedBy(null)),
                row("Guard.observe(null)", "observer", () -> GUARD.observe(null)),
                row("Guard.forget(null)", "observer", () -> GUARD.forget(null)),
                row("Guards.find(null)", "name", () -> GUARDS.find(null)),
                row("Guards.get(null)", "name", () -> GUARDS.get(null)),
                row("Guards.observe(null)", "observer", () -> GUARDS.observe(null)),
                row("Guards.forget(null)", "observer", () -> GUARDS.forget(null)),
                row("CircuitBreaker.observe(null)", "observer", () -> BREAKER.observe(null)),
                row("CircuitBreaker.forget(null)", "observer", () -> BREAKER.forget(null)),
                row(
                        "CircuitBreaker.reconfigure((BreakerConfig) null)",
                        "config",
                        () -> BREAKER.reconfigure((BreakerConfig) null)),
                row("forceOpen(null, …)", "reason", () -> BREAKER.forceOpen(null, "me")),
                row("forceOpen(…, null)", "who", () -> BREAKER.forceOpen("why", null)),
                row("forceOpen(…, …, null)", "timeToLive", () -> BREAKER.forceOpen("why", "me", null)),
                row("disable(null, …)", "reason", () -> BREAKER.disable(null, "me")),
                row("disable(…, …, null)", "timeToLive", () -> BREAKER.disable("why", "me", null)),
                row("metricsOnly(…, null)", "who", () -> BREAKER.metricsOnly("why", null)),
                row("metricsOnly(…, …, null)", "timeToLive", () -> BREAKER.metricsOnly("why", "me", null)),
                row("reset(null, …)", "reason", () -> BREAKER.reset(null, "me")),
                row("reset(…, null)", "who", () -> BREAKER.reset("why", null)),
                row("Permit.settle(null)", "verdict", () -> BREAKER.tryEnter().settle(null)),
                row("Permit.failed(null)", "error", () -> BREAKER.tryEnter().failed(null)),
                row("Drain.enter(null)", "label", () -> DRAIN.enter(null)),
                row("Drain.onStopped(null)", "hook", () -> DRAIN.onStopped(null)));
    }

    static Stream<Arguments> spans() {
        return Stream.of(
                row("Backoff.fixed(null)", "pause", () -> Backoff.fixed(null)),
                row("Backoff.linear(null)", "step", () -> Backoff.linear(null)),
                row("Backoff.exponential(null)", "base", () -> Backoff.exponential(null)),
                row("Backoff.decorrelated(null)", "base", () -> Backoff.decorrelated(null)),
                row("Backoff.cap(null)", "cap", () -> Backoff.fixed(SECOND).cap(null)),
                row(
                        "Backoff.additiveJitter(null)",
                        "jitter",
                        () -> Backoff.none().additiveJitter(null)),
                row(
                        "Backoff.pauseNanos(…, 0, null)",
                        "random",
                        () -> Backoff.none().pauseNanos(1, 0, null)),
                row("WindowedRatio.over(null)", "over", () -> RetryBudget.create(s -> s.over(null))),
                row("WindowedRatio.combinedAs(null)", "combinedAs", () -> RetryBudget.create(s -> s.combinedAs(null))),
                row("Deadline.in(null)", "span", () -> Deadline.in(null)),
                row("Deadline.in(null, …)", "time", () -> Deadline.in(null, SECOND)),
                row("Deadline.at(null, …)", "time", () -> Deadline.at(null, 1)),
                row("Deadline.min(null)", "other", () -> DEADLINE.min(null)),
                row("Deadline.run(null)", "task", () -> DEADLINE.run(null)),
                row("Deadline.call(null)", "work", () -> DEADLINE.call(null)));
    }

    static Stream<Arguments> judgements() {
        return Stream.of(
                row(
                        "judging(null errors, …)",
                        "errors",
                        () -> CLASSIFIER.judging((Predicate<Throwable>) null, Judgement.FAILURE)),
                row("judging(errors, null)", "judgement", () -> CLASSIFIER.judging(error -> true, null)),
                row(
                        "judging(null type, …)",
                        "type",
                        () -> CLASSIFIER.judging((Class<Exception>) null, Judgement.FAILURE)),
                row("judging(type, null)", "judgement", () -> CLASSIFIER.judging(Exception.class, null)),
                row(
                        "judgingResults(null, …)",
                        "type",
                        () -> CLASSIFIER.judgingResults(null, value -> true, Judgement.FAILURE)),
                row(
                        "judgingResults(…, null, …)",
                        "values",
                        () -> CLASSIFIER.judgingResults(String.class, null, Judgement.FAILURE)),
                row(
                        "judgingResults(…, …, null)",
                        "judgement",
                        () -> CLASSIFIER.judgingResults(String.class, value -> true, null)),
                row("Judgement.of(null, …)", "verdict", () -> Judgement.of(null, Repeat.NEVER)),
                row("Judgement.of(…, null)", "repeat", () -> Judgement.of(Verdict.FAILURE, null)),
                row("withRetryAfter(null)", "hint", () -> Judgement.FAILURE.withRetryAfter(null)),
                row("pushedBack(null)", "wait", () -> Judgement.FAILURE.pushedBack(null)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"fallbacks", "calls", "spans", "judgements"})
    @DisplayName(
            "CA-4 null where there is no configuration to report is a NullPointerException by the parameter's name")
    void parameter_whenNull_isNamed(String call, String parameter, ThrowingCallable action) {
        assertThat(catchThrowable(action))
                .as(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage(parameter);
    }

    @Test
    @DisplayName("CA-4 null is one line among everything else that is wrong, and what was named before stays")
    void null_losesNothing() {
        assertThat(problemsOf(() -> Guards.create(
                        g -> g.time(null).observer(null).contextCarrier(null).time(TIME))))
                .containsExactly(
                        "time must not be null: null",
                        "observer must not be null: null",
                        "contextCarrier must not be null: null");
        assertThat(problemsOf(() -> GUARDS.guard(null, g -> null)))
                .containsExactly("name must not be null: null", "setup must not be null: null");
        assertThat(problemsOf(() -> Bulkhead.create(null, b -> null, null)))
                .containsExactly(
                        "name must not be null: null",
                        "configuration must not be null: null",
                        "time must not be null: null");
        assertThat(problemsOf(() -> GUARDS.guard(
                        "a b", g -> g.bulkhead(b -> b.maxWait(SECOND).maxWait(null)))))
                .containsExactly(
                        "name must match [A-Za-z0-9._-]{1,64}: \"a b\"",
                        "bulkhead.maxWait must not be null: null",
                        "bulkhead.maxConcurrent must be at least 1: 0",
                        "bulkhead.maxWait must be zero while maxWaiting is 0: PT1S");
        assertThat(problemsOf(() -> RetryBudget.create(s -> null, null)))
                .containsExactly("settings must not be null: null", "time must not be null: null");
    }

    private static List<String> problemsOf(ThrowingCallable action) {
        return ((ConfigurationException) catchThrowable(action)).problems();
    }

    @Test
    @DisplayName("RT-2 a negative pause made directly is a problem by its name, and a pause of zero until then")
    void backoff_whenNegative_isAProblem() {
        Duration negative = SECOND.negated();
        assertThat(Backoff.fixed(negative).problems()).containsExactly("pause must not be negative: PT-1S");
        assertThat(Backoff.linear(negative).problems()).containsExactly("step must not be negative: PT-1S");
        assertThat(Backoff.exponential(negative).problems()).containsExactly("base must not be negative: PT-1S");
        assertThat(Backoff.none().additiveJitter(negative).problems())
                .containsExactly("jitter must not be negative: PT-1S");
        for (Backoff pauses : new Backoff[] {
            Backoff.fixed(negative),
            Backoff.linear(negative),
            Backoff.exponential(negative),
            Backoff.none().additiveJitter(negative),
            Backoff.fixed(SECOND).cap(negative)
        }) {
            assertThat(pauses.pauseNanos(3, 0, () -> 0.5)).isZero();
        }
    }
}
