package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: attempts in whose time this process itself stood still are not held against the dependency, however it shows. */
final class LocalStallTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    private Guard guard(String name, Duration attemptTimeout) {
        return guards.guard(name, g -> g.attemptTimeout(attemptTimeout).circuitBreaker(b -> b.consecutiveFailures(1)));
    }

    private static BreakerState state(Guard guard) {
        return guard.snapshot().breaker().orElseThrow().state();
    }

    @Test
    @DisplayName("HL-1 a timer that is late by less than 100 ms, for the stop began long before it was due")
    void timeout_soonAfterTheStall_isNotHeldAgainstIt() {
        Guard guard = guard("prices", ofMillis(1_950));
        assertThat(catchThrowable(() -> guard.run(() -> {
                    time.stall(ofSeconds(2)); // the timer is 50 ms late
                    time.sleep(ofSeconds(1));
                })))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(guard.snapshot().stalls()).isEqualTo(1);
        assertThat(state(guard)).isEqualTo(BreakerState.CLOSED);
        assertThat(catchThrowable(() -> guard.run(() -> time.sleep(ofSeconds(3)))))
                .as("the control")
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(state(guard)).isEqualTo(BreakerState.OPEN);
    }

    @Test
    @DisplayName("HL-1 the same of a stage")
    void asyncTimeout_soonAfterTheStall_isNotHeldAgainstIt() {
        Guard guard = guard("prices", ofMillis(1_950));
        CompletableFuture<Integer> call = guard.callAsync(() -> new CompletableFuture<Integer>());
        time.stall(ofSeconds(2));
        time.advance(ofSeconds(1));
        assertThat(call).isCompletedExceptionally();
        assertThat(guard.snapshot().stalls()).isEqualTo(1);
        assertThat(state(guard)).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName("HL-1 silence while this process itself stood still")
    void silence_soonAfterTheStall_isNotHeldAgainstIt() {
        Guard guard = guards.guard(
                "batch", g -> g.heartbeatTimeout(ofMillis(1_950)).circuitBreaker(b -> b.consecutiveFailures(1)));
        assertThat(catchThrowable(() -> guard.run(() -> {
                    time.stall(ofSeconds(2));
                    time.sleep(ofSeconds(1));
                })))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(guard.snapshot().stalls()).isEqualTo(1);
        assertThat(state(guard)).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName("HL-1 an inner attempt that an outer timeout has ended, and that had its time only by the clock")
    void outerTimeout_afterTheStall_isNotHeldAgainstTheInnerOne() {
        Guard outer = guard("shop", ofMillis(1_500));
        Guard inner = guard("prices", ofSeconds(30));
        assertThat(catchThrowable(() -> outer.run(() -> inner.run(() -> {
                    time.stall(ofSeconds(2));
                    time.sleep(ofSeconds(1));
                }))))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(state(outer)).isEqualTo(BreakerState.CLOSED);
        assertThat(state(inner)).isEqualTo(BreakerState.CLOSED);
        assertThat(catchThrowable(() -> outer.run(() -> inner.run(() -> time.sleep(ofSeconds(3))))))
                .as("the control: it really had a second and a half")
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(state(inner)).isEqualTo(BreakerState.OPEN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("HL-1 the same of work on other threads, which an outer heartbeat has ended")
    void outerSilence_afterTheStall_isNotHeldAgainstAPool(boolean hedged) {
        Guard outer = guards.guard("shop", g -> g.heartbeatTimeout(ofSeconds(2)));
        Guard inner = guards.guard("prices", g -> {
            GuardBuilder pooled = g.circuitBreaker(b -> b.consecutiveFailures(1))
                    .bulkhead(b -> b.maxConcurrent(2).ownPool());
            return hedged ? pooled.hedge(Hedge.after(ofSeconds(30))) : pooled;
        });
        assertThat(catchThrowable(() -> outer.run(() -> inner.run(() -> {
                    time.sleep(ofMillis(100));
                    time.stall(ofMillis(1_500));
                    time.sleep(ofSeconds(30));
                }))))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(state(inner)).isEqualTo(BreakerState.CLOSED);
        assertThat(catchThrowable(() -> outer.run(() -> inner.run(() -> time.sleep(ofSeconds(30))))))
                .as("the control: it really had two seconds")
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(state(inner)).isEqualTo(BreakerState.OPEN);
    }
}
