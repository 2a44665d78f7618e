package dev.plimsoll;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * Waits at a gate.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Waiting {

    private final Time time;
    private final Endings endings;

    Waiting(Time time, Endings endings) {
        this.time = time;
        this.endings = endings;
    }

    /** Waits for a place, as long as it may be held and the deadline allows; null when interrupted. */
    @Nullable
    Admission await(Admission.Wait wait, Deadline deadline) {
        while (wait.granted() == null) {
            if (Thread.currentThread().isInterrupted()) {
                return wait.abandon() ? null : wait.granted();
            }
            long now = time.precise();
            long remaining = deadline.remainingNanos(now);
            long left = Math.min(wait.until() - now, remaining);
            if (left > 0) {
                time.parkUntil(wait, now + left);
            } else if (wait.abandon()) {
                Rejection rejection = wait.timedOut();
                return remaining > 0 ? rejection : endings.timeIsUp(rejection.gate(), rejection.detail());
            }
        }
        return wait.granted();
    }
}
