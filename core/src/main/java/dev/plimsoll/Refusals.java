package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an attempt that is not admitted: what the gates gave is given back, and the refusal is counted and
 * told.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Refusals {

    private final Parts parts;
    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;

    Refusals(Parts parts) {
        this.parts = parts;
        this.breaker = parts.breaker();
        this.bulkhead = parts.bulkhead();
    }

    /** Ends an attempt with what the gates answered; null stands for a wait that was interrupted. */
    Ending notAdmitted(@Nullable Admission fuse, @Nullable Admission place, int number) {
        giveBack(bulkhead, place);
        giveBack(breaker, fuse);
        if (fuse == null || place == null) {
            Throwable foreign = published();
            return foreign == null ? interrupted("a bulkhead permit") : Ending.before(foreign);
        }
        return refused((Rejection) (fuse instanceof Rejection ? fuse : place), number);
    }

    static void giveBack(@Nullable Gate gate, @Nullable Admission admission) {
        if (gate != null && admission instanceof Leave leave) {
            gate.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    Ending refused(Rejection rejection, int number) {
        Throwable foreign = published();
        try {
            parts.ledger().attemptRefused(number, rejection);
        } catch (Throwable ofObserver) {
            foreign = ofObserver;
        }
        return foreign == null ? Ending.refused(rejection) : Ending.before(foreign);
    }

    /** Tells of transitions; gives back the {@link Error} of an observer, which must wait until all is recorded. */
    @Nullable
    Throwable published() {
        try {
            if (breaker != null) {
                breaker.publish();
            }
            return null;
        } catch (Throwable foreign) {
            return foreign;
        }
    }

    Ending shutDown() {
        Rejection.Reason reason = Rejection.Reason.SHUT_DOWN;
        return refused(new Rejection(parts.name(), "guards", reason, "which are closed", Rejection.UNKNOWN), 1);
    }

    Rejection timeIsUp(String gate, String detail) {
        return new Rejection(parts.name(), gate, Rejection.Reason.DEADLINE_EXPIRED, detail, Rejection.UNKNOWN);
    }

    /** The library was interrupted in a wait of its own: by a timeout around it, or by somebody who means it. */
    Ending interrupted(String waitedFor) {
        TimeoutExceededException outer = Around.firedTimeout();
        return Ending.before(outer != null ? outer : new CallInterruptedException(parts.name(), waitedFor));
    }
}
