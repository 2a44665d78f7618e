package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConcurrencyLimitTest {

    private static final long MILLI = 1_000_000;
    private final TimeoutExceededException late =
            new TimeoutExceededException("prices", TimeoutExceededException.Limit.ATTEMPT, MILLI, false);

    private final VirtualTime time = VirtualTime.create();
    private long now;

    private ConcurrencyLimit limit(UnaryOperator<ConcurrencyLimitConfig.Builder> configuration) {
        return ConcurrencyLimit.create("prices", configuration, time);
    }

    private static Admission.Leave leave(ConcurrencyLimit limit) {
        return (Admission.Leave) limit.enter();
    }

    private void settle(ConcurrencyLimit limit, Admission.Leave leave, Judgement judgement) {
        limit.settle(leave, judgement, now, 10 * MILLI, judgement.equals(Judgement.TRANSIENT) ? late : null);
    }

    /** So many calls, all at once as far as the limit allows, which end after a second. */
    private void window(ConcurrencyLimit limit, int calls, Judgement judgement) {
        List<Admission.Leave> leaves = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            leaves.add(leave(limit));
        }
        now += Duration.ofSeconds(1).toNanos();
        leaves.forEach(each -> settle(limit, each, judgement));
    }

    @Test
    @DisplayName("CL-1 as many as the limit are admitted, the next is refused at once, and one that ends makes room")
    void enter_whenTheLimitIsReached_refuses() {
        ConcurrencyLimit limit = limit(l -> l.initial(2));
        Admission.Leave first = leave(limit);
        assertThat(limit.enter()).isInstanceOf(Admission.Leave.class);
        assertThat(limit.enter())
                .isEqualTo(new Rejection(
                        "prices",
                        "concurrency limit",
                        Rejection.Reason.CONCURRENCY_LIMIT,
                        "the 2 calls it allows now are under way",
                        Rejection.UNKNOWN));
        assertThat(limit.tryEnter()).isNull();
        settle(limit, first, Judgement.SUCCESS);
        assertThat(limit.enter()).isInstanceOf(Admission.Leave.class);
        assertThat(limit.snapshot().inFlight()).isEqualTo(2);
        assertThat(limit.snapshot().refused()).isEqualTo(2);
    }

    @Test
    @DisplayName("CL-1 a refusal says to come back after the mean time of a call, once that is known")
    void refusal_saysWhenToComeBack() {
        ConcurrencyLimit limit = limit(l -> l.aimd().within(1, 1).initial(1));
        for (int i = 0; i < 10; i++) {
            window(limit, 1, Judgement.SUCCESS);
        }
        Admission.Leave held = leave(limit);
        Rejection refusal = (Rejection) limit.enter();
        assertThat(refusal.retryAfter()).contains(Duration.ofMillis(10));
        assertThat(refusal.detail()).isEqualTo("the only call it allows now is under way");
        assertThat(limit.enter()).isSameAs(refusal);
        settle(limit, held, Judgement.SUCCESS);
    }

    @Test
    @DisplayName("CL-1 a window ends with the call that is the tenth and a second after its start, not before")
    void window_whenLongAndFullEnough_ends() {
        ConcurrencyLimit limit = limit(l -> l.aimd().initial(12));
        window(limit, 9, Judgement.SUCCESS);
        assertThat(limit.limit()).isEqualTo(12);
        settle(limit, leave(limit), Judgement.SUCCESS);
        assertThat(limit.limit()).isEqualTo(13);
        for (int i = 0; i < 100; i++) {
            settle(limit, leave(limit), Judgement.SUCCESS);
        }
        assertThat(limit.limit()).isEqualTo(13);
    }

    @Test
    @DisplayName(
            "CL-1 overload and timeouts are drops; other failures, ignored attempts and those that never ran say nothing")
    void verdicts_areCountedByWhatTheySay() {
        ConcurrencyLimit limit = limit(l -> l.aimd().initial(20));
        window(limit, 15, Judgement.SUCCESS);
        assertThat(limit.limit()).isEqualTo(21);
        window(limit, 15, Judgement.OVERLOAD);
        assertThat(limit.limit()).isEqualTo(18);
        window(limit, 15, Judgement.TRANSIENT);
        assertThat(limit.limit()).isEqualTo(16);
        assertThat(limit.snapshot().dropped()).isEqualTo(30);
        for (Judgement silent : List.of(
                Judgement.FAILURE,
                Judgement.UNSENT,
                Judgement.IGNORED,
                Judgement.NOT_RUN,
                Judgement.REFUSED_ELSEWHERE)) {
            window(limit, 15, silent);
        }
        assertThat(limit.limit()).isEqualTo(16);
        assertThat(limit.snapshot().dropped()).isEqualTo(30);
        assertThat(limit.snapshot().inFlight()).isZero();
    }

    @Test
    @DisplayName("CL-1 when the limit falls, those above it go on, and nobody is admitted until they have ended")
    void limit_whenItFalls_drains() {
        ConcurrencyLimit limit = limit(l -> l.initial(4));
        List<Admission.Leave> held = List.of(leave(limit), leave(limit), leave(limit), leave(limit));
        limit.reconfigure(l -> l.within(1, 2).initial(2));
        assertThat(limit.snapshot().limit()).isEqualTo(2);
        assertThat(limit.snapshot().inFlight()).isEqualTo(4);
        settle(limit, held.get(0), Judgement.SUCCESS);
        settle(limit, held.get(1), Judgement.SUCCESS);
        assertThat(limit.tryEnter()).isNull();
        settle(limit, held.get(2), Judgement.SUCCESS);
        assertThat(limit.enter()).isInstanceOf(Admission.Leave.class);
    }

    @Test
    @DisplayName(
            "CL-1 reconfigured while in use, it goes on from its limit, with its counts, and starts to learn afresh")
    void reconfigure_keepsWhatIsUnderWay() {
        ConcurrencyLimit limit = limit(l -> l.aimd().initial(12));
        window(limit, 12, Judgement.SUCCESS);
        Admission.Leave held = leave(limit);
        limit.reconfigure(ConcurrencyLimitConfig.Builder::vegas);
        ConcurrencyLimitSnapshot shown = limit.snapshot();
        assertThat(shown.algorithm()).isEqualTo("vegas");
        assertThat(shown.limit()).isEqualTo(13);
        assertThat(shown.inFlight()).isEqualTo(1);
        assertThat(limit.config().algorithm()).isEqualTo(Vegas.published());
        limit.reconfigure(l -> l.vegas().within(30, 40).initial(33));
        assertThat(limit.limit()).isEqualTo(30);
        settle(limit, held, Judgement.SUCCESS);
        assertThat(limit.snapshot().inFlight()).isZero();
        assertThatThrownBy(() -> limit.reconfigure(l -> l.within(0, -1)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "within.min must be at least 1: 0",
                                        "within.max must be at least the minimum, 0: -1"));
        assertThat(limit.limit()).isEqualTo(30);
    }

    @Test
    @DisplayName("CL-1 a permit by hand counts once, and closing it unsettled says nothing")
    void tryEnter_settlesOnce() {
        ConcurrencyLimit limit = limit(l -> l.initial(1));
        try (Permit permit = Objects.requireNonNull(limit.tryEnter())) {
            assertThat(permit.settle(Verdict.OVERLOAD)).isTrue();
            assertThat(permit.succeeded()).isFalse();
        }
        assertThat(limit.snapshot().dropped()).isEqualTo(1);
        assertThat(limit.snapshot().inFlight()).isZero();
        Objects.requireNonNull(limit.tryEnter()).close();
        assertThat(limit.snapshot().dropped()).isEqualTo(1);
        assertThat(limit.tryEnter()).isNotNull();
    }

    @Test
    @DisplayName("CL-1 T-43 leave that is settled twice, which no engine does, frees nothing that nobody holds")
    void settle_whenNobodyIsInside_staysAtZero() {
        ConcurrencyLimit limit = limit(l -> l.within(1, 1).initial(1));
        Admission.Leave leave = leave(limit);
        settle(limit, leave, Judgement.SUCCESS);
        settle(limit, leave, Judgement.SUCCESS);
        assertThat(limit.snapshot().inFlight()).isZero();
        assertThat(limit.enter()).isInstanceOf(Admission.Leave.class);
        assertThat(limit.enter()).isInstanceOf(Rejection.class);
    }

    @Test
    @DisplayName("CL-1 T-43 an algorithm that throws keeps no permit, changes no limit, and is counted")
    void algorithm_whenItThrows_keepsNoPermit() {
        ConcurrencyLimit limit = limit(l -> l.algorithm(BrokenAlgorithm.throwing(new IllegalStateException("no")))
                .initial(3));
        window(limit, 3, Judgement.SUCCESS);
        assertThat(limit.snapshot())
                .isEqualTo(new ConcurrencyLimitSnapshot("prices", "broken", 3, 1, 1_000, 0, 0, 0, 3, "nothing"));
        AssertionError error = new AssertionError("no");
        ConcurrencyLimit worse =
                limit(l -> l.algorithm(BrokenAlgorithm.throwing(error)).initial(3));
        Admission.Leave leave = leave(worse);
        assertThatThrownBy(() -> settle(worse, leave, Judgement.SUCCESS)).isSameAs(error);
        assertThat(worse.snapshot().inFlight()).isZero();
    }

    @Test
    @DisplayName("CL-1 T-43 a time of zero, one below it, and one of years are times like others")
    void settle_whenTheTimeIsOdd_countsIt() {
        for (LimitAlgorithm algorithm : Samplings.ALGORITHMS) {
            ConcurrencyLimit limit = limit(l -> l.algorithm(algorithm).initial(5));
            for (long elapsed : new long[] {0, -5, Long.MIN_VALUE, Long.MAX_VALUE, 1}) {
                for (int i = 0; i < 200; i++) {
                    now += 50 * MILLI;
                    limit.settle(leave(limit), Judgement.SUCCESS, now, elapsed, null);
                }
            }
            assertThat(limit.snapshot().faults()).isZero();
            assertThat(limit.snapshot().inFlight()).isZero();
        }
    }

    @Test
    @DisplayName("CL-1 many drops end a window before its time, so that a loss of capacity is noticed at once")
    void adaptive_whenMuchIsDropped_reactsBeforeTheWindowEnds() {
        ConcurrencyLimit limit = limit(l -> l.adaptive().initial(100));
        for (int i = 0; i < 5; i++) {
            assertThat(limit.limit()).isEqualTo(100);
            settle(limit, leave(limit), Judgement.TRANSIENT);
        }
        // Settling takes a hundred calls, of which five may be dropped.
        assertThat(limit.limit()).isEqualTo(100);
        settle(limit, leave(limit), Judgement.TRANSIENT);
        assertThat(limit.limit()).isEqualTo(56);
    }

    @Test
    @DisplayName("CL-1 an algorithm of one's own cannot leave the bounds")
    void algorithm_whenItLeavesTheBounds_isTakenBack() {
        ConcurrencyLimitConfig config = new ConcurrencyLimitConfig(BrokenAlgorithm.boundless(), 2, 6, 4);
        ConcurrencyLimit limit = ConcurrencyLimit.create("prices", config, time);
        assertThat(limit.limit()).isEqualTo(6);
        assertThat(limit.name()).isEqualTo("prices");
        assertThat(limit.config()).isEqualTo(config);
        assertThat(limit).hasToString(limit.snapshot().toString());
    }
}
