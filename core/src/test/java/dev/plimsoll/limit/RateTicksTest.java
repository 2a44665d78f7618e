package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The unit of time of a rate, against exact fractions. */
@Label("RL-1 ticks")
final class RateTicksTest {

    private static final long DAY = 86_400_000_000_000L;

    /** What it should be: nanos · permits · ticks per permit / per, without any rounding but the last. */
    private static long exact(long nanos, long permits, long per, long perPermit) {
        return BigInteger.valueOf(nanos)
                .multiply(BigInteger.valueOf(permits))
                .multiply(BigInteger.valueOf(perPermit))
                .divide(BigInteger.valueOf(per))
                .longValueExact();
    }

    @Property
    @Label("RL-1 T-87 a clock read in ticks is never ahead and never more than one behind, after 73 years, at any rate")
    void ticks_areExactButOne(
            @ForAll @LongRange(min = 1, max = 366 * DAY) long per,
            @ForAll @LongRange(min = 1, max = 366 * DAY) long anyPermits,
            @ForAll @LongRange(min = 0, max = 1L << 61) long nanos) {
        long permits = 1 + (anyPermits - 1) % per;
        RateTicks ticks = new RateTicks(permits, per);
        assertThat(exact(nanos, permits, per, ticks.perPermit()) - ticks.ticks(nanos))
                .isBetween(0L, 1L);
    }

    @Property
    @Label("RL-1 T-87 the instant of a tick is the first nanosecond that has it, so nobody goes by rounding too early")
    void nanos_areTheFirstThatHaveTheTick(
            @ForAll @LongRange(min = 1, max = 366 * DAY) long per,
            @ForAll @LongRange(min = 1, max = 366 * DAY) long anyPermits,
            @ForAll @LongRange(min = 0, max = 1L << 60) long tick) {
        RateTicks ticks = new RateTicks(1 + (anyPermits - 1) % per, per);
        long nanos = ticks.nanos(tick);
        assertThat(ticks.ticks(nanos)).isGreaterThanOrEqualTo(tick);
        assertThat(nanos == 0 || ticks.ticks(nanos - 1) < tick).isTrue();
    }

    @Test
    @DisplayName("RL-1 seven million a second are seven million in every second, and one an hour is one an hour")
    void rates_doNotDrift() {
        long second = 1_000_000_000;
        RateTicks many = new RateTicks(7_000_000, second);
        assertThat(many.perPermit()).isEqualTo(143);
        long aYear = 31_556_952L * second;
        assertThat(many.ticks(aYear) / many.perPermit()).isEqualTo(7_000_000L * 31_556_952 - 1);
        assertThat(many.ticks(aYear + 2) / many.perPermit()).isEqualTo(7_000_000L * 31_556_952);

        RateTicks few = new RateTicks(1, 3_600 * second);
        assertThat(few.perPermit()).isEqualTo(3_600 * second);
        assertThat(few.ticks(aYear)).isEqualTo(aYear);
        assertThat(few.nanos(aYear)).isEqualTo(aYear);
    }

    @Test
    @DisplayName("RL-1 spans below zero are none, and spans beyond 2^61 are that")
    void spans_saturate() {
        RateTicks ticks = new RateTicks(3, 10);
        assertThat(ticks.ticks(-1)).isZero();
        assertThat(ticks.ticks(Long.MAX_VALUE)).isEqualTo(ticks.ticks(1L << 61)).isPositive();
        assertThat(ticks.permitsIn(new RateTicks(1, 100), 3 * ticks.perPermit() + 1))
                .isEqualTo(325);
        assertThat(ticks.permitsIn(new RateTicks(1, 99), 3 * ticks.perPermit() + 1))
                .as("what is missing is rounded up")
                .isEqualTo(322);
    }

    @Test
    @DisplayName("RL-1 ticks that would come after 73 years come then, and no more than 2^59 are ever taken over")
    void ticks_saturate() {
        for (RateTicks ticks :
                List.of(new RateTicks(1, DAY), new RateTicks(3, 10), new RateTicks(7_000_000, 10 * DAY))) {
            assertThat(ticks.nanos(Long.MAX_VALUE)).isEqualTo(1L << 61);
            assertThat(ticks.nanos(ticks.ticks(1L << 61))).isEqualTo(1L << 61);
            assertThat(ticks.nanos(ticks.ticks(1L << 61) - 1)).isLessThan(1L << 61);
            assertThat(new RateTicks(1, 1).permitsIn(ticks, Long.MAX_VALUE)).isEqualTo(1L << 59);
        }
    }
}
