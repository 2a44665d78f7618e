package dev.plimsoll;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Verdict;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what outcomes mean: the user's classifier, and the rules that no classifier may change.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Judge {

    private static final Judgement BLAMED = Judgement.of(Verdict.FAILURE, Repeat.NEVER);

    private final Set<String> own;
    private final Classifier classifier;
    private final Observers observers;
    private final long blameAfterNanos;

    /**
     * What judges the attempts of a guard.
     *
     * @param own by which names the guard's refusals are known: its own, and those of the gates that it shares
     */
    Judge(Set<String> own, Classifier classifier, Observers observers, long blameAfterNanos) {
        this.own = own;
        this.classifier = classifier;
        this.observers = observers;
        this.blameAfterNanos = blameAfterNanos;
    }

    Judge with(Classifier other) {
        return new Judge(own, other, observers, blameAfterNanos);
    }

    /** Whether a value must be looked at before it is good. */
    boolean looksAtResults() {
        return classifier != Classifier.standard();
    }

    long blameAfterNanos() {
        return blameAfterNanos;
    }

    Judgement ofResult(@Nullable Object value) {
        return looksAtResults() ? classified(Outcome.returned(value)) : Judgement.SUCCESS;
    }

    /**
     * An {@link Error}, an interruption and a cancellation say nothing about the dependency and are never retried, whatever the
     * classifier says; nor is a refusal by this very guard, in which the work was nested.
     */
    Judgement ofError(Throwable error) {
        Outcome outcome = Outcome.threw(error);
        return outcome.isBeyondJudging() || isOwnRefusal(error) ? Judgement.IGNORED : classified(outcome);
    }

    private boolean isOwnRefusal(Throwable error) {
        RejectedException refusal = RejectedException.in(error);
        return refusal != null && own.contains(refusal.dependency());
    }

    private Judgement classified(Outcome outcome) {
        try {
            Judgement judgement = classifier.judge(outcome);
            if (judgement != null) {
                return ofWhatRan(judgement);
            }
            observers.fault(new NullPointerException("the classifier returned null"));
        } catch (Exception e) {
            observers.fault(e);
        }
        return Classifier.standard().judge(outcome);
    }

    /** Whatever a classifier says, what was run has run: else it would be no attempt, and might be made for ever. */
    private static Judgement ofWhatRan(Judgement said) {
        return said.verdict() == Verdict.NOT_RUN
                ? new Judgement(Verdict.IGNORED, said.repeat(), said.retryAfterNanos(), said.pushedBack())
                : said;
    }

    /**
     * This guard's own timeout. What ended at the attempt or heartbeat timeout is judged as an error of the work would be; when this
     * process itself stood still it is not held against the dependency.
     */
    Judgement ofTimeout(TimeoutExceededException timeout, long elapsedNanos, boolean stalled) {
        Judgement timely = timeout.limit() == Limit.TOTAL ? ofOuterEnd(elapsedNanos) : ofError(timeout);
        return stalled
                ? new Judgement(Verdict.IGNORED, timely.repeat(), timely.retryAfterNanos(), timely.pushedBack())
                : timely;
    }

    /** A total timeout or an outer deadline ended the attempt: the dependency is to blame if it had time enough. */
    Judgement ofOuterEnd(long elapsedNanos) {
        return elapsedNanos >= blameAfterNanos ? BLAMED : Judgement.IGNORED;
    }

    /** Whether an error may be nothing but the interrupt that a timeout has sent. */
    static boolean saysInterrupted(Throwable error) {
        return error instanceof InterruptedException
                || error instanceof CallInterruptedException
                || Classifier.standard().judge(Outcome.threw(error)).equals(Judgement.IGNORED);
    }
}
