package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CB-5 and CB-8 for asynchronous calls. */
final class AsyncProbeTest {

    @Test
    @DisplayName("CB-8 T-16 T-21 cancelling a probe frees its place: the next call is a probe, and closes the circuit")
    void probe_whenCancelled_freesItsPlace() {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard guard = guards.guard(
                    "prices",
                    g -> g.circuitBreaker(b -> b.consecutiveFailures(1)
                            .openFor(Duration.ofSeconds(1))
                            .maxConcurrentProbes(1)
                            .successesToClose(1)));
            CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
            CompletableFuture<String> failed =
                    guard.callAsync(() -> CompletableFuture.failedFuture(new IOException("lost")));
            assertThat(failed).isCompletedExceptionally();
            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            time.advance(Duration.ofSeconds(1));

            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> probe = guard.callAsync(() -> inner);
            assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("refused")))
                    .isCompletedExceptionally();
            assertThat(breaker.snapshot().judged().probes()).isEqualTo(1);
            assertThat(probe.cancel(true)).isTrue();

            assertThat(inner).isCancelled();
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
            assertThat(breaker.snapshot().judged().probes()).isZero();
            assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("probe")))
                    .isCompletedWithValue("probe");
            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        }
    }
}
