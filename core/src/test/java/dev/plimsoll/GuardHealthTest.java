package dev.plimsoll;

import static dev.plimsoll.call.HealthStatus.DEGRADED;
import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: what a guard says about the health of its dependency. */
final class GuardHealthTest {

    private VirtualTime time = VirtualTime.create();
    private Guards guards = Guards.create(g -> g.time(time).logging(false));

    private Guard guard(UnaryOperator<GuardBuilder> setup) {
        return guards.guard("prices", setup);
    }

    private static void good(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(guard.get(() -> 7)).isEqualTo(7);
        }
    }

    private static void bad(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(catchThrowable(() -> guard.get(() -> {
                        throw new IllegalStateException("down");
                    })))
                    .isNotNull();
        }
    }

    @Test
    @DisplayName("HL-1 a count that was ahead of the others when it was read makes no calls below zero")
    void mark_whenACountWasAhead_isNeverBelowZero() {
        GuardHealth.Mark ahead = new GuardHealth.Mark(1, 10, 5);
        assertThat(new GuardHealth.Mark(2, 9, 4).since(ahead)).isEqualTo(new GuardHealth.Mark(1, 0, 0));
        assertThat(new GuardHealth.Mark(2, 12, 6).since(ahead)).isEqualTo(new GuardHealth.Mark(1, 2, 1));
    }

    @Test
    @DisplayName(
            "HL-1 an open circuit is unhealthy, one that the next call tries degraded, a closed one healthy once calls have come")
    void health_followsTheBreaker() {
        Guard guard = guard(g -> g.circuitBreaker(b -> b.workshop()));
        GuardHealth health = GuardHealth.of(guard);
        assertThat(health.read().status()).isEqualTo(UNKNOWN);
        good(guard, 1);
        assertThat(health.read().status()).isEqualTo(HEALTHY);
        assertThat(health.read().reason()).isEqualTo("1 call lately");
        bad(guard, 3);
        time.advance(ofSeconds(2));
        assertThat(health.read().status()).isEqualTo(UNHEALTHY);
        assertThat(health.read().reason()).startsWith("its circuit is OPEN: 3 consecutive failures");
        assertThat(health.read().since()).isEqualTo(ofSeconds(2));
        time.advance(ofSeconds(4));
        assertThat(health.read().status()).isEqualTo(DEGRADED);
        assertThat(health.read().reason()).startsWith("its circuit is OPEN, and the next call tries it: 3 consecutive");
        guard.observe(event -> {}); // from now on it half-opens by timer
        time.advance(ofSeconds(1));
        assertThat(health.read().status()).isEqualTo(DEGRADED);
        assertThat(health.read().reason()).startsWith("its circuit is HALF_OPEN: ");
        good(guard, 1);
        assertThat(health.read().status()).isEqualTo(HEALTHY);
    }

    @Test
    @DisplayName(
            "HL-1 DG-2 a circuit that an operator has opened for a while is unhealthy until that is over, though nobody calls")
    void health_ofAnOperatorsCircuit_whoseTimeIsUp() {
        Guard guard = guard(GuardBuilder::circuitBreaker);
        GuardHealth health = GuardHealth.of(guard);
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("they move house", "ops", ofSeconds(5));
        time.advance(ofSeconds(4));
        assertThat(health.read().status()).isEqualTo(UNHEALTHY);
        time.advance(ofSeconds(1));
        assertThat(health.read().status()).isEqualTo(DEGRADED);
        assertThat(health.read().reason()).startsWith("its circuit is FORCED_OPEN, and the next call tries it: ");
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("for good", "ops");
        time.advance(ofSeconds(60));
        assertThat(health.read().status()).isEqualTo(UNHEALTHY);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 15_000_000_000L})
    @DisplayName("HL-1 the error rate is that of the last 10 to 20 seconds, and of few calls not known")
    void health_knowsTheErrorRate(long origin) {
        time = VirtualTime.startingAt(origin, 0);
        guards = Guards.create(g -> g.time(time).logging(false));
        Guard guard = guard(g -> g);
        GuardHealth health = GuardHealth.of(guard);
        good(guard, 15);
        bad(guard, 4);
        assertThat(health.read().errorRate()).isEmpty();
        bad(guard, 1);
        assertThat(health.read().errorRate()).hasValue(0.25);
        assertThat(health.read().reason()).isEqualTo("25.0 % of 20 calls failed");
        time.advance(ofSeconds(10));
        assertThat(health.read().errorRate()).hasValue(0.25);
        good(guard, 20);
        assertThat(health.read().errorRate()).hasValue(0.125);
        time.advance(ofSeconds(10));
        assertThat(health.read().errorRate()).hasValue(0.0);
        time.advance(ofSeconds(60));
        assertThat(health.read().errorRate()).as("nobody has called for long").isEmpty();
    }

    @Test
    @DisplayName("HL-1 refusals are no errors, nor are timeouts because this process itself stood still")
    void health_doesNotCountStalls() {
        Guard guard = guard(g -> g.attemptTimeout(ofMillis(100)));
        GuardHealth health = GuardHealth.of(guard);
        good(guard, 20);
        for (int i = 0; i < 5; i++) {
            assertThat(catchThrowable(() -> guard.run(() -> {
                        time.stall(ofSeconds(1));
                        time.sleep(ofSeconds(1));
                    })))
                    .isNotNull();
        }
        assertThat(guard.snapshot().stalls()).isEqualTo(5);
        assertThat(health.read().errorRate()).hasValue(0.0);
        assertThat(catchThrowable(() -> guard.run(() -> time.sleep(ofSeconds(1)))))
                .isNotNull();
        assertThat(health.read().errorRate().orElseThrow()).isGreaterThan(0.04);
    }

    @Test
    @DisplayName("HL-1 a timeout because this process stood still that was repeated well hides no error")
    void health_whenStalledAttemptIsRepeated_hidesNoError() throws Exception {
        Guard guard = guard(g -> g.attemptTimeout(ofMillis(100)).retry(Retry.fixed(ofMillis(1))));
        GuardHealth health = GuardHealth.of(guard);
        good(guard, 15);
        bad(guard, 5);
        for (int i = 0; i < 5; i++) {
            AtomicBoolean first = new AtomicBoolean(true);
            guard.run(() -> {
                if (first.getAndSet(false)) {
                    time.stall(ofSeconds(1));
                    time.sleep(ofSeconds(1));
                }
            });
        }
        assertThat(guard.snapshot().stalls()).isEqualTo(5);
        assertThat(health.read().errorRate()).hasValue(0.2);
    }
}
