package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.Later;
import dev.plimsoll.fallback.MemoryLaterQueue;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The circuit breakers of the seeds' sample programs, by their numbers: docs/seeds.md. */
final class SeedBreakerTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final IOException down = new IOException("down");
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        guards.close();
    }

    private void fail(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(catchThrowable(() -> guard.run(() -> {
                        asked.incrementAndGet();
                        throw down;
                    })))
                    .isSameAs(down);
        }
    }

    private static BreakerState state(Guard guard) {
        return breaker(guard).state();
    }

    private static CircuitBreaker breaker(Guard guard) {
        return Objects.requireNonNull(guard.circuitBreaker());
    }

    private static Rejection.Reason refusal(Guard guard) {
        RejectedException refused = (RejectedException) catchThrowable(() -> guard.get(() -> "never"));
        return Objects.requireNonNull(refused).reason();
    }

    @Test
    @DisplayName("CB-3 the framework's breaker: 5 failures, 30 s, 3 probes at once, 3 successes close")
    void frameworksBreaker_hasItsNumbers() {
        Guard payments = guards.guard(
                "payments",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(5)
                        .openFor(Duration.ofSeconds(30))
                        .successesToClose(3)
                        .maxConcurrentProbes(3)));
        fail(payments, 4);
        assertThat(state(payments)).isEqualTo(BreakerState.CLOSED);
        fail(payments, 1);
        assertThat(state(payments)).isEqualTo(BreakerState.OPEN);

        time.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(refusal(payments)).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        time.advance(Duration.ofNanos(1));
        List<Permit> probes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            probes.add(Objects.requireNonNull(breaker(payments).tryEnter()));
        }
        assertThat(breaker(payments).tryEnter()).as("a fourth probe").isNull();
        assertThat(refusal(payments)).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);

        probes.get(0).succeeded();
        probes.get(1).succeeded();
        assertThat(state(payments)).isEqualTo(BreakerState.HALF_OPEN);
        probes.get(2).succeeded();
        assertThat(state(payments)).isEqualTo(BreakerState.CLOSED);
        assertThat(asked).hasValue(5);
    }

    @Test
    @DisplayName("CB-3 the framework's rate: half of the calls failed, looked at from the tenth call on")
    void frameworksRate_countsFromTheTenthCall() {
        Guard payments = guards.guard("payments", g -> g.circuitBreaker(b -> b.failureRate(0.5, 10)));
        for (int i = 0; i < 4; i++) {
            fail(payments, 1);
            payments.get(() -> "good");
        }
        fail(payments, 1);
        assertThat(state(payments)).as("5 of 9 failed").isEqualTo(BreakerState.CLOSED);
        fail(payments, 1);
        assertThat(breaker(payments).snapshot().reason()).isEqualTo("6 of 10 failed, 60 % ≥ 50 %");
    }

    @Test
    @DisplayName("CB-3 without a setting named, a breaker is the framework's: all six numbers")
    void defaults_areTheFrameworks() {
        assertThat(new CircuitBreakerBuilder()
                        .consecutiveFailures(5)
                        .failureRate(0.5, 10)
                        .openFor(Duration.ofSeconds(30))
                        .successesToClose(3)
                        .maxConcurrentProbes(3)
                        .build())
                .isEqualTo(new CircuitBreakerBuilder().build());
    }

    @Test
    @DisplayName("CB-9 DG-1 the payment: a failure passes as it is; while it is open, the answer is that it is queued")
    void openCircuit_queuesThePayment() throws IOException {
        MemoryLaterQueue queue = MemoryLaterQueue.create("payments", 10, 1_000);
        Guard payments = guards.guard("payments", g -> g.circuitBreaker());
        Fallback<String> queued =
                Fallback.<String>onRefused().later(queue, () -> Later.of("order-7", "7 EUR"), "queued");
        for (int i = 0; i < 5; i++) {
            assertThat(catchThrowable(() -> payments.call(this::charge, queued)))
                    .isSameAs(down);
        }

        assertThat(payments.call(this::charge, queued)).isEqualTo("queued");

        assertThat(asked).hasValue(5);
        assertThat(Objects.requireNonNull(queue.peek()).item()).isEqualTo(Later.of("order-7", "7 EUR"));
        assertThatThrownBy(() -> payments.call(this::charge)).isInstanceOf(RejectedException.class);
    }

    private String charge() throws IOException {
        asked.incrementAndGet();
        throw down;
    }

    @Test
    @DisplayName("CB-3 CB-5 the traffic manager's breaker: 5 failures, 60 s from the last of them, one success closes")
    void trafficManagersBreaker_hasItsNumbers() {
        Guard redis = guards.guard(
                "redis",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(5)
                        .openFor(Duration.ofSeconds(60))
                        .maxConcurrentProbes(1)
                        .successesToClose(1)));
        fail(redis, 4);
        time.advance(Duration.ofSeconds(40));
        assertThat(state(redis)).isEqualTo(BreakerState.CLOSED);
        fail(redis, 1);
        time.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(refusal(redis)).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        time.advance(Duration.ofNanos(1));

        fail(redis, 1);
        assertThat(state(redis)).isEqualTo(BreakerState.OPEN);
        time.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(refusal(redis)).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
        time.advance(Duration.ofNanos(1));

        assertThat(redis.get(() -> "good")).isEqualTo("good");
        assertThat(state(redis)).isEqualTo(BreakerState.CLOSED);
        fail(redis, 4);
        assertThat(state(redis)).as("it counts from zero again").isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName("CB-7 CB-4 a failure that comes late, while it is open, does not prolong the wait")
    void lateFailure_doesNotProlongTheWait() {
        Guard redis = guards.guard(
                "redis", g -> g.circuitBreaker(b -> b.consecutiveFailures(5).openFor(Duration.ofSeconds(60))));
        Permit late = Objects.requireNonNull(breaker(redis).tryEnter());
        fail(redis, 5);
        time.advance(Duration.ofSeconds(40));
        late.failed(down);

        time.advance(Duration.ofSeconds(20));

        assertThat(redis.get(() -> "good")).isEqualTo("good");
    }

    @Test
    @DisplayName(
            "CB-9 DG-1 the breaker asked by hand: open, the work is not called and the fallback answers; so it does after a failure")
    void breakerByHand_answersFromTheFallback() throws IOException {
        Guard service = guards.guard("service", g -> g.circuitBreaker(b -> b.workshop()));
        Fallback<String> fallback = Fallback.<String>onRefusedOrFailed().orElse("stored");
        for (int i = 0; i < 7; i++) {
            assertThat(service.call(this::charge, fallback)).isEqualTo("stored");
        }
        assertThat(asked).hasValue(3);
    }
}
