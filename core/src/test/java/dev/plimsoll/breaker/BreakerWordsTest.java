package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.Backoff;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a set-up reads; a guard's description has it. */
final class BreakerWordsTest {

    private static String words(UnaryOperator<CircuitBreakerBuilder> setUp) {
        return setUp.apply(new CircuitBreakerBuilder()).build().toString();
    }

    @Test
    @DisplayName("CB-2 CB-3 the rules are said with their thresholds and window, the open wait, and who closes")
    void defaults_areSaid() {
        assertThat(words(b -> b))
                .isEqualTo("5 failures in a row, or 50 % of 10 or more calls in 10 s failed; open 30 s; "
                        + "3 probes at once, 3 successes close");
        assertThat(words(b -> b.workshop()))
                .isEqualTo("3 failures in a row; open 5 s; 1 probe at once, 1 success closes");
    }

    @Test
    @DisplayName("CB-2 each kind of rule, over calls and over time")
    void rules_areSaid() {
        assertThat(words(b -> b.failureRate(0.073, 20)
                        .slowCallRate(0.5, Duration.ofMillis(300), 30)
                        .overLastCalls(200)))
                .startsWith("7.3 % of 20 or more calls in the last 200 failed, or "
                        + "50 % of 30 or more calls in the last 200 took 300 ms or longer; ");
        assertThat(words(b -> b.failures(1).overLast(Duration.ofMinutes(2)))).startsWith("1 failure in 2 min; ");
    }

    @Test
    @DisplayName("CB-4 CB-6 CB-13 a wait that grows, a ramp, and whatever else is not as by default")
    void others_areSaid() {
        assertThat(words(b -> b.consecutiveFailures(1)
                        .openFor(Backoff.exponential(Duration.ofSeconds(5)).cap(Duration.ofMinutes(1)))
                        .retryAfterClamp(Duration.ofMinutes(10))
                        .overloadTrips(false)
                        .rampUp(Duration.ofSeconds(10))))
                .isEqualTo(
                        "1 failure in a row; open exponential 5 s × 2.0 up to 1 min, full jitter, Retry-After up to 10 "
                                + "min, not by overload; 3 probes at once, 3 successes close; ramps up over 10 s");
    }
}
