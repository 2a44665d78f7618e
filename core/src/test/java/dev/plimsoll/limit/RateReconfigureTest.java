package dev.plimsoll.limit;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CB-12 A rate limiter that changes while it is in use. */
final class RateReconfigureTest {

    private final VirtualTime time = VirtualTime.create();
    private final RateLimiter limiter =
            RateLimiter.create("prices", r -> r.permits(10).burst(10).maxWait(ofSeconds(100)), time);

    private Duration nextWait() {
        Admission admission = limiter.enter();
        assertThat(admission).isInstanceOf(Admission.Wait.class);
        return ofNanos(((Admission.Wait) admission).until() - time.precise());
    }

    @Test
    @DisplayName("RL-1 permits that were taken stay taken when the rate changes, and come in by the new one")
    void spentPermits_stayTaken() {
        assertThat(limiter.enter(7)).isInstanceOf(Admission.Leave.class);
        limiter.reconfigure(r -> r.permits(1).burst(10));
        assertThat(limiter.snapshot().available()).isEqualTo(3);
        time.advance(ofSeconds(1));
        assertThat(limiter.snapshot().available()).isEqualTo(4);
        limiter.reconfigure(r -> r.permits(1000).burst(10));
        assertThat(limiter.snapshot().available()).isEqualTo(4);
        time.advance(ofMillis(2));
        assertThat(limiter.snapshot().available()).isEqualTo(6);
    }

    @Test
    @DisplayName("RL-1 a burst that shrinks and grows brings nothing back")
    void burst_shrinksAndGrows() {
        assertThat(limiter.enter(8)).isInstanceOf(Admission.Leave.class);
        limiter.reconfigure(r -> r.permits(10).burst(3));
        assertThat(limiter.snapshot().available()).isZero();
        limiter.reconfigure(r -> r.permits(10).burst(10));
        assertThat(limiter.snapshot().available()).isEqualTo(2);
        limiter.reconfigure(r -> r.permits(10).burst(20));
        assertThat(limiter.snapshot().available()).isEqualTo(12);
    }

    @Test
    @DisplayName("RL-1 a rate that is turned so far down that what is missing comes in after ages refuses, and says so")
    void rate_turnedFarDown_refuses() {
        List<RateLimit> steep = List.of(
                RateLimit.defaults().permits(1_000_000).per(ofDays(30)),
                RateLimit.defaults().permits(10).per(ofDays(30)),
                RateLimit.defaults().permits(50_000).per(ofDays(1)),
                RateLimit.defaults().permits(1).per(ofDays(1)));
        for (int i = 0; i < steep.size(); i += 2) {
            RateLimit high = steep.get(i);
            RateLimit low = steep.get(i + 1);
            RateLimiter turned = RateLimiter.create("prices", r -> high, time);
            assertThat(turned.enter(high.capacity())).isInstanceOf(Admission.Leave.class);
            turned.reconfigure(r -> low);
            assertThat(turned.limit()).isEqualTo(low);
            Rejection refusal = (Rejection) turned.enter();
            assertThat(refusal.reason()).isEqualTo(Rejection.Reason.RATE_LIMITED);
            assertThat(turned.snapshot().nextIn()).isEqualTo(ofNanos(refusal.retryAfterNanos()));
            assertThat(turned.snapshot().nextIn()).isGreaterThan(ofDays(9 * 365));
            turned.reconfigure(r -> high);
            assertThat(turned.limit()).isEqualTo(high);
        }
    }

    @Test
    @DisplayName("RL-1 promised turns stay when the rate changes, and nobody goes before them")
    void promisedTurns_stay() {
        assertThat(limiter.enter(10)).isInstanceOf(Admission.Leave.class);
        assertThat(limiter.enter(10)).isInstanceOf(Admission.Wait.class);
        limiter.reconfigure(r -> r.permits(1000).burst(10).maxWait(ofSeconds(100)));
        assertThat(nextWait()).isBetween(ofSeconds(1), ofSeconds(1).plusMillis(2));
        limiter.reconfigure(r -> r.permits(1).burst(10).maxWait(ofSeconds(100)));
        assertThat(nextWait()).isBetween(ofSeconds(2), ofSeconds(2).plusMillis(2));
    }

    @Test
    @DisplayName("RL-1 what was taken before a change is not given back after it")
    void leavesFromBefore_giveNothingBack() {
        Admission.Leave leave = (Admission.Leave) limiter.enter(10);
        Admission.Wait turn = (Admission.Wait) limiter.enter();
        limiter.reconfigure(r -> r.permits(10).burst(10));
        limiter.settle(leave, RateScript.NOT_RUN, 0, 0, null);
        assertThat(turn.abandon()).isTrue();
        assertThat(limiter.tryEnter()).isNull();
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    @DisplayName("RL-1 a change describes all of it, as at creation: what it does not name is as by default")
    void change_startsFromTheDefaults() {
        limiter.reconfigure(r -> r.permits(7));
        assertThat(limiter.limit()).isEqualTo(RateLimit.defaults().permits(7));
        assertThatThrownBy(() -> limiter.reconfigure(r -> r.burst(3)))
                .hasMessageContaining("permits must be at least 1: 0");
        assertThat(limiter.limit().permits()).isEqualTo(7);
    }

    @Test
    @DisplayName("RL-1 who is told again what it knows goes on as if nobody had said anything")
    void sameAgain_changesNothing() {
        Admission.Leave leave = (Admission.Leave) limiter.enter(10);
        limiter.reconfigure(r -> r.permits(10).burst(10).maxWait(ofSeconds(100)));
        limiter.settle(leave, RateScript.NOT_RUN, 0, 0, null);
        assertThat(limiter.snapshot().available()).isEqualTo(10);
    }

    @Test
    @DisplayName("RL-1 a change that is wrong changes nothing")
    void wrongChange_changesNothing() {
        RateLimit before = limiter.limit();
        assertThatThrownBy(() -> limiter.reconfigure(r -> r.permits(0))).hasMessageContaining("permits must be");
        assertThat(limiter.limit()).isEqualTo(before);
        assertThat(limiter.tryEnter()).isNotNull();
    }
}
