package dev.plimsoll.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RetriesTest {

    private final VirtualTime time = VirtualTime.create();
    private final Observers observers = new Observers(null);

    private Retries retries(Retry retry) {
        return new Retries(retry, RetryBudget.unlimited(), time, observers);
    }

    private @Nullable NoRetry denied(Retry retry, Throwable error) {
        return denied(retry, Outcome.threw(error), Classifier.standard().judge(Outcome.threw(error)));
    }

    private @Nullable NoRetry denied(Retry retry, Outcome outcome, Judgement judgement) {
        return retries(retry)
                .next(1, outcome, judgement, 0, Time.LONGEST, time.precise())
                .denied();
    }

    @Test
    @DisplayName("RT-2 retried by default: connection failures, timeouts, I/O, refusals of other guards")
    void transientErrors_areRetried() {
        Retry retry = Retry.immediate();
        RejectedException elsewhere =
                new Rejection("other", "bulkhead", Rejection.Reason.BULKHEAD_FULL, "full", -1).exception(false);
        TimeoutExceededException timeout =
                new TimeoutExceededException("other", TimeoutExceededException.Limit.ATTEMPT, 1, false);
        for (Exception error : new Exception[] {
            new ConnectException(),
            new IOException(),
            new SocketTimeoutException(),
            new UncheckedIOException(new IOException()),
            new CompletionException(new IOException()),
            new IllegalStateException("adapter", elsewhere),
            elsewhere,
            timeout
        }) {
            assertThat(denied(retry, error)).as(error.toString()).isNull();
        }
    }

    @Test
    @DisplayName("RT-2 T-58 never: Error, interruption, cancellation, whatever is named; others only when named")
    void others_areNotRetried() {
        Retry everything = Retry.immediate().retryOn(Throwable.class).retryOn(error -> true);
        for (Throwable error : new Throwable[] {
            new OutOfMemoryError("not really"), new InterruptedException(), new CancellationException()
        }) {
            assertThat(denied(everything, error)).isEqualTo(NoRetry.NOT_RETRYABLE);
        }
        assertThat(denied(Retry.immediate(), new IllegalStateException())).isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(Retry.immediate().retryOn(RuntimeException.class), new IllegalStateException()))
                .isNull();
        assertThat(denied(everything, Outcome.threw(new IOException()), Judgement.CALLERS_MISTAKE))
                .isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(everything, Outcome.threw(new IOException()), Judgement.SUCCESS))
                .isEqualTo(NoRetry.NOT_RETRYABLE);
    }

    @Test
    @DisplayName("RT-3 non-idempotent work is retried only when nothing reached the other side")
    void nonIdempotent_isRetriedOnlyUnsent() {
        Retry once = Retry.immediate().nonIdempotent().retryOn(IllegalStateException.class);
        assertThat(denied(once, new ConnectException())).isNull();
        assertThat(denied(once, new IOException())).isEqualTo(NoRetry.NOT_IDEMPOTENT);
        assertThat(denied(once, new IllegalStateException())).isEqualTo(NoRetry.NOT_IDEMPOTENT);
        assertThat(denied(once.retryOnResult(value -> true), Outcome.returned("x"), Judgement.SUCCESS))
                .isEqualTo(NoRetry.NOT_IDEMPOTENT);
    }

    @Test
    @DisplayName("RT-2 RT-3 results are retried when named, unless the classifier says never or not idempotent")
    void results_areRetriedWhenNamed() {
        Retry named = Retry.immediate().retryOnResult("pending"::equals);
        Outcome pending = Outcome.returned("pending");
        assertThat(denied(named, pending, Judgement.SUCCESS)).isNull();
        assertThat(denied(named, pending, Judgement.FAILURE)).isNull();
        assertThat(denied(named, pending, Judgement.TRANSIENT)).isNull();
        assertThat(denied(named, Outcome.returned("done"), Judgement.SUCCESS)).isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(named, Outcome.returned(null), Judgement.SUCCESS)).isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(named, pending, Judgement.CALLERS_MISTAKE)).isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(named, pending, Judgement.of(Verdict.FAILURE, Repeat.NEVER)))
                .isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(named, pending, Judgement.of(Verdict.FAILURE, Repeat.NOT_IDEMPOTENT)))
                .isEqualTo(NoRetry.NOT_IDEMPOTENT);
        assertThat(denied(named, pending, Judgement.of(Verdict.SUCCESS, Repeat.NOT_IDEMPOTENT)))
                .isEqualTo(NoRetry.NOT_IDEMPOTENT);
    }

    @Test
    @DisplayName("T-52 a predicate that throws accepts nothing, and is counted")
    void brokenPredicate_acceptsNothing() {
        Retry broken = Retry.immediate().retryOn(error -> {
            throw new IllegalStateException("broken");
        });
        assertThat(denied(broken, new IllegalArgumentException())).isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(observers.faults()).isEqualTo(1);
    }

    @Test
    @DisplayName("RT-1 RT-4 RT-5 attempts, the clamp and the deadline end it, in this order, before the budget")
    void limits_endIt() {
        RetryBudget none = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(0), time);
        Retries retries = new Retries(Retry.fixed(Duration.ofMillis(10)), none, time, observers);
        Outcome lost = Outcome.threw(new IOException());
        Judgement soon = Judgement.TRANSIENT.withRetryAfter(Duration.ofSeconds(1));
        Judgement late = Judgement.TRANSIENT.withRetryAfter(Duration.ofSeconds(301));

        assertThat(retries.next(3, lost, soon, 0, Time.LONGEST, 0).denied()).isEqualTo(NoRetry.ATTEMPTS_USED);
        assertThat(retries.next(1, lost, late, 0, Time.LONGEST, 0).denied()).isEqualTo(NoRetry.HINT_TOO_LONG);
        assertThat(retries.next(1, lost, soon, 0, 1_000_000_000, 0).denied()).isEqualTo(NoRetry.NO_TIME);
        assertThat(retries.next(1, lost, Judgement.TRANSIENT, 0, 10_000_000, 0).denied())
                .isEqualTo(NoRetry.NO_TIME);
        assertThat(retries.next(1, lost, soon, 0, Time.LONGEST, 0).denied()).isEqualTo(NoRetry.BUDGET_USED);
    }

    @Test
    @DisplayName("RT-4 T-70 never earlier than asked: rounded up, jitter after it")
    void hint_isNeverUndercut() {
        Retries retries = retries(Retry.immediate());
        long hint = 1_234_567_891;
        Judgement judgement = Judgement.OVERLOAD.withRetryAfter(Duration.ofNanos(hint));
        for (int i = 0; i < 1000; i++) {
            long pause = retries.next(1, Outcome.returned("busy"), judgement, 0, Time.LONGEST, 0)
                    .pauseNanos();
            assertThat(pause).isBetween(hint, 1_235_000_000L + 123_500_000);
        }
    }

    @Test
    @DisplayName("RT-4 pushback: exactly then, whatever the backoff says; a hint beyond the clamp ends it all the same")
    void pushback_standsInPlaceOfTheBackoff() {
        Retries retries = retries(Retry.fixed(Duration.ofSeconds(10)));
        for (long millis : new long[] {0, 1, 700, 20_000}) {
            Judgement judgement = Judgement.TRANSIENT.pushedBack(Duration.ofMillis(millis));
            long nanos = millis * 1_000_000;
            assertThat(retries.next(1, Outcome.returned("busy"), judgement, 0, Time.LONGEST, 0)
                            .pauseNanos())
                    .isBetween(nanos, nanos + nanos / 10);
        }
        Judgement late = Judgement.TRANSIENT.pushedBack(Duration.ofSeconds(301));
        assertThat(retries.next(1, Outcome.returned("busy"), late, 0, Time.LONGEST, 0)
                        .denied())
                .isEqualTo(NoRetry.HINT_TOO_LONG);
    }

    @Test
    @DisplayName(
            "RT-4 pushback for good: no other attempt, whatever the retry names; it never makes a mistake repeatable")
    void pushback_forGood_isNotOverridden() {
        Retry eager = Retry.immediate().retryOn(error -> true).retryOnResult(value -> true);
        Outcome lost = Outcome.threw(new IOException());
        for (Judgement judgement :
                new Judgement[] {Judgement.TRANSIENT, Judgement.UNSENT, Judgement.FAILURE, Judgement.OVERLOAD}) {
            assertThat(denied(eager, lost, judgement.pushedBackForGood())).isEqualTo(NoRetry.PUSHED_BACK);
        }
        Outcome busy = Outcome.returned("busy");
        assertThat(denied(eager, busy, Judgement.SUCCESS.pushedBackForGood())).isEqualTo(NoRetry.PUSHED_BACK);
        assertThat(denied(eager, busy, Judgement.CALLERS_MISTAKE.pushedBack(Duration.ZERO)))
                .isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(denied(eager.maxAttempts(1), lost, Judgement.TRANSIENT.pushedBackForGood()))
                .isEqualTo(NoRetry.ATTEMPTS_USED);
    }

    @Test
    @DisplayName("RT-4 RB-1 pushback for good counts as a failure in the budget of gRPC, as A6 has it")
    void pushback_forGood_isHeardByTheBudget() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.grpc(10, 0.1));
        Retries retries = new Retries(Retry.immediate(), budget, time, observers);
        Outcome lost = Outcome.threw(new IOException());

        retries.next(1, lost, Judgement.TRANSIENT.pushedBackForGood(), 0, Time.LONGEST, 0);
        assertThat(budget.snapshot().tokens()).isEqualTo(9);
        retries.next(1, lost, Judgement.of(Verdict.FAILURE, Repeat.NEVER), 0, Time.LONGEST, 0);
        assertThat(budget.snapshot().tokens()).isEqualTo(9);
    }

    @Test
    @DisplayName("RT-4 a judgement that is pushed back without a hint and yet repeated does not exist")
    void pushback_thatContradictsItself_isRefused() {
        assertThatThrownBy(() -> new Judgement(Verdict.FAILURE, Repeat.ALWAYS, Judgement.NO_HINT, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("repeat must be NEVER when pushed back without a hint: ALWAYS");
        assertThat(Judgement.FAILURE.pushedBack(Duration.ofSeconds(-1)).retryAfter())
                .contains(Duration.ZERO);
    }

    @Test
    @DisplayName("CA-4 retries that name the same are equal")
    void equalSettings_areEqual() {
        Retry one = Retry.exponential(Duration.ofMillis(5))
                .retryOn(IOException.class)
                .maxAttempts(4);
        Retry same = Retry.exponential(Duration.ofMillis(5))
                .retryOn(IOException.class)
                .maxAttempts(4);
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(same.nonIdempotent());
        assertThat(one).isNotEqualTo("other");
        assertThat(same.nonIdempotent()).hasToString(same + ", non-idempotent");
        assertThat(one.maxAttempts()).isEqualTo(4);
        assertThat(Retry.linear(Duration.ofMillis(5)).cap(Duration.ofSeconds(1)))
                .isNotEqualTo(Retry.linear(Duration.ofMillis(5)));
        assertThat(one.equalJitter()).isNotEqualTo(one.withoutJitter());
        assertThat(one.fullJitter()).isEqualTo(one);
        assertThat(one.additiveJitter(Duration.ofMillis(1))).isNotEqualTo(one.retryAfterClamp(Duration.ZERO));
    }

    private long pauseAfter(Retry retry, int attempts) {
        return retries(retry.maxAttempts(20_000))
                .next(attempts, Outcome.threw(new IOException()), Judgement.TRANSIENT, 0, Time.LONGEST, 0)
                .pauseNanos();
    }

    @Test
    @DisplayName("T-55 T-56 without jitter pauses never shrink, from 0 to the cap, up to attempt 10000")
    void pauses_neverShrink() {
        long cap = Duration.ofSeconds(60).toNanos();
        for (Retry retry : new Retry[] {
            Retry.exponential(Duration.ofMillis(100))
                    .cap(Duration.ofSeconds(60))
                    .withoutJitter(),
            Retry.linear(Duration.ofMillis(100)).cap(Duration.ofSeconds(60)).withoutJitter(),
            Retry.exponential(Duration.ofDays(9)).cap(Duration.ofSeconds(60)).withoutJitter()
        }) {
            long before = 0;
            for (int attempts = 1; attempts <= 10_000; attempts++) {
                long pause = pauseAfter(retry, attempts);
                assertThat(pause).isBetween(before, cap);
                before = pause;
            }
            assertThat(before).isEqualTo(cap);
        }
    }

    @Test
    @DisplayName("T-51 T-56 at the cap every jitter still spreads, and stays inside it")
    void jitter_spreadsAtTheCap() {
        Retry capped = Retry.exponential(Duration.ofMillis(100)).cap(Duration.ofSeconds(1));
        for (Retry retry : new Retry[] {capped.fullJitter(), capped.equalJitter()}) {
            Set<Long> pauses = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                pauses.add(pauseAfter(retry, 5_000));
            }
            assertThat(pauses)
                    .hasSizeGreaterThan(50)
                    .allSatisfy(pause -> assertThat(pause)
                            .isBetween(0L, Duration.ofSeconds(1).toNanos()));
        }
    }
}
