package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

final class BackoffProperties {
    private static final Duration LONGEST = Duration.ofNanos(Time.LONGEST);

    @Property
    @Label("RT-1 a pause is never negative and never above the cap, whatever the number of the retry")
    void pause_staysWithinTheCap(
            @ForAll("backoffs") Backoff backoff,
            @ForAll("caps") Duration cap,
            @ForAll("retries") long n,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double drawn) {
        long longest = Time.nanos(cap);

        assertThat(backoff.cap(cap).withoutJitter().pauseNanos(n, 0, () -> drawn))
                .isBetween(0L, longest);
        assertThat(backoff.cap(cap).fullJitter().pauseNanos(n, 0, () -> drawn)).isBetween(0L, longest);
        assertThat(backoff.cap(cap).equalJitter().pauseNanos(n, 0, () -> drawn)).isBetween(0L, longest);
    }

    @Property
    @Label("RT-1 an additive jitter exceeds the cap by the jitter at most")
    void pause_withAdditiveJitter_staysWithinCapAndJitter(
            @ForAll("backoffs") Backoff backoff,
            @ForAll("caps") Duration cap,
            @ForAll("caps") Duration jitter,
            @ForAll("retries") long n,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double drawn) {
        long before = backoff.cap(cap).withoutJitter().pauseNanos(n, 0, () -> drawn);
        long pause = backoff.cap(cap).additiveJitter(jitter).pauseNanos(n, 0, () -> drawn);

        assertThat(pause).isBetween(before, Time.LONGEST);
        assertThat(pause - before).isLessThanOrEqualTo(Time.nanos(jitter));
    }

    @Property
    @Label("RT-1 without jitter no pause is shorter than the one before")
    void pause_withoutJitter_neverShrinks(
            @ForAll("backoffs") Backoff backoff,
            @ForAll("caps") Duration cap,
            @ForAll @LongRange(min = 1, max = 1_000_000) long n) {
        Backoff exact = backoff.cap(cap).withoutJitter();

        assertThat(exact.pauseNanos(n + 1, 0, () -> 0)).isGreaterThanOrEqualTo(exact.pauseNanos(n, 0, () -> 0));
    }

    @Property
    @Label("RT-1 doubling is exact to the nanosecond: equal to shifting")
    void pause_doubling_isExact(
            @ForAll @LongRange(min = 1, max = 1L << 40) long base, @ForAll @LongRange(min = 1, max = 22) long n) {
        Backoff doubling =
                Backoff.exponential(Duration.ofNanos(base)).cap(LONGEST).withoutJitter();

        assertThat(doubling.pauseNanos(n, 0, () -> 0)).isEqualTo(base << (n - 1));
    }

    @Property
    @Label("Equal jitter draws from the upper half of what full jitter draws from")
    void pause_withEqualJitter_isAtLeastHalf(
            @ForAll("backoffs") Backoff backoff,
            @ForAll("retries") long n,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double drawn) {
        long whole = backoff.withoutJitter().pauseNanos(n, 0, () -> drawn);

        assertThat(backoff.equalJitter().pauseNanos(n, 0, () -> drawn)).isBetween(whole / 2, whole);
    }

    @Provide
    Arbitrary<Backoff> backoffs() {
        Arbitrary<Backoff> exponential = Combinators.combine(
                        caps(), Arbitraries.doubles().between(1, 1e9))
                .as((base, factor) -> Backoff.exponential(base).factor(factor));
        return Arbitraries.oneOf(
                exponential,
                caps().map(Backoff::exponential),
                caps().map(Backoff::linear),
                caps().map(Backoff::fixed),
                Arbitraries.just(Backoff.none()));
    }

    @Provide
    Arbitrary<Duration> caps() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 1_000_000_000_000L).map(Duration::ofNanos),
                Arbitraries.longs().between(0, Time.LONGEST).map(Duration::ofNanos),
                Arbitraries.of(Duration.ZERO, LONGEST, Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Provide
    Arbitrary<Long> retries() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(1, 100),
                Arbitraries.longs().between(1, 1_000_000),
                Arbitraries.longs().between(1, Long.MAX_VALUE),
                Arbitraries.longs().between(Long.MIN_VALUE, 0));
    }
}
