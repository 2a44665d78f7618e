package dev.plimsoll.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.cli.flaky.FlakyStats;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoRecordTest {
    private static final Instant OPENED = Instant.parse("2026-01-31T10:00:00Z");

    private FlakyStats stats = new FlakyStats(10, 10, 0);
    private final DemoRecord record = new DemoRecord(Time.system(), () -> stats);

    @Test
    void summary_isMadeOfCountersAndEvents() {
        stats = new FlakyStats(13, 10, 3);
        turn(BreakerState.CLOSED, BreakerState.OPEN, 0);
        refused(300);
        refused(100);
        refused(200);
        turn(BreakerState.OPEN, BreakerState.HALF_OPEN, 5_003);
        stats = new FlakyStats(14, 11, 3);
        turn(BreakerState.HALF_OPEN, BreakerState.CLOSED, 5_200);
        stats = new FlakyStats(30, 27, 3);

        DemoSummary summary = record.summary(BreakerState.CLOSED);

        assertThat(summary.isWhole()).isTrue();
        assertThat(summary.requests()).isEqualTo(30);
        assertThat(summary.timeToHeal()).isEqualTo(Duration.ofMillis(5_200));
        assertThat(summary.toJson())
                .isEqualTo("{\"summary\":{\"failures_before_open\":3,\"refused\":3,\"refusal_median_ms\":0.2000,"
                        + "\"half_open_after_ms\":5003.0,\"probes\":1,\"state\":\"CLOSED\"}}");
    }

    @Test
    void summary_whenAProbeFailed_countsBothProbesAndTheFirstOpening() {
        stats = new FlakyStats(13, 10, 3);
        turn(BreakerState.CLOSED, BreakerState.OPEN, 0);
        turn(BreakerState.OPEN, BreakerState.HALF_OPEN, 5_000);
        stats = new FlakyStats(14, 10, 4);
        turn(BreakerState.HALF_OPEN, BreakerState.OPEN, 5_200);
        turn(BreakerState.OPEN, BreakerState.HALF_OPEN, 10_200);
        stats = new FlakyStats(15, 11, 4);
        turn(BreakerState.HALF_OPEN, BreakerState.CLOSED, 10_400);

        DemoSummary summary = record.summary(BreakerState.CLOSED);

        assertThat(summary.failuresBeforeOpen()).isEqualTo(3);
        assertThat(summary.probes()).isEqualTo(2);
        assertThat(summary.halfOpenAfter()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void summary_whenNothingHappened_saysSo() {
        DemoSummary summary = record.summary(BreakerState.CLOSED);

        assertThat(summary.isWhole()).isFalse();
        assertThat(summary.toJson())
                .isEqualTo("{\"summary\":{\"failures_before_open\":null,\"refused\":0,\"refusal_median_ms\":null,"
                        + "\"half_open_after_ms\":null,\"probes\":0,\"state\":\"CLOSED\"}}");
        assertThat(summary.toText()).anyMatch(line -> line.contains("(never)"));
    }

    @Test
    void median_ofAnEvenNumber_liesBetweenTheMiddleTwo() {
        refused(100);
        refused(200);
        refused(300);
        refused(1_000_000);

        assertThat(record.summary(BreakerState.OPEN).refusalMedian()).isEqualTo(Duration.ofNanos(250_000));
    }

    private void refused(long micros) {
        record.on(new CallEnded("watched", End.REFUSED, 0, micros * 1_000, null, List.of(), null, -1, List.of()));
    }

    private void turn(BreakerState from, BreakerState to, long millisAfterOpening) {
        record.on(
                new CircuitTransition("watched", 1, from, to, "reason", false, OPENED.plusMillis(millisAfterOpening)));
    }
}
