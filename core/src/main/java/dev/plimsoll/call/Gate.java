package dev.plimsoll.call;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether an attempt may start. What an engine needs of a mechanism, and no more.
 *
 * <p>This is for those who write engines or mechanisms. Every leave must be settled exactly once; an engine guarantees
 * that by construction: it catches whatever the work throws, and settles in one place. Settling one twice counts the outcome twice and corrupts nothing.
 * Everybody else uses {@code tryEnter()} of the mechanism, whose {@link Permit} can be settled once only.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks or throws.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public interface Gate {

    /**
     * Asks for leave to start one attempt.
     *
     * @return leave, a place in the queue, or a refusal
     */
    Admission enter();

    /**
     * Says how the attempt ended that a leave was given for.
     *
     * @param leave what {@link #enter()} gave
     * @param judgement what the outcome means
     * @param now the instant at which the attempt ended, of the coarse or the precise clock
     * @param elapsedNanos how long the work ran, without waiting; 0 when it did not run
     * @param error what the work threw, for the record; null when it returned
     */
    void settle(Admission.Leave leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error);

    /**
     * Reads the clock by which this gate wants attempts measured: the coarse one, unless its configuration needs better.
     *
     * @return an instant
     */
    long clock();

    /** Hands what happened to the observers. Called by engines after the last permit of an attempt is settled. */
    default void publish() {}
}
