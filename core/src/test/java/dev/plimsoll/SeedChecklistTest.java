package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.StaleValues;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.TimeoutPreset;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The six questions of the checklist, put to a guard: docs/seeds.md. */
final class SeedChecklistTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard prices = guards.guard(
            "prices",
            g -> g.attemptTimeout(TimeoutPreset.INTERNAL_CALL)
                    .retry(Retry.exponential(Duration.ofMillis(100)))
                    .circuitBreaker(b -> b.consecutiveFailures(6))
                    .bulkhead(10));

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName("CB-3 RT-1 TO-2 what is configured: circuit breaker, retries, timeout and where it comes from")
    void guard_saysHowItIsConfigured() {
        assertThat(Objects.requireNonNull(prices.circuitBreaker()).config())
                .isEqualTo(new CircuitBreakerBuilder()
                        .consecutiveFailures(6)
                        .probeLease(Duration.ofSeconds(10))
                        .build());
        assertThat(prices.describe())
                .isEqualTo("retry (3 attempts, exponential 100 ms × 2.0 up to 30 s, full jitter)"
                        + " → [circuit breaker (6 failures in a row; open 30 s; 3 probes at once, 3 successes close)"
                        + " → bulkhead of 10 → attempt timeout 5000 ms → work]");
        assertThat(prices.snapshot().attemptTimeout()).isEqualTo(TimeoutPreset.INTERNAL_CALL.read());
    }

    @Test
    @DisplayName("DG-1 what is the fallback: what it catches, and its rungs in order")
    void fallback_saysItsRungs() {
        StaleValues<String, String> last = StaleValues.create();
        assertThat(Fallback.<String>onRefusedOrFailed()
                        .slower(() -> "a copy")
                        .stale(last, "anchor")
                        .orElse("7 EUR"))
                .hasToString("on refused or failed → slower → stale → default");
    }

    @Test
    @DisplayName("BH-2 CB-10 how it is isolated, and how we know when it fails")
    void guard_saysHowItIsDoing() {
        assertThat(guards.bulkheads()).containsExactly(new BulkheadSnapshot("prices", 10, 0, 0, 0, 10, 0, 0, 0));
        assertThat(prices.explain()).startsWith("prices: CLOSED since").contains("bulkhead: 0 of 10 permits taken");
        for (int call = 0; call < 2; call++) {
            assertThat(catchThrowable(() -> prices.run(() -> {
                        throw new IOException("connection reset");
                    })))
                    .isInstanceOf(IOException.class);
        }
        assertThat(prices.explain())
                .startsWith("prices: OPEN since")
                .contains(
                        "6 consecutive failures", "last error: java.io.IOException: connection reset", "next probe in");
    }
}
