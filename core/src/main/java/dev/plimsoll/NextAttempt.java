package dev.plimsoll;

import dev.plimsoll.budget.Grant;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
    private final int ownFrames;
    private final Predicate<Object> sameBudget = this::hasSameBudget; // made once, not per call

    /**
     * Decides for one engine.
     *
     * @param framed whether the thread that asks is inside of the guard then, as in the blocking engine; else it is where
     *     the guard was called
     */
    NextAttempt(Retries retries, Parts parts, Endings endings, boolean framed) {
        this.retries = retries;
        this.ownFrames = framed ? 1 : 0;
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
            if (pause == 0 && Thread.interrupted()) { // no sleep looks whether the caller wants no more
                throw new InterruptedException();
            }
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

    /** The call was answered. A budget that successes refill hears of it, once where nested guards share it. */
    void answered(@Nullable Setbacks setbacks) {
        if (retries.hearsSuccesses() && Ambient.count(sameBudget) <= ownFrames) {
            retries.succeeded(setbacks == null ? null : setbacks.lastRetry());
        }
    }

    private boolean hasSameBudget(Object around) {
        Retries others = around instanceof Parts other ? other.retries() : null;
        return others != null && others.budget() == retries.budget();
    }

    /** Gives back what was charged for an attempt that has not run, if there is anything. */
    void refund(Setbacks setbacks) {
        Grant charged = setbacks.takeCharge();
        if (charged != null) {
            charged.giveBack();
        }
    }

    private long charged(Setbacks setbacks, Ending last, Deadline deadline) {
        if (Around.isAtEdge(ownFrames > 0 ? retries.mark() : null)) {
            counts.retryDenied(setbacks.attempts(), Event.NoRetry.AT_EDGE);
            return NONE;
        }
        long now = time.precise();
        Retries.Decision next = retries.next(
                setbacks.attempts(),
                setbacks.outcome(),
                last.judgement(),
                setbacks.pauseNanos(),
                deadline.remainingNanos(now),
                now);
        Grant grant = next.grant();
        if (grant == null) {
            counts.retryDenied(setbacks.attempts(), Objects.requireNonNull(next.denied()));
            return NONE;
        }
        if (!setbacks.isCounted()) {
            owner.unfinished().retryBegins();
        }
        setbacks.charge(grant, next.pauseNanos());
        counts.retryScheduled(setbacks.attempts() + 1, next.pauseNanos());
        return next.pauseNanos();
    }
}
