package dev.plimsoll;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.time.Time;
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

    /** What the caller is thrown when the time was up. */
    TimeoutExceededException exceeded(Deadline deadline, long started) {
        boolean attempt = !isWhole(deadline, started);
        long total = totalNanos > 0 ? totalNanos : Math.max(0, deadline.remainingNanos(started));
        return new TimeoutExceededException(
                name, attempt ? Limit.ATTEMPT : Limit.TOTAL, attempt ? attemptNanos : total, withStack);
    }

    /** What an inner guard is thrown when a timeout of this one, around it, has ended it. */
    TimeoutExceededException exceededAround(boolean whole) {
        return new TimeoutExceededException(
                name, whole ? Limit.TOTAL : Limit.ATTEMPT, whole ? totalNanos : attemptNanos, withStack);
    }
}
