package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TrafficTest {

    private final Traffic traffic = new Traffic();

    private void call(End end, long millis) {
        traffic.ended(new CallEnded("prices", end, 1, TimeUnit.MILLISECONDS.toNanos(millis), null, List.of(), null), 0);
    }

    @Test
    @DisplayName("Numbers are of the last ten whole seconds; the sparkline is of a minute")
    void numbers_areOfTheWindow() {
        call(End.ANSWERED, 5);
        call(End.FAILED, 50);
        traffic.attempted(7_000_000);
        assertThat(traffic.calls()).isZero(); // the second is not over
        traffic.tick();
        for (int i = 1; i < Traffic.WINDOW; i++) {
            assertThat(traffic.calls()).isEqualTo(2);
            traffic.tick();
        }
        assertThat(traffic.ended(End.FAILED)).isEqualTo(1);
        assertThat(traffic.attempts()).isEqualTo(1);
        assertThat(traffic.latencies().getTotalCount()).isEqualTo(2);
        assertThat(traffic.attemptTimes().getMaxValue()).isBetween(6_900L, 7_100L);
        traffic.tick();
        assertThat(traffic.calls()).isZero();
        assertThat(traffic.latencies().getTotalCount()).isZero();
        assertThat(traffic.spark(true)).hasSize(11).startsWith(1L, 0L);
        assertThat(traffic.spark(false)).startsWith(1L, 0L);
        for (int i = 0; i < Traffic.SECONDS; i++) {
            traffic.tick();
        }
        assertThat(traffic.spark(true)).hasSize(Traffic.SECONDS).containsOnly(0L);
    }

    @Test
    @DisplayName("Refusals say nothing of how long the dependency takes, and an endless call fits")
    void latencies_leaveRefusalsOut() {
        call(End.REFUSED, 1);
        call(End.TIMED_OUT, TimeUnit.DAYS.toMillis(2));
        traffic.tick();
        assertThat(traffic.calls()).isEqualTo(2);
        assertThat(traffic.latencies().getTotalCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("The last fifty calls are kept, newest first, in words")
    void recent_areTheLastFifty() {
        for (int i = 0; i < 70; i++) {
            traffic.ended(
                    new CallEnded("prices", End.FAILED, 1, 0, new IllegalStateException("call " + i), List.of(), null),
                    i);
        }
        assertThat(traffic.recent())
                .hasSize(50)
                .extracting(RecentCall::why)
                .startsWith("IllegalStateException: call 69");
        assertThat(traffic.recent().get(49).atMillis()).isEqualTo(20);
    }
}
