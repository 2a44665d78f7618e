package dev.plimsoll.call;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a guard, for observers. Each mechanism has its own kinds beside these, such as the circuit
 * breaker's transition.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public interface Event {

    /**
     * Where it happened.
     *
     * @return the name of the guard or mechanism
     */
    String dependency();

    /**
     * Where it happened, without the key of a guard that is one of many: there are few of these, so they may be names of
     * meters.
     *
     * @return what is before the slash of {@link #dependency()}, or all of it
     */
    default String group() {
        int slash = dependency().indexOf('/');
        return slash < 0 ? dependency() : dependency().substring(0, slash);
    }

    /** How a call ended. */
    enum End {
        /** With a value of the work. */
        ANSWERED,
        /** With the work's exception, or with a result that was judged bad. */
        FAILED,
        /** With a {@link TimeoutExceededException}. */
        TIMED_OUT,
        /** With a {@link RejectedException}: no attempt ran. */
        REFUSED,
        /** By an interruption, a cancellation or an {@link Error}. */
        CANCELLED
    }

    /**
     * A call is over: exactly one of these per call.
     *
     * @param dependency the guard's name
     * @param end how it ended, before any fallback
     * @param attempts how many attempts were started, 0 when the first was refused
     * @param elapsedNanos from entering the guard to leaving it, waits included
     * @param error what the caller was thrown; null when it got a value
     * @param earlier the errors of earlier attempts, oldest first, at most the last ten
     * @param refusal the refusal of the last attempt, also where an earlier error is what the caller was thrown
     * @param leftNanos how much of its deadline the call had left, 0 when that was over; {@link #NO_DEADLINE} when it
     *     had none
     * @param course how its attempts went, oldest first, those included that were refused; at most the last ten
     */
    record CallEnded(
            String dependency,
            End end,
            int attempts,
            long elapsedNanos,
            @Nullable Throwable error,
            List<Throwable> earlier,
            @Nullable Rejection refusal,
            long leftNanos,
            List<Tried> course)
            implements Event {

        /** The value of {@link #leftNanos()} of a call without a deadline. */
        public static final long NO_DEADLINE = -1;
    }

    /**
     * How one attempt of a call went. The hedges beside it are not told here.
     *
     * @param number which attempt, from 1; of one that was not started, which it would have been
     * @param fromNanos when it came to the gates, in nanoseconds since the call began
     * @param untilNanos when it was over, in nanoseconds since the call began
     * @param verdict what its outcome meant to the gates; SUCCESS for the one whose value is the call's, and NOT_RUN for
     *     one that was not started
     * @param error what it threw, or why its value was dropped; null when it returned in time, or was refused
     * @param refusal why it was refused; null when it was not
     */
    record Tried(
            int number,
            long fromNanos,
            long untilNanos,
            Verdict verdict,
            @Nullable Throwable error,
            @Nullable Rejection refusal) {

        /** In short, for the errors stand in the event of the call: {@code 1 FAILURE 0..100000000}. */
        @Override
        public String toString() {
            return number + " " + verdict + " " + fromNanos + ".." + untilNanos;
        }
    }

    /**
     * An attempt is over: exactly one of these per attempt that was started.
     *
     * @param dependency the guard's name
     * @param number which attempt, from 1
     * @param verdict what its outcome meant to the gates
     * @param elapsedNanos how long the work ran
     * @param error what it threw, or why its value was dropped; null when it returned in time
     * @param localStall whether the verdict was IGNORED because this process itself had stood still
     */
    record AttemptEnded(
            String dependency,
            int number,
            Verdict verdict,
            long elapsedNanos,
            @Nullable Throwable error,
            boolean localStall)
            implements Event {}

    /**
     * A gate refused an attempt: exactly one of these per refusal.
     *
     * @param dependency the guard's name
     * @param number which attempt it would have been, from 1
     * @param rejection by whom and why
     */
    record AttemptRefused(String dependency, int number, Rejection rejection) implements Event {}

    /**
     * A function of the caller's has answered a call that was refused, after the call itself was over: at most one of these
     * per call, after its terminal event.
     *
     * @param dependency the guard's name
     * @param refusal what it has answered
     */
    record RefusalAnswered(String dependency, Rejection refusal) implements Event {}

    /**
     * Another attempt will follow after a pause.
     *
     * @param dependency the guard's name
     * @param number which attempt it will be, from 2
     * @param pauseNanos how long the pause is
     */
    record RetryScheduled(String dependency, int number, long pauseNanos) implements Event {}

    /** Why a failed call was not tried again. */
    enum NoRetry {
        /** All attempts are used up. */
        ATTEMPTS_USED,
        /** The retry budget is used up. */
        BUDGET_USED,
        /** The pause would outlast the deadline. */
        NO_TIME,
        /** The dependency asked to be left alone for longer than we wait. */
        HINT_TOO_LONG,
        /** The dependency asked not to be tried again. */
        PUSHED_BACK,
        /** The outcome is not one to retry after. */
        NOT_RETRYABLE,
        /** The work is not idempotent and may have taken effect. */
        NOT_IDEMPOTENT,
        /** The call is part of an attempt that is tried again at the edge, and nowhere further in. */
        AT_EDGE
    }

    /**
     * A guard with a retry gave up.
     *
     * @param dependency the guard's name
     * @param attempts how many attempts there were
     * @param why what kept it from another
     */
    record RetryDenied(String dependency, int attempts, NoRetry why) implements Event {}

    /**
     * A guard was configured anew while in use. Calls that began before go on as they began.
     *
     * @param dependency the guard's name
     * @param changes what is different, a line each in the words of the builder, such as {@code attemptTimeout: PT1S ->
     *     PT2S}; at least one
     * @param at the time of day
     */
    record Reconfigured(String dependency, List<String> changes, Instant at) implements Event {}
}
