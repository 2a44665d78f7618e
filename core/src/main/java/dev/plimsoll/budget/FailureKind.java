package dev.plimsoll.budget;

import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** After what kind of failure a retry is asked for. Budgets may charge more for one than for another. */
public enum FailureKind {
    /** Anything that is likely to pass: no connection, an I/O error, a result that is tried again. */
    TRANSIENT,
    /** The dependency said that it is full. */
    OVERLOAD,
    /** It did not answer in time, and may be working on it still: the dearest, for two attempts then overlap. */
    TIMEOUT;

    /**
     * The kind of a failure. A timeout is known by its type: that of a guard, of {@code java.util.concurrent} or of a
     * socket, also as the cause of one of those.
     *
     * @param outcome how the attempt ended
     * @param judgement what that means; {@link Verdict#OVERLOAD} comes before everything else
     * @return {@link #TRANSIENT} when it is nothing else
     */
    public static FailureKind of(Outcome outcome, Judgement judgement) {
        if (judgement.verdict() == Verdict.OVERLOAD) {
            return OVERLOAD;
        }
        Throwable error = outcome.error();
        if (error instanceof CompletionException || error instanceof ExecutionException) {
            error = error.getCause();
        }
        return isTimeout(error) ? TIMEOUT : TRANSIENT;
    }

    private static boolean isTimeout(@Nullable Throwable error) {
        return error instanceof TimeoutExceededException
                || error instanceof TimeoutException
                || error instanceof SocketTimeoutException;
    }
}
