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

    /** Waits until it is time for another attempt; false when there is none. Throws nothing: that ends the call instead. */
    boolean comes(Setbacks setbacks, Deadline deadline) {
        refund(setbacks); // the attempt it was charged for was not admitted
        Ending last = setbacks.last();
        if (last == null || setbacks.refusal() != null || last.how() == Ending.How.INTERRUPTED) {
            return false;
        }
        try {
            return pause(setbacks, last, deadline);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            setbacks.add(endings.interrupted("the next attempt"));
        } catch (Throwable foreign) { // of a predicate or an observer
            setbacks.add(Ending.before(foreign));
        }
        refund(setbacks);
        return false;
    }

    private void refund(Setbacks setbacks) {
        if (setbacks.isCharged()) {
            retries.budget().giveBack(setbacks.chargedAt());
            setbacks.uncharge();
        }
    }

    private boolean pause(Setbacks setbacks, Ending last, Deadline deadline) throws InterruptedException {
        long now = time.precise();
        Retries.Decision next = retries.next(
                setbacks.attempts(), setbacks.outcome(), last.judgement(), deadline.remainingNanos(now), now);
        if (next.denied() != null) {
            counts.retryDenied(setbacks.attempts(), next.denied());
            return false;
        }
        if (!setbacks.isRetried()) {
            owner.retryBegins();
        }
        setbacks.charge(now);
        counts.retryScheduled(setbacks.attempts() + 1, next.pauseNanos());
        time.sleep(next.pauseNanos());
        return true;
    }
}
