package dev.plimsoll.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("TO-3 the pulse of an attempt")
final class PulseTest {

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 50, Long.MIN_VALUE, Long.MIN_VALUE + 50})
    @DisplayName("TO-3 equals the naive one, which remembers its last beat")
    void pulse_underAnyScript_equalsTheNaiveOne(long origin) {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            VirtualTime time = VirtualTime.startingAt(origin, seed);
            Pulse pulse = new Pulse(time, 100, time.precise());
            long lastBeat = 0;
            long now = 0;
            boolean silent = false;
            boolean ended = false;
            for (int step = 0; step < 40; step++) {
                long passes = random.nextInt(60);
                time.advance(Duration.ofNanos(passes));
                now += passes;
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        pulse.beat();
                        lastBeat = silent || ended ? lastBeat : now;
                    }
                    case 2 -> {
                        boolean expected = !silent && !ended && now - lastBeat >= 100;
                        assertThat(pulse.expires(time.precise())).isEqualTo(expected);
                        silent |= expected;
                    }
                    default -> {
                        if (random.nextInt(10) == 0) {
                            assertThat(pulse.end()).isEqualTo(!silent);
                            ended = !silent;
                        }
                    }
                }
                assertThat(pulse.isSilent()).isEqualTo(silent);
                if (!silent && !ended) {
                    assertThat(pulse.due() - origin).isEqualTo(lastBeat + 100);
                }
            }
        }
    }

    @Test
    @DisplayName(
            "TO-3 beat, expiry and end at the same moment: one of the two ends it, a beat keeps it or does nothing")
    void beatAndExpiry_atOnce_agree() {
        for (int round = 0; round < 300; round++) {
            VirtualTime time = VirtualTime.create();
            Pulse pulse = new Pulse(time, 100, time.precise());
            time.advance(Duration.ofNanos(100));
            long now = time.precise();
            AtomicInteger turn = new AtomicInteger();
            AtomicInteger expired = new AtomicInteger();
            AtomicInteger ended = new AtomicInteger();
            Rendezvous.threads(4, () -> {
                switch (turn.getAndIncrement()) {
                    case 0, 1 -> pulse.beat();
                    case 2 -> expired.addAndGet(pulse.expires(now) ? 1 : 0);
                    default -> ended.addAndGet(pulse.end() ? 1 : 0);
                }
            });
            assertThat(expired.get() + ended.get()).isEqualTo(1);
            assertThat(pulse.isSilent()).isEqualTo(expired.get() == 1);
            pulse.beat();
            assertThat(pulse.expires(now + 1_000)).isFalse();
        }
    }
}
