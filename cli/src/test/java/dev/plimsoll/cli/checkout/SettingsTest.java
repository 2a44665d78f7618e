package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SettingsTest {
    @Test
    void speed_scalesPaymentAndTheBreakers_andNothingElse() {
        Settings slow = settings(250, Duration.ofSeconds(30), 1);
        Settings fast = settings(250, Duration.ofSeconds(30), 10);

        assertThat(fast.badLatency()).isEqualTo(Duration.ofSeconds(3));
        assertThat(fast.openWait()).isEqualTo(Duration.ofSeconds(3));
        assertThat(fast.warmUpSamples()).isEqualTo(slow.warmUpSamples()).isEqualTo(2500);
        assertThat(fast.samplesBefore()).isEqualTo(slow.samplesBefore()).isEqualTo(5000);
        assertThat(fast.cutOff()).isEqualTo(slow.cutOff());
        assertThat(fast.rate()).isEqualTo(slow.rate());
    }

    @Test
    void badPhase_lastsForTwoOfPaymentsSlowFailures_andHasNeverFewerSamples() {
        assertThat(settings(250, Duration.ofSeconds(30), 10).samplesDuring()).isEqualTo(5000);
        assertThat(settings(250, Duration.ofSeconds(30), 1).samplesDuring()).isEqualTo(15_000);
    }

    @Test
    void longestRun_isThePhasesAndTheLastAnswers() {
        assertThat(settings(250, Duration.ofSeconds(30), 10).longestRun()).isEqualTo(Duration.ofSeconds(60));
    }

    private static Settings settings(int rate, Duration latency, int speed) {
        Duration tenSeconds = Duration.ofSeconds(10);
        return new Settings(1000, Duration.ofSeconds(4), rate, tenSeconds, 5000, tenSeconds, latency, 200, speed);
    }
}
