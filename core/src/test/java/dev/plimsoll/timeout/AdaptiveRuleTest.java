package dev.plimsoll.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

@Label("TO-2 the rule of the adaptive timeout")
final class AdaptiveRuleTest {

    @Property
    void next_equalsTheNaiveRule(
            @ForAll @LongRange(min = 1, max = 1L << 62) long one,
            @ForAll @LongRange(min = 1, max = 1L << 62) long other,
            @ForAll @LongRange(min = 1, max = 1L << 62) long now,
            @ForAll @LongRange(min = 0, max = 1L << 46) long p99,
            @ForAll @LongRange(min = 0, max = 300) long samples) {
        long least = Math.min(one, other);
        long most = Math.max(one, other);
        long present = Math.max(least, Math.min(now, most));
        long next = AdaptiveLimit.next(present, p99, samples, least, most);

        assertThat(next).isEqualTo(NaiveAdaptive.next(present, p99, samples, least, most));
        assertThat(next).isBetween(least, most);
        if (samples >= 100) {
            assertThat(next - present).isLessThanOrEqualTo(present / 2);
        }
    }

    @Property
    void next_whenTheSlowestDidNotComeInTime_grows(
            @ForAll @LongRange(min = 100, max = 1L << 46) long present,
            @ForAll @LongRange(min = 0, max = 1L << 46) long over) {
        assertThat(AdaptiveLimit.next(present, present + over, 100, 1, 1L << 62))
                .isEqualTo(present + present / 2);
    }
}
