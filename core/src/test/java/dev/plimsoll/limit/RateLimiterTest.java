package dev.plimsoll.limit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A rate limiter, step by step. Most have ten permits a second, so one comes in every 100 ms. */
final class RateLimiterTest {

    private final VirtualTime time = VirtualTime.create();

    private RateLimiter limiter(UnaryOperator<RateLimit> more) {
        return RateLimiter.create("prices", r -> more.apply(r.permits(10)), time);
    }

    private static void notRun(RateLimiter limiter, Admission leave) {
        limiter.settle((Admission.Leave) leave, RateScript.NOT_RUN, 0, 0, null);
    }

    private static Admission.Wait waitOf(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Wait.class);
        return (Admission.Wait) admission;
    }

    private static Rejection refusalOf(Admission admission) {
        assertThat(admission).isInstanceOf(Rejection.class);
        return (Rejection) admission;
    }

    private Duration until(Admission.Wait wait) {
        return ofNanos(wait.until() - time.precise());
    }

    @Test
    @DisplayName("RL-1 the burst is there at first, then one permit per interval, and no more is ever saved up")
    void permits_comeOneByOne() {
        RateLimiter limiter = limiter(r -> r.burst(3));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3; i++) {
                assertThat(limiter.tryEnter()).isNotNull();
            }
            assertThat(limiter.tryEnter()).isNull();
            time.advance(ofMillis(99));
            assertThat(limiter.tryEnter()).isNull();
            assertThat(limiter.snapshot().nextIn()).isEqualTo(ofMillis(1));
            time.advance(ofMillis(1));
            assertThat(limiter.snapshot().nextIn()).isEqualTo(Duration.ZERO);
            assertThat(limiter.tryEnter()).isNotNull();
            assertThat(limiter.tryEnter()).isNull();
            time.advance(Duration.ofDays(3));
            assertThat(limiter.snapshot().available()).isEqualTo(3);
        }
        assertThat(limiter.snapshot())
                .isEqualTo(new RateLimiterSnapshot("prices", limiter.limit(), 3, 0, 8, 6, 0, Duration.ZERO));
    }

    @Test
    @DisplayName(
            "RL-1 T-83 who cannot have a permit in time is refused at once, and told to the nanosecond when to come")
    void hopelessWait_isRefusedAtOnce() {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofMillis(150)));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        Admission.Wait first = waitOf(limiter.enter());
        time.advance(ofNanos(30));

        Rejection refusal = refusalOf(limiter.enter());
        assertThat(refusal.reason()).isEqualTo(Rejection.Reason.RATE_LIMITED);
        assertThat(refusal.retryAfter()).contains(ofMillis(200).minusNanos(30));
        assertThat(refusal.detail()).isEqualTo("the wait would be longer than 150 ms, 10 permits per 1 s, 1 at once");

        time.advance(refusal.retryAfter().orElseThrow().minusNanos(1));
        assertThat(first.granted()).isNotNull();
        assertThat(limiter.tryEnter()).isNull();
        time.advance(ofNanos(1));
        assertThat(limiter.tryEnter()).isNotNull();
    }

    @Test
    @DisplayName("RL-1 a wait that would outlast the deadline is not begun")
    void waitBeyondTheDeadline_isRefusedAtOnce() throws Exception {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofSeconds(10)));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        Deadline.in(time, ofMillis(100)).run(() -> {
            Rejection refusal = refusalOf(limiter.enter());
            assertThat(refusal.retryAfter()).contains(ofMillis(100));
            assertThat(refusal.detail()).startsWith("the wait would outlast the deadline");
        });
        Deadline.in(time, ofMillis(101))
                .run(() -> assertThat(until(waitOf(limiter.enter()))).isEqualTo(ofMillis(100)));
    }

    @Test
    @DisplayName(
            "RL-1 turns are promised in the order of asking, are granted by the clock, and tell who wants to be told")
    void turns_areInOrder() {
        RateLimiter limiter = limiter(r -> r.burst(2).maxWait(ofSeconds(1)));
        assertThat(limiter.enter(2)).isInstanceOf(Admission.Leave.class);
        Admission.Wait heavy = waitOf(limiter.enter(2));
        Admission.Wait light = waitOf(limiter.enter());
        assertThat(until(heavy)).isEqualTo(ofMillis(200));
        assertThat(until(light)).isEqualTo(ofMillis(300));
        assertThat(limiter.snapshot().waiting()).isEqualTo(2);
        assertThat(limiter.explain())
                .isEqualTo("prices: 10 permits per 1 s, 2 at once; 0 there now, 2 waiting, 0 refused so far");
        AtomicInteger told = new AtomicInteger();
        heavy.whenDecided(told::incrementAndGet);

        time.advance(ofMillis(199));
        assertThat(heavy.granted()).isNull();
        assertThat(told).hasValue(0);
        time.advance(ofMillis(1));
        assertThat(told).hasValue(1);
        assertThat(heavy.granted()).isNotNull().isSameAs(heavy.granted());
        assertThat(light.granted()).isNull();
        assertThat(limiter.snapshot().admitted()).isEqualTo(4);
    }

    @Test
    @DisplayName("RL-1 T-82 who gives up the last turn in line, or one after the other, gives it back as it was")
    void lastTurn_isGivenBackWhole() {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofSeconds(1)));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        Admission.Wait first = waitOf(limiter.enter());
        Admission.Wait second = waitOf(limiter.enter());
        AtomicInteger told = new AtomicInteger();
        second.whenDecided(told::incrementAndGet);

        assertThat(first.abandon()).isTrue();
        assertThat(second.abandon()).isTrue();
        assertThat(second.abandon()).isTrue();
        assertThat(first.granted()).isNull();
        assertThat(refusalText(second)).isEqualTo("the wait was given up, 10 permits per 1 s, 1 at once");
        assertThat(time.pendingTimers()).isZero();
        assertThat(limiter.snapshot().waiting()).isZero();
        assertThat(until(waitOf(limiter.enter()))).isEqualTo(ofMillis(100));
        time.advance(ofSeconds(1));
        assertThat(told).hasValue(0);
    }

    private static String refusalText(Admission.Wait wait) {
        return wait.timedOut().detail();
    }

    @Test
    @DisplayName("RL-1 T-82 a turn given up in the middle of the line goes to the next who comes, and moves nobody")
    void turnInTheMiddle_goesToTheNext() {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofSeconds(1)));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        Admission.Wait first = waitOf(limiter.enter());
        Admission.Wait second = waitOf(limiter.enter());
        assertThat(first.abandon()).isTrue();

        Admission.Wait taker = waitOf(limiter.enter());
        assertThat(until(taker)).isEqualTo(ofMillis(100));
        assertThat(until(second)).isEqualTo(ofMillis(200));
        assertThat(until(waitOf(limiter.enter()))).isEqualTo(ofMillis(300));

        assertThat(taker.abandon()).isTrue();
        time.advance(ofMillis(100)); // nobody came for it
        assertThat(until(waitOf(limiter.enter()))).isEqualTo(ofMillis(300));
    }

    @Test
    @DisplayName("RL-1 T-82 a heavy turn given up serves several, parts of it included, and none who needs more")
    void heavyTurnInTheMiddle_servesSeveral() {
        RateLimiter limiter = limiter(r -> r.burst(3).maxWait(ofSeconds(1)));
        assertThat(limiter.enter(3)).isInstanceOf(Admission.Leave.class);
        Admission.Wait heavy = waitOf(limiter.enter(2));
        assertThat(until(waitOf(limiter.enter()))).isEqualTo(ofMillis(300));
        assertThat(heavy.abandon()).isTrue();

        assertThat(until(waitOf(limiter.enter(3)))).isEqualTo(ofMillis(600));
        Admission.Wait one = waitOf(limiter.enter());
        Admission.Wait other = waitOf(limiter.enter());
        assertThat(until(one)).isEqualTo(until(other)).isEqualTo(ofMillis(200));
        assertThat(one.abandon()).isTrue();
        assertThat(other.abandon()).isTrue();
        assertThat(until(waitOf(limiter.enter(2)))).isEqualTo(ofMillis(200));
    }

    @Test
    @DisplayName("RL-1 EV-3 a turn that is given up before it comes is neither an admission nor one given back")
    void turnGivenUp_isNoAdmission() {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofSeconds(1)));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        assertThat(waitOf(limiter.enter()).abandon()).isTrue();
        assertThat(limiter.snapshot().admitted()).isEqualTo(1);
        assertThat(limiter.snapshot().notUsed()).isZero();
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    @DisplayName("RL-1 a turn that has come cannot be given up any more, only settled as not run")
    void turnThatHasCome_isGranted() {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofSeconds(1)));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        Admission.Wait turn = waitOf(limiter.enter());
        time.advance(ofMillis(100));
        assertThat(turn.abandon()).isFalse();

        notRun(limiter, Objects.requireNonNull(turn.granted()));
        assertThat(limiter.tryEnter()).isNotNull();
        assertThat(limiter.snapshot().notUsed()).isEqualTo(1);
    }

    @Test
    @DisplayName("RL-1 T-82 what was not run is given back, in any order, less what came in meanwhile")
    void notRun_isGivenBack() {
        RateLimiter limiter = limiter(r -> r.burst(4));
        Admission[] leaves = {limiter.enter(), limiter.enter(2), limiter.enter()};
        assertThat(limiter.tryEnter()).isNull();
        notRun(limiter, leaves[2]);
        notRun(limiter, leaves[0]);
        notRun(limiter, leaves[1]);
        assertThat(limiter.snapshot().available()).isEqualTo(4);

        Admission used = limiter.enter(4);
        limiter.settle((Admission.Leave) used, Judgement.SUCCESS, 0, 0, null);
        assertThat(limiter.tryEnter()).isNull();
        time.advance(ofSeconds(1));
        Admission late = limiter.enter();
        time.advance(ofMillis(60));
        assertThat(limiter.enter(3)).isInstanceOf(Admission.Leave.class);
        notRun(limiter, late); // 40 ms of its 100 are left, and 60 ms have come in
        assertThat(limiter.snapshot().available()).isEqualTo(1);
    }

    @Test
    @DisplayName("RL-1 T-82 what came back before is not given back a second time with what was reserved behind it")
    void notRunBehindAnother_isGivenBackOnce() {
        RateLimiter limiter = limiter(r -> r.burst(4));
        Admission first = limiter.enter(2);
        Admission behind = limiter.enter(2);
        notRun(limiter, first);
        time.advance(ofMillis(100));
        assertThat(limiter.enter(3)).isInstanceOf(Admission.Leave.class);
        assertThat(limiter.snapshot().available()).isZero();
        notRun(limiter, behind); // with the three that are used no more than the burst may go now
        assertThat(limiter.snapshot().available()).isEqualTo(1);
    }

    @Test
    @DisplayName("RL-1 what was not run comes back in full while the bucket has not been full since, however old it is")
    void notRunOfADrainedBucket_isGivenBackLater() {
        RateLimiter limiter = limiter(r -> r.burst(10));
        Admission all = limiter.enter(9);
        Admission last = limiter.enter(1);
        assertThat(all).isInstanceOf(Admission.Leave.class);
        time.advance(ofMillis(500));
        assertThat(limiter.snapshot().available()).isEqualTo(5);
        notRun(limiter, last);
        assertThat(limiter.snapshot().available()).isEqualTo(6);
        notRun(limiter, all);
        assertThat(limiter.snapshot().available()).isEqualTo(10);
    }

    @Test
    @DisplayName(
            "RL-1 nothing comes back from before a time at which the bucket was full, or while others have turns to come")
    void notRunTooLate_isLost() {
        RateLimiter limiter = limiter(r -> r.burst(1).maxWait(ofSeconds(1)));
        Admission old = limiter.enter();
        time.advance(ofMillis(100));
        assertThat(limiter.enter()).isInstanceOf(Admission.Leave.class);
        notRun(limiter, old);
        assertThat(limiter.snapshot().available()).isZero();

        time.advance(ofMillis(100));
        Admission now = limiter.enter();
        Admission.Wait other = waitOf(limiter.enter());
        notRun(limiter, now);
        assertThat(until(other)).isEqualTo(ofMillis(100));
        assertThat(limiter.tryEnter()).isNull();
    }

    @Test
    @DisplayName("RL-1 a permit by hand settles once, and only a NOT_RUN gives anything back")
    void permitByHand_settlesOnce() {
        RateLimiter limiter = limiter(r -> r.burst(2));
        try (Permit both = Objects.requireNonNull(limiter.tryEnter(2))) {
            assertThat(both.settle(Verdict.NOT_RUN)).isTrue();
            assertThat(both.settle(Verdict.NOT_RUN)).isFalse();
        }
        assertThat(limiter.snapshot().available()).isEqualTo(2);
        Objects.requireNonNull(limiter.tryEnter()).close();
        assertThat(limiter.snapshot().available()).isEqualTo(1);
        assertThat(limiter.clock()).isEqualTo(time.coarse());
        assertThat(limiter.toString()).startsWith("RateLimiterSnapshot[name=prices");
    }

    @Test
    @DisplayName("RL-1 less than one permit, and more than there can ever be at once, is an error of the caller")
    void weights_areChecked() {
        RateLimiter limiter = limiter(r -> r.burst(5));
        assertThatThrownBy(() -> limiter.enter(0)).hasMessage("prices: permits must be 1 to the burst of 5: 0");
        assertThatThrownBy(() -> limiter.tryEnter(6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prices: permits must be 1 to the burst of 5: 6");
    }

    @Test
    @DisplayName("RL-1 everything that is wrong with a limit is said at once")
    void wrongLimit_isRefused() {
        assertThatThrownBy(() -> RateLimiter.create(
                        "no name",
                        r -> r.permits(0).per(Duration.ofDays(367)).burst(-1).maxWait(ofMillis(-1))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"no name\"",
                                        "permits must be at least 1: 0",
                                        "per must be at most 366 days: PT8808H",
                                        "burst must be at least 0: -1",
                                        "maxWait must not be negative: PT-0.001S"));
        assertThatThrownBy(() -> RateLimiter.create("a", r -> r.permits(11).per(ofNanos(10))))
                .hasMessageContaining("permits must be at most one per nanosecond: 11");
        assertThatThrownBy(() -> RateLimiter.create(
                        "a", r -> r.permits(1).per(Duration.ofDays(1)).burst(367)))
                .hasMessageContaining("burst must come in within 366 days: 367");
        assertThatThrownBy(() -> RateLimiter.create("a", r -> r.permits(1).per(Duration.ZERO)))
                .hasMessageContaining("per must be longer than zero: PT0S");
    }
}
