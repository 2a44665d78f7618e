package dev.plimsoll.window;

import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

@Label("CB-2 windows of any shape, division by any number")
final class WindowPropertiesTest {

    @Property
    void quotientAndRemainder_equalTheInstruction(
            @ForAll @LongRange(min = 0) long x, @ForAll @LongRange(min = 2) long divisor) {
        DivisorTest.check(x, divisor);
    }

    @Property
    void quotientAndRemainder_ofAllMagnitudes_equalTheInstruction(
            @ForAll long x,
            @ForAll long divisor,
            @ForAll @IntRange(min = 1, max = 63) int shiftX,
            @ForAll @IntRange(min = 1, max = 62) int shiftDivisor) {
        DivisorTest.check(x >>> shiftX, Math.max(2, divisor >>> shiftDivisor));
    }

    @Property
    void quotientAndRemainder_aroundMultiples_equalTheInstruction(
            @ForAll @LongRange(min = 2) long divisor, @ForAll @LongRange(min = 0) long times) {
        long multiple = times % (Long.MAX_VALUE / divisor) * divisor;
        for (long x = multiple - 2; x <= multiple + 2; x++) {
            DivisorTest.check(Math.max(0, x), divisor);
        }
    }

    @Property(tries = 100)
    void timeWindowOfAnyShape_equalsTheNaiveOne(
            @ForAll long seed,
            @ForAll long origin,
            @ForAll @IntRange(min = 10, max = 70) int buckets,
            @ForAll @LongRange(min = 140, max = 1L << 40) long span) {
        TimeWindowTest.compare(seed, span, buckets, origin, 1 + span / buckets);
    }

    @Property(tries = 200)
    void lastCallsOfAnyNumber_equalTheNaiveOne(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int calls) {
        LastCallsTest.compare(seed, calls, 1_000);
    }
}
