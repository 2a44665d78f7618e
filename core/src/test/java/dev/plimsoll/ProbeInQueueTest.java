package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Permit;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A probe that has to wait at a gate behind the circuit breaker. */
final class ProbeInQueueTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName("CB-5 BH-1 the lease of a probe begins with its work: waiting for a permit is not part of it")
    void lease_beginsWithTheWork() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1)
                                .openFor(SECOND)
                                .maxConcurrentProbes(1)
                                .successesToClose(1)
                                .probeLease(SECOND.multipliedBy(2)))
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(Duration.ofMinutes(1))));
        CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IOException("down");
                }))
                .isInstanceOf(IOException.class);
        time.advance(SECOND);
        Bulkhead places = Objects.requireNonNull(guard.bulkhead());
        Permit held = Objects.requireNonNull(places.tryEnter());
        Thread probe = time.start("probe", () -> guard.run(() -> time.advance(SECOND)));
        time.advance(Duration.ofSeconds(30));
        assertThat(places.snapshot().waiting()).isEqualTo(1);
        held.close();
        time.join(probe);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.snapshot().reason()).doesNotContain("lease");
    }
}
