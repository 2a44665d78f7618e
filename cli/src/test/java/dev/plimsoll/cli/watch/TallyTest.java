package dev.plimsoll.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.BreakerState;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private final Tally tally = new Tally();

    @Test
    void tally_whenItIsNew_hasSeenNothing() {
        Tally.Seen seen = tally.seen();

        assertThat(seen.counts()).isEqualTo(Map.of(Result.OK, 0L, Result.FAILED, 0L, Result.REFUSED, 0L));
        assertThat(seen.asked()).isEqualTo(new Tally.Times(0, 0, 0, 0));
        assertThat(seen.strip()).isEmpty();
        assertThat(seen.last()).isNull();
    }

    @Test
    void tally_keepsTheTimesOfRefusalsApart() {
        call(1, Result.OK, 1_000_000);
        call(2, Result.FAILED, 3_000_000);
        call(3, Result.REFUSED, 1_000);

        Tally.Seen seen = tally.seen();

        assertThat(seen.counts()).isEqualTo(Map.of(Result.OK, 1L, Result.FAILED, 1L, Result.REFUSED, 1L));
        assertThat(seen.asked().count()).isEqualTo(2);
        assertThat(seen.asked().max()).isBetween(3_000_000L, 3_010_000L);
        assertThat(seen.refused().max()).isBetween(1_000L, 1_001L);
    }

    @Test
    void failuresInARow_startOverWithASuccessAndOutlastRefusals() {
        call(1, Result.FAILED, 1);
        call(2, Result.OK, 1);
        assertThat(tally.seen().failuresInARow()).isZero();
        call(3, Result.FAILED, 1);
        call(4, Result.FAILED, 1);
        call(5, Result.REFUSED, 1);
        assertThat(tally.seen().failuresInARow()).isEqualTo(2);
    }

    @Test
    void tally_keepsTheLastSixtyCalls() {
        call(1, Result.FAILED, 1);
        for (int n = 2; n <= 61; n++) {
            call(n, Result.OK, 1);
        }

        assertThat(tally.seen().strip()).hasSize(60).containsOnly(Result.OK);
    }

    @Test
    void tally_whenATimeIsBeyondItsScale_countsItAtTheEnd() {
        call(1, Result.OK, Long.MAX_VALUE);
        call(2, Result.OK, -1);

        assertThat(tally.seen().asked().count()).isEqualTo(2);
    }

    private void call(long n, Result result, long nanos) {
        tally.called(new Called(Instant.EPOCH, n, new Tried(result, null), nanos, BreakerState.CLOSED));
    }
}
