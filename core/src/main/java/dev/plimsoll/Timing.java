package dev.plimsoll;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AttemptTimer;
import dev.plimsoll.timeout.Patience;
import dev.plimsoll.timeout.TimeLimit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one guard's attempts, in nanoseconds.
 *
 * @param name the dependency's name
 * @param attemptNanos the attempt timeout; 0 for none
 * @param totalNanos the total timeout; 0 for none
 * @param interrupts whether a timeout interrupts the thread that runs the work
 * @param withStack whether exceptions have stack traces
 * @param onLateResult takes values that came too late; null for nobody
 */
record Timing(
        String name,
        long attemptNanos,
        long totalNanos,
        boolean interrupts,
        boolean withStack,
        @Nullable Consumer<@Nullable Object> onLateResult) {

    boolean bounds(Deadline deadline) {
        return attemptNanos > 0 || !deadline.isNone();
    }

    /** How long an attempt may take from its start. */
    long limit(Deadline deadline, long started) {
        long remaining = deadline.remainingNanos(started);
        return attemptNanos > 0 ? Math.min(attemptNanos, remaining) : remaining;
    }

    /** The deadline under which the work of an attempt runs. */
    Deadline ofAttempt(Time time, Deadline deadline, long started) {
        long remaining = deadline.remainingNanos(started);
        return attemptNanos > 0 && attemptNanos <= remaining ? Deadline.at(time, started + attemptNanos) : deadline;
    }

    /** Whether an attempt is bounded by the whole call's time, rather than by its own. */
    boolean isWhole(Deadline deadline, long started) {
        return attemptNanos == 0 || attemptNanos > deadline.remainingNanos(started);
    }

    /** How long an attempt has until a deadline around the guard, if that bounds it; else {@link TimeLimit#OWN}. */
    long inheritedNanos(Deadline deadline, long started) {
        boolean inherited = isWhole(deadline, started) && (totalNanos == 0 || deadline.isInherited());
        return inherited ? Math.max(0, deadline.remainingNanos(started)) : TimeLimit.OWN;
    }

    /** The timer of an attempt that runs on this thread, to be started. */
    AttemptTimer timer(Deadline deadline, long started) {
        long inherited = inheritedNanos(deadline, started);
        return inherited == TimeLimit.OWN
                ? new AttemptTimer(interrupts, isWhole(deadline, started))
                : AttemptTimer.inherited(interrupts, inherited);
    }

    /** How long the caller of an attempt waits that runs on another thread. */
    Patience patience(Deadline deadline, long started, long until) {
        return Patience.until(interrupts, isWhole(deadline, started), inheritedNanos(deadline, started), until);
    }

    /** What the caller is thrown when the time was up. */
    TimeoutExceededException exceeded(Deadline deadline, long started) {
        return exceeded(isWhole(deadline, started), inheritedNanos(deadline, started));
    }

    /** What an inner guard is thrown when a limit of this one, around it, has ended it. */
    TimeoutExceededException exceededAround(TimeLimit limit) {
        return exceeded(limit.isWhole(), limit.inheritedNanos());
    }

    private TimeoutExceededException exceeded(boolean whole, long inherited) {
        if (inherited != TimeLimit.OWN) {
            return TimeoutExceededException.byOuterDeadline(name, inherited, withStack);
        }
        return new TimeoutExceededException(
                name, whole ? Limit.TOTAL : Limit.ATTEMPT, whole ? totalNanos : attemptNanos, withStack);
    }
}
