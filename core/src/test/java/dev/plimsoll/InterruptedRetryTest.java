package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RT-6: an interrupt that the work took no notice of ends the call before the next attempt. */
final class InterruptedRetryTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000_000})
    @DisplayName(
            "RT-6 RB-1 an interrupted caller is not tried for again, however short the pause; the charge is given back")
    void interruptedCaller_isNotTriedForAgain(long pauseNanos) {
        Duration pause = Duration.ofNanos(pauseNanos);
        Guard guard = guards.guard(
                "prices", g -> g.retry((pauseNanos == 0 ? Retry.immediate() : Retry.fixed(pause)).maxAttempts(1_000)));
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> guard.run(() -> {
                    runs.incrementAndGet();
                    Thread.currentThread().interrupt();
                    throw new ConnectException("refused");
                }))
                .isInstanceOf(CallInterruptedException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(runs).hasValue(1);
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isZero();
    }
}
