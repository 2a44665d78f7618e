package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

@Label("RL-1 T-80 rate limits of any settings, against the naive one that looks at every span of time")
final class RateLimiterPropertiesTest {

    private static final long YEAR = 366 * 86_400_000_000_000L;

    private static RateLimit limit(int permits, long perNanos, int burst, int waitIntervals) {
        long interval = Math.max(1, perNanos / permits);
        return RateLimit.defaults()
                .permits(permits)
                .per(Duration.ofNanos(Math.max(permits, perNanos)))
                .burst(burst)
                .maxWait(Duration.ofNanos(waitIntervals * interval));
    }

    @Property(tries = 300)
    @Label("RL-1 T-87 whoever only takes is answered as the naive limit answers, and every promise is the earliest")
    void takingOnly_equalsTheNaiveLimit(
            @ForAll long seed,
            @ForAll long origin,
            @ForAll @IntRange(min = 1, max = 50) int permits,
            @ForAll @IntRange(min = 1, max = 2_000_000_000) int interval,
            @ForAll @IntRange(min = 1, max = 9) int burst,
            @ForAll @IntRange(min = 0, max = 12) int waitIntervals) {
        RateLimit limit = limit(permits, (long) permits * interval, burst, waitIntervals);
        RateScript script = new RateScript(seed, limit, origin, 0);
        assertThat(script.playForward(40).broken()).isEmpty();
    }

    @Property(tries = 1000)
    @Label("RL-1 T-82 no span has more than rate · T + burst, whatever is taken, given back and abandoned in between")
    void givingBack_keepsTheBound(
            @ForAll long seed,
            @ForAll long origin,
            @ForAll @IntRange(min = 1, max = 50) int permits,
            @ForAll @IntRange(min = 1, max = 2_000_000_000) int perNanos,
            @ForAll @IntRange(min = 1, max = 9) int burst,
            @ForAll @IntRange(min = 0, max = 12) int waitIntervals) {
        RateScript script = new RateScript(seed, limit(permits, perNanos, burst, waitIntervals), origin, 2);
        assertThat(script.playAll(80, false).broken()).isEmpty();
    }

    @Property(tries = 600)
    @Label("RL-1 T-85 the same while the rate, the burst and the period change")
    void changing_keepsTheBound(
            @ForAll long seed,
            @ForAll long origin,
            @ForAll @IntRange(min = 1, max = 50) int permits,
            @ForAll @IntRange(min = 1, max = 2_000_000_000) int perNanos,
            @ForAll @IntRange(min = 1, max = 9) int burst,
            @ForAll @IntRange(min = 0, max = 12) int waitIntervals) {
        RateScript script = new RateScript(seed, limit(permits, perNanos, burst, waitIntervals), origin, 2);
        assertThat(script.playAll(80, true).broken()).isEmpty();
    }

    @Property(tries = 600)
    @Label("RL-1 T-85 from any rate to any other, and back: who comes is let in, or told when to come again")
    void anyChange_isFollowed(
            @ForAll long origin,
            @ForAll @LongRange(min = 1, max = YEAR) long per,
            @ForAll @LongRange(min = 1, max = YEAR) long anyPermits,
            @ForAll @LongRange(min = 1, max = YEAR) long otherPer,
            @ForAll @LongRange(min = 1, max = YEAR) long otherPermits,
            @ForAll @LongRange(min = 0, max = 1L << 60) long maxWait) {
        RateLimit first = any(per, anyPermits, maxWait);
        RateLimit second = any(otherPer, otherPermits, maxWait);
        VirtualTime time = VirtualTime.startingAt(origin, 1);
        RateLimiter limiter = RateLimiter.create("prices", ignored -> first, time);
        assertThat(limiter.enter(first.capacity())).isInstanceOf(Admission.Leave.class);
        for (RateLimit next : List.of(second, first, second)) {
            limiter.reconfigure(ignored -> next);
            assertThat(limiter.limit()).isEqualTo(next);
            long nextIn = limiter.snapshot().nextIn().toNanos();
            Admission answer = limiter.enter();
            if (answer instanceof Rejection refused) {
                assertThat(refused.retryAfterNanos()).isEqualTo(nextIn).isGreaterThan(maxWait);
            } else {
                assertThat(nextIn).isLessThanOrEqualTo(maxWait);
            }
        }
    }

    private static RateLimit any(long per, long anyPermits, long maxWait) {
        return RateLimit.defaults()
                .permits(1 + (anyPermits - 1) % per)
                .per(Duration.ofNanos(per))
                .maxWait(Duration.ofNanos(maxWait));
    }

    @Property(tries = 30)
    @Label("RL-1 the same from clocks that wrap around")
    void awkwardOrigins_keepTheBound(@ForAll long seed) {
        for (long origin : RateScript.ORIGINS) {
            RateScript script = new RateScript(seed, limit(3, 1_000_000_000, 4, 6), origin, 2);
            assertThat(script.playAll(80, true).broken()).isEmpty();
            script = new RateScript(seed, limit(4, 1_000_000_000, 4, 6), origin, 0);
            assertThat(script.playForward(40).broken()).isEmpty();
        }
    }
}
