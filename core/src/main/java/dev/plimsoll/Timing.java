package dev.plimsoll;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AdaptiveLimit;
import dev.plimsoll.timeout.AttemptTimer;
import dev.plimsoll.timeout.Patience;
import dev.plimsoll.timeout.TimeLimit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one guard's attempts, in nanoseconds.
 *
 * @param name the dependency's name
 * @param attemptNanos the attempt timeout, of an adaptive one the upper bound or a present value; 0 for none
 * @param totalNanos the total timeout; 0 for none
 * @param heartbeatNanos how long the work may be silent; 0 for as long as it takes
 * @param interrupts whether a timeout interrupts the thread that runs the work
 * @param withStack whether exceptions have stack traces
 * @param onLateResult takes values that came too late; null for nobody
 * @param learning what follows from how long answers take; null for nothing
 */
record Timing(
        String name,
        long attemptNanos,
        long totalNanos,
        long heartbeatNanos,
        boolean interrupts,
        boolean withStack,
        @Nullable Consumer<@Nullable Object> onLateResult,
        @Nullable Learning learning) {

    /** The same with another attempt timeout. */
    Timing withAttempt(long nanos) {
        return new Timing(name, nanos, totalNanos, heartbeatNanos, interrupts, withStack, onLateResult, learning);
    }

    /** The limits of an attempt that starts now; they stay as they are until it ends. */
    Timing present(long now) {
        return learning == null ? this : learning.present(this, now);
    }

    /** The attempt timeout in force; 0 for none. */
    long presentNanos() {
        AdaptiveLimit adaptive = adaptive();
        return adaptive == null ? attemptNanos : adaptive.nanos();
    }

    /** Whether the set-up says anything about time. */
    boolean isNamed() {
        return attemptNanos > 0 || totalNanos > 0 || heartbeatNanos > 0 || learning != null;
    }

    /** The attempt timeout if it follows the dependency; else null. */
    @Nullable
    AdaptiveLimit adaptive() {
        return learning == null ? null : learning.limit();
    }

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

    /** How long an attempt has, if what bounds it is not in the set-up; see {@link TimeLimit#givenNanos()}. */
    long givenNanos(Deadline deadline, long started) {
        if (!isWhole(deadline, started)) {
            return adaptive() == null ? TimeLimit.OWN : attemptNanos;
        }
        boolean inherited = totalNanos == 0 || deadline.isInherited();
        return inherited ? Math.max(0, deadline.remainingNanos(started)) : TimeLimit.OWN;
    }

    /** The timer of an attempt that runs on this thread, to be started. */
    AttemptTimer timer(Deadline deadline, long started) {
        boolean whole = isWhole(deadline, started);
        long given = givenNanos(deadline, started);
        return given == TimeLimit.OWN
                ? new AttemptTimer(interrupts, whole)
                : AttemptTimer.given(interrupts, whole, given);
    }

    /** How long the caller of an attempt waits that runs on another thread. */
    Patience patience(Deadline deadline, long started, long until) {
        return Patience.until(interrupts, isWhole(deadline, started), givenNanos(deadline, started), until);
    }

    /** What the caller is thrown when the time was up. */
    TimeoutExceededException exceeded(Deadline deadline, long started) {
        return exceeded(isWhole(deadline, started), givenNanos(deadline, started));
    }

    /** What an inner guard is thrown when a limit of this one, around it, has ended it. */
    TimeoutExceededException exceededAround(TimeLimit limit) {
        return limit.isHeartbeat() ? silent() : exceeded(limit.isWhole(), limit.givenNanos());
    }

    /** What the caller is thrown when the work gave no sign of life. */
    TimeoutExceededException silent() {
        return new TimeoutExceededException(name, Limit.HEARTBEAT, heartbeatNanos, withStack);
    }

    private TimeoutExceededException exceeded(boolean whole, long given) {
        if (!whole) {
            long nanos = given == TimeLimit.OWN ? attemptNanos : given;
            return new TimeoutExceededException(name, Limit.ATTEMPT, nanos, withStack);
        }
        return given == TimeLimit.OWN
                ? new TimeoutExceededException(name, Limit.TOTAL, totalNanos, withStack)
                : TimeoutExceededException.byOuterDeadline(name, given, withStack);
    }
}
