package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

final class BackoffPropertiesTest {
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
            @ForAll("backoffs") Backoff backoff, @ForAll("caps") Duration cap, @ForAll("retries") long n) {
        Backoff exact = backoff.cap(cap).withoutJitter();

        long next = n == Long.MAX_VALUE ? n : n + 1;
        assertThat(exact.pauseNanos(next, 0, () -> 0)).isGreaterThanOrEqualTo(exact.pauseNanos(n, 0, () -> 0));
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

    @Example
    @Label(
            "RT-1 T-55 T-56 attempts 1 … 10^6, one by one: every kind and jitter within its bounds, and at the cap for good")
    void pauses_ofAMillionAttempts_stayWithinTheirBounds() {
        Duration cap = Duration.ofMinutes(1);
        long base = Duration.ofMillis(100).toNanos();
        for (Backoff kind : List.of(
                Backoff.fixed(Duration.ofNanos(base)),
                Backoff.linear(Duration.ofNanos(base)),
                Backoff.exponential(Duration.ofNanos(base)),
                Backoff.exponential(Duration.ofNanos(base)).factor(1.000_01))) {
            sweep(kind.cap(cap).withoutJitter(), 1, 0);
            sweep(kind.cap(cap).fullJitter(), 0, 0);
            sweep(kind.cap(cap).equalJitter(), 0.5, 0);
            sweep(kind.cap(cap).additiveJitter(Duration.ofNanos(base)), 1, base);
        }
        sweep(Backoff.decorrelated(Duration.ofNanos(base)).cap(cap), 0, 0);
        sweep(Backoff.exponential(Duration.ofNanos(base)).cap(cap).decorrelatedJitter(), 0, 0);
    }

    /** Each pause lies between a part of the exact one and the cap with the addition; the exact ones only ever grow. */
    private static void sweep(Backoff backoff, double leastPart, long addition) {
        Random random = new Random(backoff.hashCode());
        Backoff exact = leastPart == 0 ? backoff : backoff.withoutJitter();
        long cap = Duration.ofMinutes(1).toNanos();
        long before = 0;
        long pause = 0;
        for (int n = 1; n <= 1_000_000; n++) {
            long least = leastPart == 0 ? 0 : (long) (leastPart * exact.pauseNanos(n, 0, () -> 0));
            pause = backoff.pauseNanos(n, pause, random::nextDouble);
            if (pause < least || pause > cap + addition || least < before) {
                throw new AssertionError(backoff + " pauses for " + pause + " before retry " + n);
            }
            before = least;
        }
    }

    @Property
    @Label("RT-1 T-55 what grows ends at the cap, and stays there to the last number there is")
    void pause_thatGrows_endsAtTheCap(
            @ForAll @LongRange(min = 1, max = Time.LONGEST) long base,
            @ForAll("caps") Duration cap,
            @ForAll @LongRange(min = 1_000, max = Long.MAX_VALUE) long n) {
        Backoff doubling = Backoff.exponential(Duration.ofNanos(base)).cap(cap).withoutJitter();
        Backoff growing = Backoff.linear(Duration.ofNanos(base)).cap(cap).withoutJitter();

        assertThat(doubling.pauseNanos(n, 0, () -> 0)).isEqualTo(Time.nanos(cap));
        assertThat(growing.pauseNanos(Long.MAX_VALUE, 0, () -> 0)).isEqualTo(Time.nanos(cap));
    }

    @Property
    @Label("RT-1 decorrelated: from the base to three times the pause before, never above the cap, whatever is given")
    void pause_decorrelated_staysWithinItsBounds(
            @ForAll("caps") Duration base,
            @ForAll("caps") Duration cap,
            @ForAll("retries") long n,
            @ForAll long previous,
            @ForAll double drawn) {
        long least = Math.min(Time.nanos(base), Time.nanos(cap));
        BigInteger widest =
                BigInteger.valueOf(Math.max(Time.nanos(base), previous)).multiply(BigInteger.valueOf(3));
        long most = widest.min(BigInteger.valueOf(Time.nanos(cap))).longValueExact();

        for (Backoff backoff : List.of(
                Backoff.decorrelated(base).cap(cap),
                Backoff.exponential(base).cap(cap).decorrelatedJitter())) {
            assertThat(backoff.pauseNanos(n, previous, () -> drawn)).isBetween(least, most);
        }
    }

    @Property(tries = 200)
    @Label("RT-1 decorrelated: a whole call's pauses are the naive ones, drawn in doubles, to a billionth")
    void pauses_decorrelated_areTheNaiveOnes(@ForAll long seed, @ForAll @LongRange(min = 1, max = 1L << 40) long base) {
        long cap = base << 10;
        Backoff backoff = Backoff.decorrelated(Duration.ofNanos(base)).cap(Duration.ofNanos(cap));
        Random drawn = new Random(seed);
        Random same = new Random(seed);
        long pause = 0;
        for (int n = 1; n <= 200; n++) {
            double naive = Math.min((double) cap, base + same.nextDouble() * (3.0 * Math.max(base, pause) - base));
            pause = backoff.pauseNanos(n, pause, drawn::nextDouble);
            assertThat((double) pause).isCloseTo(naive, within(1 + naive / 1e9));
        }
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
