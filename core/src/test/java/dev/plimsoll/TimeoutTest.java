package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** TO-1, DL-1, CB-13, CB-14 and HL-1 through a guard, on its caller's own thread. */
final class TimeoutTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1000, 7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Heard heard = new Heard();

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Deadline.current().isNone()).isTrue();
    }

    private void hold(Guard guard, Duration span) {
        Permit held =
                Objects.requireNonNull(Objects.requireNonNull(guard.bulkhead()).tryEnter());
        time.advance(span);
        held.close();
    }

    private Object sleepLong() throws InterruptedException {
        time.sleep(Duration.ofMinutes(10));
        return "slept";
    }

    @Test
    @DisplayName("TO-1 T-62 work that obeys ends at its timeout; the flag is clean, no timer is left")
    void obedientWork_endsInTime() {
        Guard guard = guards.guard("slow", g -> g.attemptTimeout(SECOND).observer(heard));

        assertThatThrownBy(() -> guard.call(this::sleepLong))
                .isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
                    assertThat(timeout.limit()).isEqualTo(Limit.ATTEMPT);
                    assertThat(timeout).hasMessage("slow: the attempt took longer than 1 s; it may have taken effect");
                });

        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.TIMED_OUT);
        assertThat(heard.only(AttemptEnded.class).elapsedNanos()).isEqualTo(SECOND.toNanos());
        for (int i = 0; i < 100; i++) { // success and failure leave none either
            guard.get(() -> "good");
            Throwable lost = catchThrowable(() -> guard.run(() -> {
                throw new IOException("lost");
            }));
            assertThat(lost).isInstanceOf(IOException.class);
            assertThat(time.pendingTimers()).isZero();
        }
    }

    @Test
    @DisplayName("TO-1 a flag that was set on entry is not ours to clear; a late value goes to onLateResult")
    void flagSetOnEntry_stays() {
        List<Object> late = new ArrayList<>();
        Guard guard = guards.guard("deaf", g -> g.attemptTimeout(SECOND).onLateResult(late::add));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> guard.get(() -> {
                    time.advance(Duration.ofSeconds(2));
                    return "late";
                }))
                .isInstanceOf(TimeoutExceededException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(late).containsExactly("late");
    }

    @Test
    @DisplayName("TO-1 withoutInterrupt drops the late value and leaves the thread alone")
    void withoutInterrupt_leavesTheThreadAlone() {
        List<Object> late = new ArrayList<>();
        Guard guard = guards.guard(
                "quiet",
                g -> g.attemptTimeout(SECOND).withoutInterrupt().onLateResult(value -> {
                    late.add(Objects.requireNonNull(value));
                    throw new IllegalStateException("broken taker");
                }));

        assertThatThrownBy(() -> guard.call(() -> {
                    time.sleep(Duration.ofSeconds(2));
                    return "late";
                }))
                .isInstanceOf(TimeoutExceededException.class);

        assertThat(late).containsExactly("late");
        assertThat(guard.snapshot().faults()).isEqualTo(1);
    }

    @Test
    @DisplayName("TO-1 a value and a timer at the same moment: whoever is first, the other does nothing")
    void work_thatEndsJustInTime_isGood() throws InterruptedException {
        Guard guard = guards.guard("just", g -> g.attemptTimeout(SECOND));
        assertThat(guard.<String, InterruptedException>call(() -> {
                    time.sleep(SECOND.minusNanos(1));
                    return "in time";
                }))
                .isEqualTo("in time");
    }

    @Test
    @DisplayName("CA-2 TO-1 T-66 the total timeout bounds all attempts; running work ends as TOTAL")
    void totalTimeout_boundsAllAttempts() {
        Guard guard = guards.guard(
                "total",
                g -> g.attemptTimeout(SECOND)
                        .totalTimeout(Duration.ofMillis(2500))
                        .retry(Retry.immediate().maxAttempts(9))
                        .observer(heard));
        long begun = time.precise();

        assertThatThrownBy(() -> guard.call(this::sleepLong))
                .isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
                    assertThat(timeout.limit()).isEqualTo(Limit.TOTAL);
                    assertThat(timeout.after()).isEqualTo(Duration.ofMillis(2500));
                    assertThat(timeout.getSuppressed()).hasSize(2);
                });

        assertThat(time.precise() - begun).isEqualTo(Duration.ofMillis(2500).toNanos());
        assertThat(heard.of(AttemptEnded.class))
                .extracting(AttemptEnded::verdict)
                .containsExactly(Verdict.FAILURE, Verdict.FAILURE, Verdict.IGNORED);
    }

    @Test
    @DisplayName("CA-2 RT-5 T-59 when the pause would outlast the deadline the last real error is returned at once")
    void pause_beyondTheDeadline_isNotBegun() {
        Guard guard = guards.guard(
                "pause", g -> g.totalTimeout(SECOND).retry(Retry.fixed(SECOND)).observer(heard));
        long begun = time.precise();

        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IOException("real");
                }))
                .isInstanceOf(IOException.class);

        assertThat(time.precise()).isEqualTo(begun);
        assertThat(heard.only(RetryDenied.class).why()).isEqualTo(Event.NoRetry.NO_TIME);
    }

    @Test
    @DisplayName("CA-2 DL-1 an expired deadline refuses before any work")
    void expiredDeadline_refuses() {
        Guard guard = guards.guard("late", g -> g.circuitBreaker().observer(heard));

        assertThatThrownBy(() -> Deadline.in(time, Duration.ZERO)
                        .run(() -> guard.run(() -> {
                            throw new AssertionError("ran");
                        })))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.Reason.DEADLINE_EXPIRED));

        assertThat(heard.only(CallEnded.class).attempts()).isZero();
        assertThat(guard.snapshot().refusals()).containsEntry(Rejection.Reason.DEADLINE_EXPIRED, 1L);
    }

    @Test
    @DisplayName("CA-2 DL-1 T-31 a deadline that expires in the queue of a bulkhead refuses, and gives the place up")
    void deadline_thatExpiresInTheQueue_refuses() throws InterruptedException {
        Guard guard = guards.guard(
                "queue",
                g -> g.totalTimeout(SECOND)
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(5).maxWait(Duration.ofMinutes(1))));
        Thread holder = time.start("holder", () -> hold(guard, Duration.ofSeconds(10)));
        time.advance(Duration.ofMillis(1));

        assertThatThrownBy(() -> guard.get(() -> "never"))
                .hasMessage(
                        "queue: refused by the bulkhead, no permit came free within 1 s, the only permit is taken and"
                                + " 0 of 5 places in the queue; the time was up")
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.Reason.DEADLINE_EXPIRED));
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().waiting())
                .isZero();

        time.join(holder);
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().available())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("T-31 RT-6 an interrupt while waiting for a permit or between attempts ends the call, flag set")
    void interrupt_inOurWaits_endsTheCall() throws InterruptedException {
        Guard guard = guards.guard(
                "wait",
                g -> g.retry(Retry.fixed(SECOND))
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(5)));
        Thread holder = time.start("holder", () -> guard.run(() -> time.advance(Duration.ofSeconds(10))));
        time.advance(Duration.ofMillis(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> guard.get(() -> "never"))
                .isInstanceOf(CallInterruptedException.class)
                .hasMessage("wait: interrupted while waiting for a bulkhead permit");
        assertThat(Thread.interrupted()).isTrue();
        time.join(holder);

        assertThatThrownBy(() -> guard.run(() -> {
                    Thread.currentThread().interrupt();
                    throw new IOException("lost");
                }))
                .isInstanceOf(CallInterruptedException.class)
                .hasSuppressedException(new IOException("lost"))
                .hasMessage("wait: interrupted while waiting for the next attempt");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isZero();
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(1, 0, 0, 0, 2));
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().available())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("HL-1 attempts that expire in a local stall end as timeouts but are no evidence, and say so")
    void localStall_isNoEvidence() {
        Guard guard = guards.guard(
                "stall",
                g -> g.attemptTimeout(SECOND)
                        .circuitBreaker(b -> b.consecutiveFailures(1))
                        .observer(heard));

        assertThatThrownBy(() -> guard.get(() -> {
                    time.stall(Duration.ofSeconds(5));
                    return "late";
                }))
                .isInstanceOf(TimeoutExceededException.class);

        AttemptEnded ended = heard.only(AttemptEnded.class);
        assertThat(ended.localStall()).isTrue();
        assertThat(ended.verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(guard.snapshot().stalls()).isEqualTo(1);
        assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName("HL-1 RT-3 whether a stalled attempt is repeated is for the classifier to say")
    void localStall_isRepeatedAsTheClassifierSays() {
        int[] runs = new int[2];
        Guard willing = guards.guard("willing", g -> g.attemptTimeout(SECOND).retry(Retry.immediate()));
        Guard once = guards.guard(
                "once",
                g -> g.attemptTimeout(SECOND)
                        .retry(Retry.immediate())
                        .classifier(Classifier.standard()
                                .judging(
                                        TimeoutExceededException.class,
                                        Judgement.of(Verdict.FAILURE, Repeat.NOT_IDEMPOTENT))));

        assertThat(willing.get(() -> stallAtFirst(runs, 0))).isEqualTo("good");
        assertThatThrownBy(() -> once.get(() -> stallAtFirst(runs, 1))).isInstanceOf(TimeoutExceededException.class);

        assertThat(runs).containsExactly(2, 1);
    }

    private String stallAtFirst(int[] runs, int which) {
        if (++runs[which] == 1) {
            time.stall(Duration.ofSeconds(5));
        }
        return "good";
    }

    @Test
    @DisplayName("CB-13 an outer deadline blames the dependency for at least min(attempt timeout, blameAfter)")
    void outerDeadline_blamesByRunningTime() {
        Guard patient = guards.guard("patient", g -> g.circuitBreaker().observer(heard));
        Guard strict = guards.guard(
                "strict",
                g -> g.circuitBreaker().blameAfter(Duration.ofMillis(10)).observer(heard));

        for (Duration span : List.of(Duration.ofMillis(999), SECOND)) {
            assertThatThrownBy(() -> Deadline.in(time, span)
                            .<Object, InterruptedException>call(() -> patient.call(this::sleepLong)))
                    .isInstanceOf(TimeoutExceededException.class);
        }
        assertThatThrownBy(() -> Deadline.in(time, Duration.ofMillis(10))
                        .<Object, InterruptedException>call(() -> strict.call(this::sleepLong)))
                .isInstanceOf(TimeoutExceededException.class);

        assertThat(heard.of(AttemptEnded.class))
                .extracting(AttemptEnded::verdict)
                .containsExactly(Verdict.IGNORED, Verdict.FAILURE, Verdict.FAILURE);
        assertThat(strict.warnings()).hasSize(1);
    }

    @Test
    @DisplayName("CB-13 T-58 interruption and Error are no evidence; overload and failures are")
    void evidence_isByVerdict() {
        Guard guard = guards.guard(
                "evidence",
                g -> g.circuitBreaker()
                        .classifier(Classifier.standard()
                                .judgingResults(String.class, "busy"::equals, Judgement.OVERLOAD)
                                .judging(IllegalArgumentException.class, Judgement.CALLERS_MISTAKE))
                        .observer(heard));

        Throwable error1 = catchThrowable(() -> guard.run(() -> {
            throw new InterruptedException("user");
        }));
        Throwable error2 = catchThrowable(() -> guard.run(() -> {
            throw new StackOverflowError();
        }));
        Throwable error3 = catchThrowable(() -> guard.run(() -> {
            throw new IllegalArgumentException("400");
        }));
        assertThat(error1).isInstanceOf(InterruptedException.class);
        assertThat(error2).isInstanceOf(StackOverflowError.class);
        assertThat(error3).isInstanceOf(IllegalArgumentException.class);
        assertThat(guard.get(() -> "busy")).isEqualTo("busy");

        assertThat(heard.of(AttemptEnded.class))
                .extracting(AttemptEnded::verdict)
                .containsExactly(Verdict.IGNORED, Verdict.IGNORED, Verdict.SUCCESS, Verdict.OVERLOAD);
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(0, 2, 0, 0, 2));
    }

    @Test
    @DisplayName("CB-14 elapsed time runs from the start of the work, not from the queue")
    void elapsed_leavesTheQueueOut() throws InterruptedException {
        Guard guard = guards.guard(
                "elapsed",
                g -> g.circuitBreaker(b -> b.slowCallRate(0.5, SECOND, 1))
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1))
                        .observer(heard));
        Thread holder = time.start("holder", () -> hold(guard, Duration.ofSeconds(10)));
        time.advance(Duration.ofMillis(1));

        assertThat(guard.get(() -> "quick")).isEqualTo("quick");

        time.join(holder);
        assertThat(heard.only(AttemptEnded.class).elapsedNanos()).isZero();
        assertThat(heard.only(CallEnded.class).elapsedNanos())
                .isEqualTo(Duration.ofMillis(9999).toNanos());
        assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    @DisplayName(
            "After a wait the earlier gates are asked again: a call that queued while the circuit opened is refused")
    void circuit_thatOpensMeanwhile_refusesTheWaiter() throws InterruptedException {
        Guard guard = guards.guard(
                "again",
                g -> g.circuitBreaker().bulkhead(b -> b.maxConcurrent(1).maxWaiting(1)));
        Thread holder = time.start("holder", () -> {
            Permit held = Objects.requireNonNull(
                    Objects.requireNonNull(guard.bulkhead()).tryEnter());
            time.advance(SECOND);
            Objects.requireNonNull(guard.circuitBreaker()).forceOpen("meanwhile", "me");
            held.close();
        });
        time.advance(Duration.ofMillis(1));

        assertThatThrownBy(() -> guard.get(() -> "never"))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN));

        time.join(holder);
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().available())
                .isEqualTo(1);
    }
}
