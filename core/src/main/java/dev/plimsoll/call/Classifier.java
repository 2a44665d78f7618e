package dev.plimsoll.call;

import java.util.function.Predicate;

/**
 * Says what an outcome means and whether the work may be run again.
 *
 * <p>A classifier that throws changes nothing: the outcome is then judged by {@link #standard()}, and the fault is
 * counted and shown.
 *
 * <p>Those made by the methods below are equal when made of equal parts; predicates are compared by identity.
 *
 * <p><b>Threading:</b> called by any number of threads: the one that ran the attempt; for an asynchronous call the one that
 * completed its stage; and for an asynchronous attempt that has timed out the timer thread, which settles whatever else may
 * be blocked. So a classifier answers at once: it does not wait, and asks nobody over the network.
 */
@FunctionalInterface
public interface Classifier {

    /**
     * Judges an outcome.
     *
     * @param outcome how an attempt ended
     * @return what that means; never null. The attempt has run, so that {@link Verdict#NOT_RUN} is taken for {@link
     *     Verdict#IGNORED}. An {@link Error}, an {@link InterruptedException}, a {@link
     *     java.util.concurrent.CancellationException} and a refusal by the guard itself are ignored and never retried,
     *     whatever this says, and it is not asked
     */
    Judgement judge(Outcome outcome);

    /**
     * Whether the work whose outcomes this judges may run twice at the same time. If not, it is not hedged, whatever the guard
     * is set up for.
     *
     * <p>Asked once for a guard that is set up with a hedge, and once for a view of a guard, by the thread that makes it; never
     * for a call. One that throws here cannot be used there: that is a {@link ConfigurationException}, and nothing has changed.
     *
     * @return true, unless the classifier knows better
     */
    default boolean allowsHedges() {
        return true;
    }

    /**
     * The default. A value is a success. An {@link Error}, an interruption and a cancellation are ignored; a connection
     * that could not be made is a failure before sending; a timeout, another I/O error and an {@linkplain
     * InvalidAnswerException invalid answer} are transient; the refusal of another guard is ignored and retryable; everything
     * else is a failure that is not retried unless named. A {@link java.util.concurrent.CompletionException} or {@link
     * java.util.concurrent.ExecutionException} is judged by its cause, and so is an exception whose cause is a {@link
     * GuardException}.
     *
     * @return always the same object
     */
    static Classifier standard() {
        return StandardClassifier.INSTANCE;
    }

    /**
     * This classifier, except for some errors.
     *
     * @param errors which errors
     * @param judgement what they mean
     * @return a new classifier
     */
    default Classifier judging(Predicate<? super Throwable> errors, Judgement judgement) {
        return new JudgedOtherwise.Errors(this, errors, judgement);
    }

    /**
     * This classifier, except for errors of a type and its subtypes.
     *
     * @param type which errors
     * @param judgement what they mean
     * @return a new classifier
     */
    default Classifier judging(Class<? extends Throwable> type, Judgement judgement) {
        return new JudgedOtherwise.ErrorsOfType(this, type, judgement);
    }

    /**
     * This classifier, except for some values: a result that is not an exception can be a failure all the same.
     *
     * @param type the values' type
     * @param values which of them; null values are not asked about
     * @param judgement what they mean
     * @param <V> the values' type
     * @return a new classifier
     */
    default <V> Classifier judgingResults(Class<V> type, Predicate<? super V> values, Judgement judgement) {
        return new JudgedOtherwise.Results<>(this, type, values, judgement);
    }
}
