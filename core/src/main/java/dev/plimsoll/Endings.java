package dev.plimsoll;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AttemptTimer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what it means when an attempt did not simply go well. Nothing here throws: what user code throws in between,
 * an {@link Error} of a classifier say, becomes the ending, so that the engine settles in any case.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Endings {

    private final Parts parts;
    private final Judge judge;

    Endings(Parts parts) {
        this.parts = parts;
        this.judge = parts.judge();
    }

    /** What an attempt that was not plainly good means. */
    Ending judged(@Nullable Object value, @Nullable Throwable error, @Nullable Ending timeUp, long elapsed) {
        try {
            return value instanceof Ending pooled ? pooled : meaning(value, error, timeUp, elapsed);
        } catch (Throwable foreign) {
            return Ending.threw(foreign, Judgement.IGNORED, elapsed);
        }
    }

    private Ending meaning(@Nullable Object value, @Nullable Throwable error, @Nullable Ending timeUp, long elapsed) {
        if (error instanceof Error) {
            return Ending.threw(error, Judgement.IGNORED, elapsed);
        }
        if (timeUp != null) {
            if (error == null) {
                parts.late(value);
            }
            return timeUp;
        }
        if (error == null) {
            return Ending.returned(value, judge.ofResult(value), elapsed);
        }
        TimeoutExceededException outer = Around.firedTimeout();
        if (outer == null && saysTimeIsUp(error)) {
            outer = Around.timeoutBy(parts.time().precise()); // it is due, and was not the first to look
        }
        if (outer != null) {
            Throwable seen = Judge.saysInterrupted(error) ? outer : error;
            return Ending.timedOut(seen, judge.ofOuterEnd(had(elapsed)), elapsed, false);
        }
        return Ending.threw(error, judge.ofError(error), elapsed);
    }

    /**
     * The attempt's own timer has fired.
     *
     * @param limits those of the attempt
     * @param outer the timeout around this guard that it has fired for; null for one of its own
     */
    Ending timedOut(
            boolean stalled, Timing limits, Deadline deadline, long started, @Nullable TimeoutExceededException outer) {
        long elapsed = parts.time().precise() - started;
        try {
            if (outer != null) {
                return Ending.timedOut(outer, judge.ofOuterEnd(had(elapsed)), elapsed, stalled);
            }
            TimeoutExceededException timeout = limits.exceeded(deadline, started);
            boolean still = stalled || stoodStill(elapsed);
            return Ending.timedOut(timeout, judge.ofTimeout(timeout, elapsed, still), elapsed, still);
        } catch (Throwable foreign) {
            return Ending.threw(foreign, Judgement.IGNORED, elapsed);
        }
    }

    /**
     * Ends the timeout of an attempt in which a guard inside has said that time is up, if this one is due as well: then that
     * guard was merely the first of the two to look.
     */
    static void endIfDue(@Nullable AttemptTimer timer, @Nullable Throwable error) {
        if (timer != null && error != null && saysTimeIsUp(error)) {
            timer.endIfDue();
        }
    }

    /** Whether that is the word of a guard whose time was up, in its work or in a wait for it. */
    static boolean saysTimeIsUp(Throwable error) {
        RejectedException refusal = RejectedException.in(error);
        return refusal == null
                ? TimeoutExceededException.in(error) != null
                : refusal.reason() == Rejection.Reason.DEADLINE_EXPIRED;
    }

    /** The work has given no sign of life for too long. */
    Ending silent(boolean stalled, long started) {
        long elapsed = parts.time().precise() - started;
        try {
            TimeoutExceededException timeout = parts.timing().silent();
            boolean still = stalled || stoodStill(elapsed);
            return Ending.timedOut(timeout, judge.ofTimeout(timeout, elapsed, still), elapsed, still);
        } catch (Throwable foreign) {
            return Ending.threw(foreign, Judgement.IGNORED, elapsed);
        }
    }

    /** Whether this process stood still for long while the attempt ran, though the timer itself may have been in time. */
    private boolean stoodStill(long elapsed) {
        return elapsed - had(elapsed) > Time.LOCAL_STALL;
    }

    /** How much of its time the dependency really had: all but that in which this process itself stood still. */
    long had(long elapsed) {
        return elapsed - parts.time().lateness(parts.time().precise() - elapsed);
    }

    /** The library was interrupted in a wait of its own: by a timeout around it, or by somebody who means it. */
    Ending interrupted(String waitedFor) {
        TimeoutExceededException outer = Around.firedTimeout();
        return Ending.before(outer != null ? outer : new CallInterruptedException(parts.name(), waitedFor));
    }

    /** The holder of the call's future does not want it any more: by himself, or because a timeout around it has fired. */
    Ending stopped(long elapsed) {
        try {
            TimeoutExceededException outer = Around.firedTimeout();
            return outer != null
                    ? Ending.timedOut(outer, judge.ofOuterEnd(had(elapsed)), elapsed, false)
                    : Ending.threw(new CancellationException("the call was cancelled"), Judgement.IGNORED, elapsed);
        } catch (Throwable noMemory) {
            return Ending.threw(noMemory, Judgement.IGNORED, elapsed);
        }
    }

    /** A dependent stage wraps what it did not throw itself; the caller gets what was thrown. */
    static @Nullable Throwable unwrapped(@Nullable Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    /** The time was up before the work was started. */
    Rejection timeIsUp(String gate, String detail) {
        return new Rejection(parts.name(), gate, Rejection.Reason.DEADLINE_EXPIRED, detail, Rejection.UNKNOWN);
    }

    /** The time was up in a wait at a gate, which has let nobody in by then, and says why. */
    Rejection timeIsUp(Rejection atGate) {
        return timeIsUp(atGate.gate(), atGate.detail() + "; the time was up");
    }

    /** There is time, but likely not enough of it. */
    Rejection tooLate(long leftNanos, long medianNanos) {
        String detail = Time.words(Duration.ofNanos(leftNanos)) + " left, half of the answers take "
                + Time.words(Duration.ofNanos(medianNanos)) + " or longer";
        return new Rejection(parts.name(), "deadline", Rejection.Reason.HOPELESS, detail, Rejection.UNKNOWN);
    }

    /** The guards are closed, or this one takes nobody. */
    Rejection shutDown() {
        Visits visits = parts.visits();
        if (visits != null && visits.refuses()) {
            return visits.refusal(parts.name());
        }
        return new Rejection(parts.name(), "guards", Rejection.Reason.SHUT_DOWN, "which are closed", Rejection.UNKNOWN);
    }
}
