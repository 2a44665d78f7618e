package dev.plimsoll;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.time.Time;

/**
 * Decides after a setback whether the call is tried again, and waits until it is time for it. What was charged for an
 * attempt that is not run is given back.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class NextAttempt {

    /** Stands for no pause, because there is no attempt to pause for. */
    static final long NONE = -1;

    private final Retries retries;
    private final Guards owner;
    private final Time time;
    private final GuardCounts counts;
    private final Endings endings;

    NextAttempt(Retries retries, Parts parts, Endings endings) {
        this.retries = retries;
        this.owner = parts.owner();
        this.time = parts.time();
        this.counts = parts.counts();
        this.endings = endings;
    }

    /**
     * Waits on this thread until it is time for another attempt; false when there is none. Throws nothing: that ends the
     * call instead.
     */
    boolean pausedForAnother(Setbacks setbacks, Deadline deadline) {
        long pause = pauseAfter(setbacks, deadline);
        if (pause == NONE) {
            return false;
        }
        try {
            time.sleep(pause);
            return true;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            givesUp(setbacks, endings.interrupted("the next attempt"));
        } catch (Throwable foreign) {
            givesUp(setbacks, Ending.before(foreign));
        }
        return false;
    }

    /** How long to pause before another attempt, which is charged from here on; {@link #NONE} when there is none. */
    long pauseAfter(Setbacks setbacks, Deadline deadline) {
        refund(setbacks); // the attempt it was charged for was not admitted
        Ending last = setbacks.last();
        if (last == null || setbacks.refusal() != null || last.how() == Ending.How.INTERRUPTED) {
            return NONE;
        }
        try {
            return charged(setbacks, last, deadline);
        } catch (Throwable foreign) { // of a predicate or an observer
            givesUp(setbacks, Ending.before(foreign));
            return NONE;
        }
    }

    /** The attempt that was paused for does not come. */
    void givesUp(Setbacks setbacks, Ending why) {
        setbacks.add(why);
        refund(setbacks);
    }

    /** Gives back what was charged for an attempt that has not run, if there is anything. */
    void refund(Setbacks setbacks) {
        if (setbacks.isCharged()) {
            retries.budget().giveBack(setbacks.chargedAt());
            setbacks.uncharge();
        }
    }

    private long charged(Setbacks setbacks, Ending last, Deadline deadline) {
        long now = time.precise();
        Retries.Decision next = retries.next(
                setbacks.attempts(), setbacks.outcome(), last.judgement(), deadline.remainingNanos(now), now);
        if (next.denied() != null) {
            counts.retryDenied(setbacks.attempts(), next.denied());
            return NONE;
        }
        if (!setbacks.isRetried()) {
            owner.retryBegins();
        }
        setbacks.charge(now);
        counts.retryScheduled(setbacks.attempts() + 1, next.pauseNanos());
        return next.pauseNanos();
    }
}
