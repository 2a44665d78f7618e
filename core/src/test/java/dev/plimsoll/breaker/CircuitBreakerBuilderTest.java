package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CircuitBreakerBuilderTest {

    private static List<String> problems(UnaryOperator<CircuitBreakerBuilder> setup) {
        ConfigurationException thrown =
                catchThrowableOfType(ConfigurationException.class, () -> CircuitBreaker.create("prices", setup));
        return thrown == null ? List.of() : thrown.problems();
    }

    @Test
    @DisplayName("CB-3 everything that is wrong is reported at once")
    void build_whenMuchIsWrong_reportsAll() {
        assertThat(problems(b -> b.consecutiveFailures(0)
                        .failureRate(1.5, 0)
                        .slowCallRate(0, Duration.ZERO, 0)
                        .failures(0)
                        .openFor(Duration.ZERO)
                        .retryAfterClamp(Duration.ofSeconds(-1))
                        .maxConcurrentProbes(0)
                        .successesToClose(0)
                        .probeLease(Duration.ZERO)
                        .rampUp(Duration.ofSeconds(-1))))
                .containsExactly(
                        "consecutiveFailures must be at least 1: 0",
                        "failureRate must be above 0 and at most 1: 1.5",
                        "failureRate.minimumCalls must be at least 1: 0",
                        "slowCallRate must be above 0 and at most 1: 0",
                        "slowCallRate.slowerThan must be longer than zero: PT0S",
                        "slowCallRate.minimumCalls must be at least 1: 0",
                        "failures must be at least 1: 0",
                        "failures must be named with its window, by overLast or overLastCalls: no window",
                        "openFor must be longer than zero: fixed 0 ms",
                        "retryAfterClamp must not be negative: PT-1S",
                        "maxConcurrentProbes must be at least 1: 0",
                        "successesToClose must be at least 1: 0",
                        "rampUp must not be negative: PT-1S",
                        "probeLease must be longer than zero: PT0S");
    }

    @Test
    @DisplayName("CB-2 a rule that the window can never satisfy is refused, and so is a window out of range")
    void build_whenAWindowDoesNotFit_reportsIt() {
        assertThat(problems(b -> b.failureRate(0.5, 11)
                        .slowCallRate(0.5, Duration.ofSeconds(1), 12)
                        .failures(13)
                        .overLastCalls(10)))
                .containsExactly(
                        "failureRate.minimumCalls must not exceed overLastCalls, 10: 11",
                        "slowCallRate.minimumCalls must not exceed overLastCalls, 10: 12",
                        "failures must not exceed overLastCalls, 10: 13");
        assertThat(problems(b -> b.overLastCalls(9)))
                .as("the usual rules")
                .containsExactly("failureRate.minimumCalls must not exceed overLastCalls, 9: 10");
        assertThat(problems(b -> b.overLastCalls(10))).isEmpty();
        assertThat(problems(b -> b.consecutiveFailures(1).overLastCalls(0)))
                .containsExactly("overLastCalls must be at least 1: 0");
        assertThat(problems(b -> b.consecutiveFailures(1).overLastCalls(1_000_001)))
                .containsExactly("overLastCalls must be at most 1000000: 1000001");
        assertThat(problems(b -> b.consecutiveFailures(1).overLast(Duration.ofMillis(19))))
                .containsExactly("overLast must be 20 ms or longer: PT0.019S");
    }

    @Test
    @DisplayName("CB-2 a rule is named once only")
    void build_whenARuleIsNamedTwice_reportsIt() {
        assertThat(problems(b -> b.consecutiveFailures(1).consecutiveFailures(2)))
                .containsExactly("rules may be named only once each: ConsecutiveFailures[failures=2]");
    }

    @Test
    @DisplayName("CB-4 what is wrong with the open wait itself is reported as part of it")
    void build_whenTheBackoffIsWrong_reportsIt() {
        assertThat(problems(b ->
                        b.openFor(Backoff.exponential(Duration.ofSeconds(1)).factor(0.5))))
                .singleElement()
                .satisfies(problem -> assertThat(problem).startsWith("openFor.factor must be at least 1"));
    }

    @Test
    @DisplayName("CB-3 what is right is built, and equal to what behaves alike")
    void build_whenRight_isAValue() {
        UnaryOperator<CircuitBreakerBuilder> setup = b -> Scene.small(b)
                .failures(3)
                .overLastCalls(10)
                .rampUp(Duration.ofSeconds(1))
                .uncounted();
        assertThat(problems(setup)).isEmpty();
        BreakerConfig one = setup.apply(new CircuitBreakerBuilder()).build();
        assertThat(one).isEqualTo(setup.apply(new CircuitBreakerBuilder()).build());
        assertThat(one.countsGood()).isFalse();
    }

    @Test
    @DisplayName(
            "CA-4 a breaker made by hand needs a proper name, too, and everything else that is wrong is listed with it")
    @SuppressWarnings("NullAway") // what callers that are not checked may pass
    void create_whenTheNameIsNone_reportsIt() {
        for (String name : new String[] {"", "bad name!", "prices\n", "a".repeat(65)}) {
            assertThat(catchThrowableOfType(
                                    ConfigurationException.class,
                                    () -> CircuitBreaker.create(name, b -> b.consecutiveFailures(0)))
                            .problems())
                    .containsExactly(
                            "name must match [A-Za-z0-9._-]{1,64}: \"" + name + "\"",
                            "consecutiveFailures must be at least 1: 0");
        }
        assertThat(catchThrowableOfType(
                                ConfigurationException.class, () -> CircuitBreaker.create(null, b -> null, null))
                        .problems())
                .containsExactly(
                        "name must not be null: null", "setup must not be null: null", "time must not be null: null");
    }
}
