package dev.plimsoll.time;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: that this process stood still is noticed while anybody watches, whether or not the coarse clock is read. */
final class StallsTest {

    private static final long MILLI = 1_000_000;

    /** Asks how late we are, at the moment when it fires. */
    private static final class Asking extends Timer {
        private final Stalls stalls;
        private final long since;
        private final AtomicLong answer = new AtomicLong(-1);

        Asking(Stalls stalls, long since) {
            this.stalls = stalls;
            this.since = since;
        }

        @Override
        protected void fire(long lateNanos) {
            answer.set(stalls.lateness(since));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1_000_000_000L, Long.MIN_VALUE})
    @DisplayName(
            "HL-1 a stall is seen but for its first 50 ms at most, also by whoever asks before the late tick has come")
    void stall_isSeen(long origin) {
        VirtualTime time = VirtualTime.startingAt(origin, 1);
        Stalls stalls = new Stalls(time);
        try (StallWatch watch = stalls.watch()) {
            time.advance(ofMillis(130));
            long since = time.precise();
            Asking early = new Asking(stalls, since);
            time.start(early, 0); // due before the tick
            time.stall(ofSeconds(2));
            assertThat(early.answer.get()).isBetween(1_950 * MILLI, 2_000 * MILLI);
            time.advance(ofSeconds(5));
            assertThat(stalls.lateness(since)).isBetween(1_950 * MILLI, 2_000 * MILLI);
            assertThat(stalls.lateness(since + 1_500 * MILLI)).isEqualTo(500 * MILLI);
            assertThat(stalls.lateness(since + 2_000 * MILLI)).isZero();
            assertThat(watch).isNotNull();
        }
    }

    @Test
    @DisplayName("HL-1 while all goes well nothing is late, and of many stalls all are summed")
    void stalls_areSummed() {
        VirtualTime time = VirtualTime.create();
        Stalls stalls = new Stalls(time);
        try (StallWatch watch = stalls.watch()) {
            time.advance(ofSeconds(10));
            assertThat(stalls.lateness(0)).isZero();
            for (int i = 0; i < 5; i++) {
                time.stall(ofMillis(250)); // each begins where a tick has just been
                time.advance(ofMillis(500));
            }
            assertThat(stalls.lateness(0)).isEqualTo(5 * 200 * MILLI);
            assertThat(watch).isNotNull();
        }
    }

    @Test
    @DisplayName("HL-1 there is one timer while anybody watches, none afterwards, and closing twice counts once")
    void watchers_shareATimer() {
        VirtualTime time = VirtualTime.create();
        Stalls stalls = new Stalls(time);
        StallWatch first = stalls.watch();
        StallWatch second = stalls.watch();
        assertThat(time.pendingTimers()).isEqualTo(1);
        first.close();
        first.close();
        time.advance(ofSeconds(1));
        assertThat(time.pendingTimers()).isEqualTo(1);
        second.close();
        assertThat(time.pendingTimers()).isZero();
        time.stall(ofSeconds(1));
        assertThat(stalls.lateness(0)).as("nobody watched").isZero();
        try (StallWatch third = stalls.watch()) {
            assertThat(third).isNotNull();
            assertThat(time.pendingTimers()).isEqualTo(1);
        }
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("HL-1 a virtual time knows of every stall, and needs no timer for it")
    void virtualTime_needsNoTimer() {
        VirtualTime time = VirtualTime.create();
        try (StallWatch watch = time.watchStalls()) {
            assertThat(watch).isNotNull();
            assertThat(time.pendingTimers()).isZero();
            time.stall(ofMillis(20));
            assertThat(time.lateness(0)).isEqualTo(20 * MILLI);
        }
    }

    @Test
    @DisplayName("HL-1 the real time can be watched, and is not late by more than has passed")
    void systemTime_isWatched() {
        Time time = Time.system();
        long since = time.precise();
        try (StallWatch watch = time.watchStalls()) {
            assertThat(watch).isNotNull();
            assertThat(time.lateness(since)).isBetween(0L, time.precise() - since);
        }
    }
}
