package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.health.HealthChanged;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoryTest {

    private static Tone tone(Event event) {
        return Objects.requireNonNull(Story.of(event, Instant.EPOCH)).tone();
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, BAD",
        "FORCED_OPEN, BAD",
        "HALF_OPEN, IMPAIRED",
        "DISABLED, IMPAIRED",
        "METRICS_ONLY, IMPAIRED",
        "CLOSED, GOOD"
    })
    @DisplayName("A circuit that refuses all is bad; one that lets something pass, or guards nothing, is impaired")
    void circuit_hasATone(BreakerState to, Tone tone) {
        assertThat(tone(new CircuitTransition("maps", 1, BreakerState.CLOSED, to, "because", false, Instant.EPOCH)))
                .isEqualTo(tone);
    }

    @ParameterizedTest
    @CsvSource({"UNHEALTHY, BAD", "DEGRADED, IMPAIRED", "UNKNOWN, NEUTRAL", "HEALTHY, GOOD"})
    @DisplayName("Health that is worse is bad, or impaired where something still goes on")
    void health_hasATone(HealthStatus to, Tone tone) {
        assertThat(tone(new HealthChanged("maps", "poller", 1, HealthStatus.UNKNOWN, to, "because", Instant.EPOCH)))
                .isEqualTo(tone);
    }
}
