package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OutlookTest {

    private static CircuitBreaker breaker(UnaryOperator<CircuitBreakerBuilder> setup) {
        return CircuitBreaker.create("prices", setup, VirtualTime.create());
    }

    private static void call(CircuitBreaker breaker, Verdict verdict) {
        try (Permit permit = Objects.requireNonNull(breaker.tryEnter())) {
            assertThat(permit.settle(verdict)).isTrue();
        }
    }

    static Stream<UnaryOperator<CircuitBreakerBuilder>> rules() {
        return Stream.of(
                b -> b.consecutiveFailures(5),
                b -> b.failureRate(0.5, 10).overLast(Duration.ofSeconds(10)),
                b -> b.failureRate(1, 4).overLast(Duration.ofSeconds(10)),
                b -> b.failureRate(0.07, 20).overLastCalls(1000),
                b -> b.failures(6).overLast(Duration.ofSeconds(10)),
                b -> b.consecutiveFailures(9).failureRate(0.3, 10).overLastCalls(1000));
    }

    @ParameterizedTest
    @MethodSource("rules")
    @DisplayName("So many failures in a row, and not one fewer, open the breaker, whatever it has seen before")
    void nearest_failuresInARow_openIt(UnaryOperator<CircuitBreakerBuilder> rule) {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            CircuitBreaker breaker = breaker(rule);
            int calls = random.nextInt(40);
            for (int i = 0; i < calls && breaker.state() == BreakerState.CLOSED; i++) {
                call(breaker, random.nextInt(4) == 0 ? Verdict.FAILURE : Verdict.SUCCESS);
            }
            if (breaker.state() != BreakerState.CLOSED) {
                continue;
            }
            Integer more = Outlook.nearest(breaker.config(), breaker.snapshot());
            int needed = 0;
            while (breaker.state() == BreakerState.CLOSED && needed < 100) {
                call(breaker, Verdict.FAILURE);
                needed++;
            }
            if (breaker.state() == BreakerState.OPEN) {
                assertThat(more).isEqualTo(needed);
            }
        }
    }

    @Test
    @DisplayName("Each rule says how far it is, in words")
    void lines_sayHowFarItIs() {
        CircuitBreaker breaker = breaker(b -> b.consecutiveFailures(3)
                .failureRate(0.5, 10)
                .slowCallRate(0.25, Duration.ofSeconds(2), 10)
                .overLastCalls(100));
        call(breaker, Verdict.SUCCESS);
        call(breaker, Verdict.FAILURE);
        assertThat(Outlook.of(breaker.config(), breaker.snapshot()))
                .containsExactly(
                        "1 of 3 failures in a row; 2 more open it",
                        "1 of 2 calls in the window failed; 50 % of at least 10 open it; 8 more open it",
                        "0 of 2 calls in the window were slow (2000 ms or more); 25 % of at least 10 open it; 8 more open it");
    }
}
