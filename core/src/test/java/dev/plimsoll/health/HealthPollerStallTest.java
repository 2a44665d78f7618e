package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Work;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: the health-check poller while this process itself stands still, on virtual time. */
final class HealthPollerStallTest {

    private final AtomicReference<Work<Boolean, ?>> check = new AtomicReference<>(() -> true);
    private final VirtualTime time = VirtualTime.create();
    private HealthPoller poller = HealthPoller.start("unused", p -> p.check(() -> true), time);

    /** Asks every second, for 200 ms at most, what {@link #check} says; the first time at once. */
    private void start(UnaryOperator<HealthPollerBuilder> more) {
        poller.close();
        poller = HealthPoller.start(
                "prices",
                p -> more.apply(
                        p.check(() -> Objects.requireNonNull(check.get()).call())
                                .every(ofSeconds(1))
                                .timeout(ofMillis(200))
                                .jitter(0)),
                time);
    }

    @AfterEach
    void close() {
        poller.close();
        assertThat(time.pendingTimers()).as("no timer is left").isZero();
    }

    @Test
    @DisplayName("HL-1 what is overdue because this process itself stood still counts nowhere")
    void poller_whenProcessStoodStill_doesNotTrip() {
        start(p -> p.fall(1));
        time.advance(ofMillis(500));
        check.set(() -> {
            time.sleep(ofMillis(100)); // it would have been in time
            throw new IOException("reset while we stood still");
        });
        time.advance(ofMillis(550)); // the check has begun 50 ms ago
        time.stall(ofSeconds(2));
        assertThat(poller.snapshot().spoilt()).isEqualTo(1);
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
    }

    @Test
    @DisplayName("HL-1 also when the timer is late by less than 100 ms, for the stop began long before it was due")
    void poller_whenProcessStoodStillBeforeTheTimeout_doesNotTrip() {
        start(p -> p.fall(1));
        time.advance(ofMillis(500));
        check.set(() -> {
            time.sleep(ofSeconds(60));
            return true;
        });
        time.advance(ofMillis(520));
        time.stall(ofMillis(250)); // due 70 ms before its end
        assertThat(poller.snapshot().spoilt()).isEqualTo(1);
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
        time.advance(ofMillis(1_300)); // the control: the next one is overdue by its own fault
        assertThat(poller.read().status()).isEqualTo(UNHEALTHY);
        assertThat(poller.snapshot().bad()).isEqualTo(1);
    }

    @Test
    @DisplayName("HL-1 a turn that comes late does not count against a check that still runs")
    void poller_whenTurnIsLate_doesNotCount() {
        check.set(() -> {
            long until = time.precise() + 60_000_000_000L;
            while (until - time.precise() > 0) {
                try {
                    time.sleep(until - time.precise());
                } catch (InterruptedException stubborn) {
                    if (poller.toString().contains("closed")) {
                        return false;
                    }
                }
            }
            return true;
        });
        start(p -> p);
        time.advance(ofMillis(1_500));
        assertThat(poller.snapshot().bad()).isEqualTo(2);
        time.stall(ofSeconds(1)); // the turn at 2 s comes at 2.5 s
        assertThat(poller.snapshot().bad()).isEqualTo(2);
        assertThat(poller.snapshot().spoilt()).isEqualTo(1);
    }
}
