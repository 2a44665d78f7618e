package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.call.Criticality;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as what, on clocks that begin anywhere. */
final class TallyTest {
    private static final long MILLI = 1_000_000;
    private static final Http2FrameStream NO_STREAM = new Http2FrameStream() {
        @Override
        public int id() {
            return -1;
        }

        @Override
        public Http2Stream.State state() {
            return Http2Stream.State.IDLE;
        }
    };

    private static Call call(long due, Criticality criticality) {
        return new Call(due, criticality, NO_STREAM);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - MILLI, Long.MIN_VALUE})
    void tally_countsWhatBecameOfEachRequest(long from) {
        Tally tally = new Tally(from);
        for (int i = 0; i < 4; i++) {
            tally.sent(from + i * MILLI, i < 2 ? Criticality.CRITICAL : Criticality.NORMAL, from + i * MILLI);
        }
        tally.answered(call(from, Criticality.CRITICAL), from + 50 * MILLI);
        tally.answered(call(from + MILLI, Criticality.CRITICAL), from + MILLI + 200 * MILLI + 1);
        tally.refused(call(from + 2 * MILLI, Criticality.NORMAL));
        tally.lost(from + 3 * MILLI);

        assertThat(tally.counts()).isEqualTo(new Counts(4, 0, 1, 1, 1, 1));
        assertThat(tally.critical()).isEqualTo(2);
        assertThat(tally.criticalInTime()).isEqualTo(1);
        assertThat(tally.p99Millis()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - MILLI, Long.MIN_VALUE})
    void tally_ofTheWarmUp_countsNothing(long from) {
        Tally tally = new Tally(from);
        long due = from - 1;
        tally.sent(due, Criticality.CRITICAL, from + 100 * MILLI);
        tally.answered(call(due, Criticality.CRITICAL), from);
        tally.refused(call(due, Criticality.NORMAL));
        tally.gaveUp(call(due, Criticality.NORMAL));
        tally.lost(due);

        assertThat(tally.counts()).isEqualTo(new Counts(0, 0, 0, 0, 0, 0));
        assertThat(tally.critical()).isZero();
        assertThat(tally.p99Millis()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - MILLI, Long.MIN_VALUE})
    void lateness_beginsAfterTenMilliseconds(long from) {
        Tally tally = new Tally(from);
        tally.sent(from, Criticality.NORMAL, from + 10 * MILLI);
        assertThat(tally.counts().late()).isZero();
        tally.sent(from, Criticality.NORMAL, from + 10 * MILLI + 1);
        assertThat(tally.counts().late()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void p99_isThatOfWhoWasNotRefused(long from) {
        Tally tally = new Tally(from);
        for (int i = 1; i <= 100; i++) {
            tally.answered(call(from, Criticality.NORMAL), from + i * MILLI);
            tally.refused(call(from, Criticality.NORMAL));
        }
        assertThat(tally.p99Millis()).isCloseTo(99, within(0.1));
    }
}
