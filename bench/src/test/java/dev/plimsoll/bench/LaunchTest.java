package dev.plimsoll.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LaunchTest {

    @Test
    @DisplayName("a virtual machine that hangs is ended when its time is up")
    void hasEnded_ofAProcessThatHangs_endsIt() throws IOException, InterruptedException {
        Process waitsForInput = new ProcessBuilder("cat").start();
        assertThat(Launch.hasEnded(waitsForInput, Duration.ofMillis(10))).isFalse();
        assertThat(waitsForInput.isAlive()).isFalse();
    }

    @Test
    @DisplayName("one that ends in time is left to its end")
    void hasEnded_ofAProcessThatEnds_isTrue() throws IOException, InterruptedException {
        Process ends = new ProcessBuilder("true").start();
        assertThat(Launch.hasEnded(ends, Duration.ofMinutes(1))).isTrue();
        assertThat(ends.exitValue()).isZero();
    }
}
