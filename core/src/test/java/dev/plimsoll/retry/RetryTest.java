package dev.plimsoll.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a retry is set up with: its checks, its words, and what it asks of the budget. */
final class RetryTest {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Outcome LOST = Outcome.threw(new IOException());

    private final VirtualTime time = VirtualTime.create();
    private final Observers observers = new Observers(null);

    private static List<String> problems(Retry retry) {
        Check check = new Check("retry");
        retry.check(check);
        return check.problems();
    }

    private Retries retries(Retry retry, RetryBudget budget) {
        return new Retries(retry, budget, time, observers);
    }

    @Test
    @DisplayName("CA-4 RT-1 every bound is checked, and everything that is wrong is said")
    void check_saysAll() {
        assertThat(problems(Retry.exponential(MILLI))).isEmpty();
        assertThat(problems(Retry.immediate().maxAttempts(1).retryAfterClamp(Duration.ZERO)))
                .isEmpty();
        assertThat(problems(Retry.immediate().maxAttempts(1_000_000))).isEmpty();
        assertThat(problems(Retry.immediate().maxAttempts(1_000_001)))
                .containsExactly("maxAttempts must be at most 1000000: 1000001");
        assertThat(problems(Retry.fixed(MILLI.negated()).maxAttempts(0).retryAfterClamp(MILLI.negated())))
                .hasSize(3)
                .contains("maxAttempts must be at least 1: 0", "retryAfterClamp must not be negative: PT-0.001S")
                .anyMatch(problem -> problem.startsWith("backoff.pause"));
    }

    @Test
    @NullUnmarked
    @DisplayName("CA-4 what is null is named, and nothing is thrown before all is checked")
    void check_namesWhatIsNull() {
        for (Retry retry : List.of(Retry.exponential(null), Retry.decorrelated(null))) {
            assertThat(problems(retry)).containsExactly("backoff.base must not be null: null");
        }
        assertThat(problems(Retry.of(null))).containsExactly("backoff must not be null: null");
        assertThat(problems(Retry.linear(null))).containsExactly("backoff.step must not be null: null");
        assertThat(problems(Retry.fixed(null))).containsExactly("backoff.pause must not be null: null");
        Retry some = Retry.immediate();
        assertThat(problems(some.cap(null).retryAfterClamp(null)))
                .containsExactly("backoff.cap must not be null: null", "retryAfterClamp must not be null: null");
        assertThat(problems(some.additiveJitter(null))).containsExactly("backoff.jitter must not be null: null");
        String named = "retryOn must not be null: null";
        assertThat(problems(some.retryOn((Class<? extends Throwable>[]) null))).containsExactly(named);
        assertThat(problems(some.retryOn(IOException.class, null))).containsExactly(named);
        assertThat(problems(some.retryOn((Predicate<Throwable>) null))).containsExactly(named);
        assertThat(problems(some.retryOnResult(null))).containsExactly("retryOnResult must not be null: null");
    }

    @Test
    @DisplayName("CA-4 what was named before stays when something else is named after it")
    void settings_areKept() {
        Retry all = Retry.exponential(MILLI)
                .retryOn(IOException.class)
                .retryOnResult("pending"::equals)
                .nonIdempotent()
                .retryAtEdge()
                .maxAttempts(7)
                .retryAfterClamp(Duration.ofSeconds(2))
                .decorrelatedJitter()
                .retryOn(TimeoutException.class);
        assertThat(all.maxAttempts()).isEqualTo(7);
        assertThat(all.isIdempotent()).isFalse();
        assertThat(all.isAtEdge()).isTrue();
        assertThat(all.retryAfterClamp()).isEqualTo(Duration.ofSeconds(2));
        assertThat(all.namedErrors()).hasSize(2);
        assertThat(all.looksAtResults()).isTrue();
        assertThat(all.backoff()).isEqualTo(Backoff.exponential(MILLI).decorrelatedJitter());
        assertThat(problems(all)).isEmpty();
    }

    @Test
    @DisplayName("CA-4 its words name what differs from the default")
    void words_nameWhatIsNotUsual() {
        assertThat(Retry.of(Backoff.none())).hasToString("3 attempts, " + Backoff.none());
        Predicate<Object> pending = new Predicate<>() {
            @Override
            public boolean test(Object value) {
                return "pending".equals(value);
            }

            @Override
            public String toString() {
                return "pending";
            }
        };
        Retry all = Retry.immediate()
                .maxAttempts(2)
                .retryOn(IOException.class, TimeoutException.class)
                .retryOnResult(pending)
                .retryAfterClamp(Duration.ofSeconds(2))
                .nonIdempotent()
                .retryAtEdge();
        assertThat(all)
                .hasToString("2 attempts, " + Backoff.none()
                        + ", also on java.io.IOException and java.util.concurrent.TimeoutException, on results pending"
                        + ", Retry-After up to 2 s, non-idempotent, at the edge");
        assertThat(retries(all, RetryBudget.unlimited())).hasToString(all.toString());
    }

    @Test
    @DisplayName("RT-2 the second of two named errors counts as the first does; one of a subtype too")
    void named_whicheverOfThem() {
        Retries two = retries(
                Retry.immediate().retryOn(IllegalStateException.class, TimeoutException.class),
                RetryBudget.unlimited());
        Outcome second = Outcome.threw(new TimeoutException());
        assertThat(two.next(1, second, Judgement.FAILURE, 0, Time.LONGEST, 0).denied())
                .isNull();
        assertThat(two.next(1, Outcome.threw(new RuntimeException()), Judgement.FAILURE, 0, Time.LONGEST, 0)
                        .denied())
                .isEqualTo(NoRetry.NOT_RETRYABLE);
        assertThat(two.looksAtResults()).isFalse();
        assertThat(two.wantsAnother("pending")).isFalse();
    }

    @Test
    @DisplayName("RB-2 whoever retries at the edge marks every attempt so")
    void mark_saysWhoRetries() {
        assertThat(retries(Retry.immediate(), RetryBudget.unlimited()).mark()).isEqualTo(RetryMark.EACH_LAYER);
        assertThat(retries(Retry.immediate().retryAtEdge(), RetryBudget.unlimited())
                        .mark())
                .isEqualTo(RetryMark.AT_EDGE);
    }

    @Test
    @DisplayName("RT-4 RT-5 a hint as long as the clamp is obeyed, and so is a pause that leaves a nanosecond")
    void limits_atTheirEdge_areKept() {
        Retries retries = retries(Retry.fixed(MILLI).retryAfterClamp(Duration.ofSeconds(2)), RetryBudget.unlimited());
        Judgement longest = Judgement.TRANSIENT.withRetryAfter(Duration.ofSeconds(2));
        assertThat(retries.next(1, LOST, longest, 0, Time.LONGEST, 0).denied()).isNull();
        assertThat(retries.next(1, LOST, longest.withRetryAfter(Duration.ofNanos(2_000_000_001)), 0, Time.LONGEST, 0)
                        .denied())
                .isEqualTo(NoRetry.HINT_TOO_LONG);
        assertThat(retries.next(1, LOST, Judgement.TRANSIENT, 0, 1_000_001, 0).denied())
                .isNull();
        assertThat(retries.next(1, LOST, Judgement.TRANSIENT, 0, 1_000_000, 0).denied())
                .isEqualTo(NoRetry.NO_TIME);
        assertThat(retries.next(2, LOST, Judgement.TRANSIENT, 0, Time.LONGEST, 0)
                        .denied())
                .isNull();
        assertThat(retries.next(3, LOST, Judgement.TRANSIENT, 0, Time.LONGEST, 0)
                        .denied())
                .isEqualTo(NoRetry.ATTEMPTS_USED);
    }

    @Test
    @DisplayName("RT-4 a hint in whole milliseconds is not rounded, and one of zero asks for nothing more")
    void hint_inWholeMillis_isItself() {
        Retries retries = retries(Retry.immediate(), RetryBudget.unlimited());
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 2_000; i++) {
            long pause = retries.next(
                            1, LOST, Judgement.TRANSIENT.withRetryAfter(Duration.ofSeconds(1)), 0, Time.LONGEST, 0)
                    .pauseNanos();
            least = Math.min(least, pause);
            most = Math.max(most, pause);
        }
        assertThat(least).isBetween(1_000_000_000L, 1_005_000_000L);
        assertThat(most).isBetween(1_095_000_000L, 1_100_000_000L);
        assertThat(retries.next(1, LOST, Judgement.TRANSIENT.withRetryAfter(Duration.ZERO), 0, Time.LONGEST, 0)
                        .pauseNanos())
                .isZero();
    }

    @Test
    @DisplayName(
            "RB-1 the budget hears of every failure that could be repeated, the last one included, and of successes")
    void budget_hears() {
        RetryBudget tokens = RetryBudget.tokenBucket(TokenBucket.grpc(10, 0.5));
        Retries retries = retries(Retry.immediate(), tokens);
        assertThat(retries.budget()).isSameAs(tokens);
        retries.next(3, LOST, Judgement.TRANSIENT, 0, Time.LONGEST, 0);
        assertThat(tokens.snapshot().tokens())
                .as("the last attempt counts as well")
                .isEqualTo(9);
        assertThat(retries.hearsSuccesses()).isTrue();
        retries.succeeded(null);
        assertThat(tokens.snapshot().tokens()).isEqualTo(9.5);
        retries.next(1, LOST, Judgement.CALLERS_MISTAKE, 0, Time.LONGEST, 0);
        assertThat(tokens.snapshot().tokens()).as("not to be repeated").isEqualTo(9.5);
        assertThat(retries(Retry.immediate(), RetryBudget.unlimited()).hearsSuccesses())
                .isFalse();
    }

    @Test
    @DisplayName("RB-1 a yes has charged the budget, and what was granted can be given back")
    void next_whenGranted_hasCharged() {
        RetryBudget few = RetryBudget.create(b -> b.ratio(0).minimumPerSecond(1), time);
        Retries retries = retries(Retry.immediate(), few);
        var decision = retries.next(1, LOST, Judgement.TRANSIENT, 0, Time.LONGEST, time.precise());
        assertThat(decision.denied()).isNull();
        assertThat(few.snapshot().retries()).isEqualTo(1);
        assertThat(decision.grant()).isNotNull();
        if (decision.grant() != null) {
            decision.grant().giveBack();
        }
        assertThat(few.snapshot().retries()).isZero();
    }
}
