package dev.plimsoll.retry;

import dev.plimsoll.budget.FailureKind;
import dev.plimsoll.budget.Grant;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The retries of one guard: decides after each attempt whether there is another one, and when. For those who write
 * engines.
 *
 * <p>The order of the questions is fixed: attempts left? may it be repeated? is the hint too long? is there time? and
 * last the budget, which a yes charges.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; never blocks, never throws.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Retries {

    private static final long MILLI = 1_000_000;

    private final Retry retry;
    private final RetryBudget budget;
    private final Time time;
    private final Observers observers;
    private final long clampNanos;

    /**
     * Puts the parts together.
     *
     * @param retry checked before
     * @param budget what retries are charged to
     * @param time random numbers for the jitter
     * @param observers hear of predicates that throw
     */
    public Retries(Retry retry, RetryBudget budget, Time time, Observers observers) {
        this.retry = retry;
        this.budget = budget;
        this.time = time;
        this.observers = observers;
        this.clampNanos = Time.nanos(retry.retryAfterClamp());
    }

    /**
     * Another attempt, or why not.
     *
     * @param pauseNanos how long to pause before it; means nothing when refused
     * @param denied null when there is another attempt
     * @param grant what the budget was charged, to be given back if the attempt is never run; null when refused
     */
    public record Decision(
            long pauseNanos,
            @Nullable NoRetry denied,
            @Nullable Grant grant) {

        static Decision no(NoRetry why) {
            return new Decision(0, why, null);
        }

        static Decision yes(long pauseNanos, Grant grant) {
            try {
                return new Decision(pauseNanos, null, grant);
            } catch (Throwable noMemory) { // there is no attempt to be charged for
                grant.giveBack();
                throw noMemory;
            }
        }
    }

    /**
     * What retries are charged to.
     *
     * @return shared with other guards, perhaps
     */
    public RetryBudget budget() {
        return budget;
    }

    /**
     * What is put around an attempt, for those inside to find.
     *
     * @return whether only the outermost guard tries again
     */
    public RetryMark mark() {
        return retry.isAtEdge() ? RetryMark.AT_EDGE : RetryMark.EACH_LAYER;
    }

    /**
     * Whether good values have to be looked at.
     *
     * @return true when {@code retryOnResult} was named
     */
    public boolean looksAtResults() {
        return retry.looksAtResults();
    }

    /**
     * Whether a good value is to be retried all the same.
     *
     * @param value what the work returned
     * @return true when {@code retryOnResult} accepts it
     */
    public boolean wantsAnother(@Nullable Object value) {
        Predicate<Object> results = retry.results();
        return results != null && value != null && accepts(results, value);
    }

    /**
     * Decides after an attempt that was not good enough. A yes has charged the budget.
     *
     * @param attempts how many there were, this one included
     * @param outcome how it ended
     * @param judgement what that means
     * @param previousNanos how long the pause before this attempt was; 0 before the first one
     * @param remainingNanos how long the call may still take
     * @param now an instant of the precise clock
     * @return another attempt, or why not
     */
    public Decision next(
            int attempts, Outcome outcome, Judgement judgement, long previousNanos, long remainingNanos, long now) {
        boolean isLast = attempts >= retry.maxAttempts();
        if (isLast && !budget.hearsFailures()) {
            return Decision.no(NoRetry.ATTEMPTS_USED);
        }
        NoRetry unrepeatable = unrepeatable(outcome, judgement);
        FailureKind failure = FailureKind.of(outcome, judgement);
        if (unrepeatable == null || unrepeatable == NoRetry.PUSHED_BACK) {
            budget.failed(failure);
        }
        if (isLast) {
            return Decision.no(NoRetry.ATTEMPTS_USED);
        }
        if (unrepeatable != null) {
            return Decision.no(unrepeatable);
        }
        if (judgement.retryAfterNanos() > clampNanos) {
            return Decision.no(NoRetry.HINT_TOO_LONG);
        }
        long pause = pause(attempts, previousNanos, judgement);
        if (pause >= remainingNanos) {
            return Decision.no(NoRetry.NO_TIME);
        }
        Grant grant = budget.withdraw(now, failure);
        return grant != null ? Decision.yes(pause, grant) : Decision.no(NoRetry.BUDGET_USED);
    }

    /**
     * Whether {@link #succeeded(Grant)} is to be called.
     *
     * @return false when the budget does not care at present
     */
    public boolean hearsSuccesses() {
        return budget.hearsSuccesses();
    }

    /**
     * A call was answered.
     *
     * @param lastRetry what its last retry was charged; null when there was none
     */
    public void succeeded(@Nullable Grant lastRetry) {
        budget.succeeded(lastRetry);
    }

    private @Nullable NoRetry unrepeatable(Outcome outcome, Judgement judgement) {
        return switch (judgement.repeat()) {
            case ALWAYS -> null;
            case IF_IDEMPOTENT -> retry.isIdempotent() ? null : NoRetry.NOT_IDEMPOTENT;
            case NOT_IDEMPOTENT -> NoRetry.NOT_IDEMPOTENT;
            case NEVER -> isForGood(judgement) ? NoRetry.PUSHED_BACK : NoRetry.NOT_RETRYABLE;
            case IF_NAMED -> {
                Throwable error = outcome.error();
                boolean named = error == null
                        ? wantsAnother(outcome.value())
                        : judgement.verdict() != Verdict.SUCCESS && isNamed(error);
                NoRetry unlessIdempotent = retry.isIdempotent() ? null : NoRetry.NOT_IDEMPOTENT;
                yield named ? unlessIdempotent : NoRetry.NOT_RETRYABLE;
            }
        };
    }

    private static boolean isForGood(Judgement judgement) {
        return judgement.pushedBack() && judgement.retryAfterNanos() == Judgement.NO_HINT;
    }

    private boolean isNamed(Throwable error) {
        for (Predicate<? super Throwable> named : retry.namedErrors()) {
            if (accepts(named, error)) {
                return true;
            }
        }
        return false;
    }

    private <V> boolean accepts(Predicate<? super V> predicate, V value) {
        try {
            return predicate.test(value);
        } catch (Exception e) {
            observers.fault(e);
            return false;
        }
    }

    /**
     * Never earlier than a hint asks for: it is rounded up to a millisecond, and jitter comes on top of it. Only when pushed
     * back it may be earlier than the backoff says.
     */
    private long pause(int attempts, long previousNanos, Judgement judgement) {
        long pause = judgement.pushedBack() ? 0 : retry.backoff().pauseNanos(attempts, previousNanos, time::random);
        long hintNanos = judgement.retryAfterNanos();
        if (hintNanos < 0) {
            return pause;
        }
        long hint = (hintNanos + MILLI - 1) / MILLI * MILLI;
        return Math.max(pause, hint + (long) (time.random() * hint / 10));
    }

    @Override
    public String toString() {
        return retry.toString();
    }
}
