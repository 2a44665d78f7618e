package dev.plimsoll.cli.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private static final long MILLI = 1_000_000;
    private static final Duration CUT_OFF = Duration.ofSeconds(10);

    private final Tally tally = new Tally(CUT_OFF);

    @Test
    void percentiles_ofAHundredLatencies_areTheirsWithinATenthOfAPercent() {
        for (int i = 1; i <= 100; i++) {
            answered(i * MILLI, true);
        }

        Summary summary = tally.close();

        assertThat(summary.samples()).isEqualTo(100);
        assertThat(summary.p50Millis()).isCloseTo(50, within(0.05));
        assertThat(summary.p99Millis()).isCloseTo(99, within(0.1));
        assertThat(summary.maxMillis()).isCloseTo(100, within(0.1));
        assertThat(summary.success()).isEqualTo(1.0);
    }

    @Test
    void success_isTheShareOfTheGoodAnswers_howeverFastTheBadOnesWere() {
        answered(MILLI, true);
        answered(MILLI, true);
        answered(MILLI, true);
        answered(1, false);

        assertThat(tally.close().success()).isEqualTo(0.75);
    }

    @Test
    void answer_atTheCutOff_counts_andBeyondIt_hasFailedAndTookThatLong() {
        answered(CUT_OFF.toNanos(), true);
        answered(CUT_OFF.toNanos() + 1, true);
        answered(Long.MAX_VALUE, true);

        Summary summary = tally.close();

        assertThat(summary.succeeded()).isEqualTo(1);
        assertThat(summary.maxNanos()).isEqualTo(CUT_OFF.toNanos());
    }

    @Test
    void close_withRequestsOnTheirWay_countsThemAsFailedAndAsSlowAsTheCutOff() {
        answered(MILLI, true);
        tally.sent();
        tally.sent();
        assertThat(tally.pending()).isEqualTo(2);

        Summary summary = tally.close();

        assertThat(summary.samples()).isEqualTo(3);
        assertThat(summary.succeeded()).isEqualTo(1);
        assertThat(summary.p50Nanos()).isEqualTo(CUT_OFF.toNanos());
        assertThat(tally.pending()).isZero();
    }

    @Test
    void answer_afterTheClose_changesNothing() {
        tally.sent();
        Summary summary = tally.close();

        tally.settled(MILLI, true);

        assertThat(tally.close()).isEqualTo(summary);
    }

    @Test
    void latency_belowZero_countsAsZero() {
        answered(-5, true);

        assertThat(tally.close().maxNanos()).isZero();
    }

    @Test
    void close_withoutARequest_isAllZero() {
        assertThat(tally.close()).isEqualTo(new Summary(0, 0, 0, 0, 0));
        assertThat(tally.close().success()).isZero();
    }

    private void answered(long nanos, boolean good) {
        tally.sent();
        tally.settled(nanos, good);
    }
}
