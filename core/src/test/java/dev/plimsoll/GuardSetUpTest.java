package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a guard's builder makes of what it is given: parts derived from each other, extremes, and nothing at all. */
final class GuardSetUpTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    private List<String> problems(UnaryOperator<GuardBuilder> setup) {
        ConfigurationException thrown =
                catchThrowableOfType(ConfigurationException.class, () -> guards.guard("prices", setup));
        return thrown == null ? List.of() : thrown.problems();
    }

    private static BreakerConfig breakerOf(Guard guard) {
        return Objects.requireNonNull(guard.circuitBreaker()).config();
    }

    @Test
    @DisplayName("CB-5 CA-4 a breaker's builder that several guards are set up with is changed by none of them")
    void circuitBreaker_whenItsBuilderIsReused_keepsWhatItWasGiven() {
        CircuitBreakerBuilder shared = new CircuitBreakerBuilder();
        Guard quick = guards.guard(
                "quick",
                g -> g.attemptTimeout(Duration.ofSeconds(1))
                        .circuitBreaker(b -> shared)
                        .uncounted());
        Guard slow = guards.guard(
                "slow", g -> g.attemptTimeout(Duration.ofSeconds(9)).circuitBreaker(b -> shared));
        Guard unbounded = guards.guard("unbounded", g -> g.circuitBreaker(b -> shared));

        assertThat(breakerOf(quick).probing().lease()).contains(Duration.ofSeconds(2));
        assertThat(breakerOf(slow).probing().lease()).contains(Duration.ofSeconds(18));
        assertThat(breakerOf(unbounded).probing().lease()).isEqualTo(Optional.empty());
        assertThat(breakerOf(quick).counted()).isFalse();
        assertThat(breakerOf(slow).counted()).isTrue();
        assertThat(shared.build()).isEqualTo(new CircuitBreakerBuilder().build());
    }

    @Test
    @DisplayName("CB-5 a lease that was named, and what a breaker does not count, outlast the guard's own settings")
    void circuitBreaker_whenNamedItself_isLeftAsItIs() {
        Guard guard = guards.guard(
                "prices",
                g -> g.attemptTimeout(Duration.ofSeconds(1))
                        .circuitBreaker(b -> b.probeLease(Duration.ofSeconds(7)).uncounted()));

        assertThat(breakerOf(guard).probing().lease()).contains(Duration.ofSeconds(7));
        assertThat(breakerOf(guard).counted()).isFalse();
    }

    @Test
    @DisplayName("EV-3 CB-12 a guard whose breaker does not count does so itself, and goes on when it is set up anew")
    void circuitBreaker_whenUncountedItself_leavesTheCountToTheGuard() {
        UnaryOperator<GuardBuilder> setup =
                g -> g.circuitBreaker(b -> b.consecutiveFailures(5).uncounted());
        Guard guard = guards.guard("prices", setup);
        for (int i = 0; i < 3; i++) {
            assertThat(guard.get(() -> "answer")).isEqualTo("answer");
        }
        assertThat(guard.snapshot().calls().answered()).isEqualTo(3);

        guard.reconfigure(g -> setup.apply(g).bulkhead(3));

        assertThat(guard.get(() -> "answer")).isEqualTo("answer");
        assertThat(guard.snapshot().calls().answered()).isEqualTo(4);
        assertThat(breakerOf(guard).counted()).isFalse();
    }

    @Test
    @DisplayName("CB-5 TO-1 the longest attempt timeout there is makes a probe's lease of 2^62 ns")
    void attemptTimeout_whenLongerThanEver_saturates() {
        for (long seconds : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 2, 1L << 33}) {
            Guard guard = guards.guard(
                    "s" + seconds,
                    g -> g.attemptTimeout(Duration.ofSeconds(seconds)).circuitBreaker());
            assertThat(breakerOf(guard).probing().lease()).contains(Duration.ofNanos(1L << 62));
            assertThat(guard.get(() -> "answer")).isEqualTo("answer");
        }
    }

    @Test
    @DisplayName("CA-4 nothing where something must be is one line each, with everything else that is wrong")
    @SuppressWarnings("NullAway") // what callers that are not checked may pass
    void null_inAGuard_isListed() {
        assertThat(problems(g -> g.attemptTimeout((Duration) null)
                        .totalTimeout(null)
                        .onLateResult(null)
                        .blameAfter(null)
                        .retry(null)
                        .retryBudget(null)
                        .circuitBreaker((UnaryOperator<CircuitBreakerBuilder>) null)
                        .bulkhead(b -> null)
                        .classifier(null)
                        .observer(null)
                        .attemptTimeout(Duration.ZERO)))
                .containsExactly(
                        "attemptTimeout must not be null: null",
                        "totalTimeout must not be null: null",
                        "onLateResult must not be null: null",
                        "blameAfter must not be null: null",
                        "retry must not be null: null",
                        "retryBudget must not be null: null",
                        "circuitBreaker must not be null: null",
                        "bulkhead must not be null: null",
                        "classifier must not be null: null",
                        "observer must not be null: null",
                        "attemptTimeout must be longer than zero: PT0S");
        assertThat(problems(g -> g.circuitBreaker(b -> null))).containsExactly("circuitBreaker must not be null: null");
        assertThat(problems(g -> g.circuitBreaker((CircuitBreaker) null)))
                .containsExactly("circuitBreaker must not be null: null");
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> guards.guard(null, g -> g))
                        .problems())
                .containsExactly("name must not be null: null");
        assertThat(guards.all()).isEmpty();
    }

    @Test
    @DisplayName("CA-4 nothing where a breaker must have something is listed, too")
    @SuppressWarnings("NullAway") // what callers that are not checked may pass
    void null_inABreaker_isListed() {
        assertThat(problems(g -> g.circuitBreaker(b -> b.slowCallRate(2, null, 0)
                        .overLast(null)
                        .openFor((Duration) null)
                        .openFor((Backoff) null)
                        .retryAfterClamp(null)
                        .probeLease(null)
                        .rampUp(null))))
                .containsExactly(
                        "circuitBreaker.slowCallRate.slowerThan must not be null: null",
                        "circuitBreaker.overLast must not be null: null",
                        "circuitBreaker.openFor must not be null: null",
                        "circuitBreaker.openFor must not be null: null",
                        "circuitBreaker.retryAfterClamp must not be null: null",
                        "circuitBreaker.probeLease must not be null: null",
                        "circuitBreaker.rampUp must not be null: null",
                        "circuitBreaker.slowCallRate must be above 0 and at most 1: 2",
                        "circuitBreaker.slowCallRate.minimumCalls must be at least 1: 0");
    }

    @Test
    @DisplayName("CA-4 nothing where a retry must have something is listed, too")
    @SuppressWarnings("NullAway") // what callers that are not checked may pass
    void null_inARetry_isListed() {
        assertThat(problems(g -> g.retry(Retry.exponential(null)
                        .cap(null)
                        .additiveJitter(null)
                        .retryAfterClamp(null)
                        .retryOn((Class<? extends Throwable>) null)
                        .retryOn((Class<? extends Throwable>[]) null)
                        .retryOn((Predicate<Throwable>) null)
                        .retryOnResult(null)
                        .maxAttempts(0))))
                .containsExactly(
                        "retry.backoff.base must not be null: null",
                        "retry.backoff.cap must not be null: null",
                        "retry.backoff.jitter must not be null: null",
                        "retry.retryAfterClamp must not be null: null",
                        "retry.retryOn must not be null: null",
                        "retry.retryOn must not be null: null",
                        "retry.retryOn must not be null: null",
                        "retry.retryOnResult must not be null: null",
                        "retry.maxAttempts must be at least 1: 0");
        for (Retry broken : List.of(Retry.of(null), Retry.linear(null), Retry.fixed(null))) {
            assertThat(problems(g -> g.retry(broken)))
                    .singleElement()
                    .asString()
                    .endsWith("must not be null: null");
        }
    }

    @Test
    @DisplayName("CA-4 retries that differ are told apart by the message that refuses the second")
    void retry_whenItDiffers_saysInWhat() {
        Retry before = Retry.immediate().retryOn(IOException.class);
        guards.guard("prices", g -> g.retry(before));

        for (Retry other : List.of(
                Retry.immediate(),
                Retry.immediate().retryOn(ArithmeticException.class),
                Retry.immediate().retryOn(error -> error instanceof IOException),
                before.retryOnResult(""::equals),
                before.retryAfterClamp(Duration.ofSeconds(7)))) {
            assertThat(problems(g -> g.retry(other)))
                    .containsExactly("retry must be as the guard has it already, " + before + ": " + other);
            assertThat(other.toString()).isNotEqualTo(before.toString());
        }
        assertThat(before).hasToString("3 attempts, none, also on java.io.IOException");
        assertThat(before.retryAfterClamp(Duration.ofSeconds(7)))
                .hasToString("3 attempts, none, also on java.io.IOException, Retry-After up to 7 s");
    }

    @Test
    @DisplayName("CA-4 a classifier made within the set-up is the same when it is made of the same")
    void classifier_whenMadeInTheSetUp_isComparedByValue() {
        Predicate<Throwable> errors = error -> error.getMessage() == null;
        Predicate<String> values = String::isEmpty;
        UnaryOperator<GuardBuilder> setup = g -> g.classifier(Classifier.standard()
                .judging(IOException.class, Judgement.FAILURE)
                .judging(errors, Judgement.IGNORED)
                .judgingResults(String.class, values, Judgement.FAILURE));

        Guard first = guards.guard("prices", setup);

        assertThat(guards.guard("prices", setup)).isSameAs(first);
        assertThat(problems(
                        g -> g.classifier(Classifier.standard().judging(ArithmeticException.class, Judgement.FAILURE))))
                .singleElement()
                .asString()
                .startsWith("classifier must be as the guard has it already, ")
                .contains("java.io.IOException", "java.lang.ArithmeticException");
    }
}
