package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.HopelessWork;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an attempt, in through the gates and out again, which both engines take in the same order under the same
 * names: enter the breaker, enter what is inside of it, (work,) judge, settle, tell.
 *
 * <p>What did not simply go well is an {@link Ending} from here on; null, or the value itself, stands for what did. Nothing
 * here throws on the way out: what user code throws in between becomes the ending, so that everything is settled in any
 * case. On the way in a gate may throw that is broken; whatever its step was given is given back then.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Steps {

    private final Time time;
    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable Inside inside; // null where there is nothing inside of the breaker but a bulkhead
    private final boolean precise;
    private final @Nullable Retries retries;
    private final Timing timing;
    private final GuardCounts counts;
    private final Endings endings;
    private final boolean looksAtResults;
    private final @Nullable Learning learning;

    Steps(Parts parts, Endings endings) {
        this.time = parts.time();
        this.breaker = parts.breaker();
        this.bulkhead = parts.bulkhead();
        this.inside = Inside.of(parts.gates());
        this.precise = parts.timing().isNamed() || parts.gates().limit() != null || parts.hedging() != null;
        this.retries = parts.retries();
        this.timing = parts.timing();
        this.counts = parts.counts();
        this.learning = timing.learning();
        this.endings = endings;
        this.looksAtResults = parts.judge().looksAtResults() || (retries != null && retries.looksAtResults());
    }

    /** Whether a good value must be looked at before it is believed. */
    boolean looksAtResults() {
        return looksAtResults;
    }

    // ---------------------------------------------------------------- in

    /** An attempt arrives: whose time is too short is refused, and asks no gate. */
    Admission arrive(Deadline deadline) {
        HopelessWork hopeless = learning == null || deadline.isNone() ? null : learning.hopeless();
        if (hopeless != null) {
            long now = time.precise();
            long left = deadline.remainingNanos(now);
            if (left > 0 && hopeless.refuses(left, now)) {
                return endings.tooLate(left, hopeless.median(now));
            }
        }
        return enterBreaker(deadline);
    }

    /** The outermost gate of an attempt; whose time is up is not even asked there. */
    Admission enterBreaker(Deadline deadline) {
        if (!deadline.isNone() && deadline.remainingNanos(time.precise()) <= 0) {
            return endings.timeIsUp("deadline", "the time is up");
        }
        return breaker == null ? NoGate.HERE : breaker.enter();
    }

    /** All gates behind the breaker, as one; if one of them breaks, the breaker has its leave back, unless that is null. */
    Admission enterInside(@Nullable Admission atBreaker, Deadline deadline) {
        try {
            if (inside != null) {
                return inside.enter(deadline);
            }
            return bulkhead == null ? NoGate.HERE : bulkhead.enter();
        } catch (Throwable broken) {
            giveBackToBreaker(atBreaker);
            throw broken;
        }
    }

    /** The outermost gate for a leg beyond the first: it is no probe. */
    Admission enterBreakerForLeg(Deadline deadline) {
        if (!deadline.isNone() && deadline.remainingNanos(time.precise()) <= 0) {
            return endings.timeIsUp("deadline", "the time is up");
        }
        return breaker == null ? NoGate.HERE : breaker.enterUnlessProbing();
    }

    /** The gates inside for a leg beyond the first: it waits at none. */
    Admission enterInsideForLeg(Deadline deadline) {
        Admission admission = enterInside(null, deadline);
        if (!(admission instanceof Wait wait)) {
            return admission;
        }
        abandon(wait);
        return wait.timedOut();
    }

    /** Nobody waits any more; what was granted by now is given back. */
    void abandon(Wait waited) {
        if (!waited.abandon()) {
            giveBackAfter(waited, waited.granted());
        }
    }

    /** Gives everything inside back unused. */
    void giveBackInside(Leave entered) {
        if (inside != null) {
            inside.giveBack(entered);
        } else if (bulkhead != null) {
            bulkhead.settle(entered, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /** The outermost gate again, after a wait at one inside; null when nothing has come of that, and it is not asked. */
    @Nullable
    Admission enterBreakerAfter(Wait waited, @Nullable Admission decided, Deadline deadline) {
        try {
            return decided instanceof Leave ? enterBreaker(deadline) : null;
        } catch (Throwable broken) {
            giveBackAfter(waited, decided);
            throw broken;
        }
    }

    /**
     * A wait at one of the gates inside is over, and the breaker was asked again: on through the others, which may let wait
     * once more.
     *
     * @param decided what came of the wait; null for nothing
     * @param atBreaker null when it was not asked
     * @return null when the breaker has refused
     */
    @Nullable
    Admission afterWait(Wait waited, @Nullable Admission decided, @Nullable Admission atBreaker, Deadline deadline) {
        if (!(decided instanceof Leave granted)) {
            return decided;
        }
        if (!(atBreaker instanceof Leave)) {
            giveBackAfter(waited, granted);
            return null;
        }
        try {
            return inside == null ? granted : inside.after(waited, granted, deadline);
        } catch (Throwable broken) {
            giveBackToBreaker(atBreaker);
            throw broken;
        }
    }

    /** What a call is waiting for, in words. */
    String waitedFor(Wait wait) {
        return inside == null ? Inside.PLACE : inside.waitedFor(wait);
    }

    /** What was entered inside, where that is a permit of the rate limiter, or of the bulkhead. */
    Leave only(Leave permit) {
        return inside == null ? permit : inside.ofToken(permit);
    }

    /** The bulkhead's part of what was entered inside. */
    Leave place(Leave entered) {
        return inside == null ? entered : inside.place(entered);
    }

    /** Gives a leave of the breaker back unused. */
    void giveBackToBreaker(@Nullable Admission admission) {
        if (breaker != null && admission instanceof Leave leave) {
            breaker.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /** Gives what a wait has granted back unused; null for nothing. */
    void giveBackAfter(Wait waited, @Nullable Admission admission) {
        if (!(admission instanceof Leave granted)) {
            return;
        }
        if (inside != null) {
            inside.giveBack(waited, granted);
        } else if (bulkhead != null) {
            bulkhead.settle(granted, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /**
     * One of the gates has refused, and those inside have their leaves back: so has the breaker now.
     *
     * @param atBreaker null when it was not asked, or has its leave back already
     * @param atInside null when none was asked
     */
    Ending notAdmitted(@Nullable Admission atBreaker, @Nullable Admission atInside, int number) {
        try {
            giveBackToBreaker(atBreaker);
        } catch (Throwable broken) {
            return Ending.before(broken);
        }
        Admission rejection = atBreaker instanceof Rejection ? atBreaker : atInside;
        return refused(number, rejection instanceof Rejection refusal ? refusal : endings.shutDown());
    }

    /** All gates have let an attempt pass that cannot begin: they have their leaves back. */
    Ending notBegun(Admission atBreaker, Leave entered, Throwable why) {
        try {
            try {
                giveBackInside(entered);
            } finally {
                giveBackToBreaker(atBreaker);
            }
        } catch (Throwable broken) {
            return Ending.before(why); // and not this one, which came second
        }
        return Ending.before(why);
    }

    Ending refused(int number, Rejection rejection) {
        Throwable foreign = published();
        try {
            counts.attemptRefused(number, rejection);
        } catch (Throwable ofObserver) {
            foreign = ofObserver;
        }
        return foreign == null ? Ending.refused(rejection) : Ending.before(foreign);
    }

    // ---------------------------------------------------------------- out

    /** The precise clock where a timeout, a deadline or what can be learnt is at stake; else whatever the breaker needs. */
    long clock(Deadline deadline) {
        if (precise || !deadline.isNone()) {
            return time.precise();
        }
        return breaker == null ? time.coarse() : breaker.clock();
    }

    /** What an attempt means that was not plainly good; null when it was. */
    @Nullable
    Ending judged(@Nullable Object value, @Nullable Throwable error, @Nullable Ending timeUp, long elapsed) {
        boolean plain = error == null && timeUp == null && !looksAtResults && !(value instanceof Ending);
        return plain ? null : endings.judged(value, error, timeUp, elapsed);
    }

    /**
     * Whether the bulkhead's permit goes back only when the others are settled: else who queues for it would be handed it
     * while the slot of the one before still counts, and be refused by a limit that has room for it.
     */
    boolean settlesPlaceLast() {
        return inside != null;
    }

    /** Gives the permit back if it is not to go back last, and is not another's; what is left to give back, null for nothing. */
    @Nullable
    Leave settledFirst(@Nullable Leave held) {
        if (settlesPlaceLast()) {
            return held;
        }
        settleBulkhead(held);
        return null;
    }

    /** Gives the permit back; null when it is another's to give back. */
    void settleBulkhead(@Nullable Admission leave) {
        if (bulkhead != null && leave != null) {
            bulkhead.settle((Leave) leave, Judgement.SUCCESS, 0, 0, null); // to a bulkhead all endings are alike
        }
    }

    /**
     * Settles with all gates but the bulkhead for a leg that was cancelled, for another one has won: it would have taken
     * longer. Of the first one it is known how long it took at least.
     */
    Ending settleCensored(Admission atBreaker, Leave entered, boolean first, long now, long elapsed) {
        if (inside != null) {
            Throwable unused = inside.settle(entered, Judgement.IGNORED, now, elapsed, null);
        }
        Judgement judgement = Judgement.IGNORED;
        Throwable lost;
        try {
            judgement = breaker == null ? judgement : breaker.settleCensored((Leave) atBreaker, now, elapsed);
            if (learning != null && first) {
                learning.times().timedOut(elapsed, now);
            }
            lost = new CancellationException("another leg has won");
        } catch (Throwable noMemory) { // its permit is still to go back, and its work to be cancelled
            lost = noMemory;
        }
        return Ending.threw(lost, judgement, elapsed);
    }

    /**
     * Settles with the gates, and remembers how long the answer took.
     *
     * @param held the bulkhead's permit; null when it is given back already, or by another
     * @return an {@link Error} of an algorithm of the user's, which must wait until all is recorded; null for none
     */
    @Nullable
    Throwable settle(
            Admission atBreaker, Leave entered, @Nullable Leave held, @Nullable Ending ending, long now, long elapsed) {
        Judgement judgement = ending == null ? Judgement.SUCCESS : ending.judgement();
        Throwable error = ending == null ? null : ending.error();
        Throwable foreign = inside == null ? null : inside.settle(entered, judgement, now, elapsed, error);
        try {
            try {
                if (breaker != null) {
                    breaker.settle((Leave) atBreaker, judgement, now, elapsed, error);
                }
                if (learning != null) {
                    learning.hear(timing.name(), ending, now, elapsed);
                }
            } finally {
                settleBulkhead(held);
            }
        } catch (Throwable broken) {
            foreign = foreign != null ? foreign : broken;
        }
        return foreign;
    }

    /** Settles for an attempt of which there is no memory to say more than why. */
    Ending lost(Admission atBreaker, Leave entered, @Nullable Leave held, Throwable why) {
        Throwable unused = published(settle(atBreaker, entered, held, Ending.LOST, 0, 0));
        return Ending.threw(why, Judgement.IGNORED, 0);
    }

    /**
     * Counts and tells how an attempt ended; gives back the value if it was good, or else its ending.
     *
     * @param atSettling what {@link #settle} gave back
     */
    @Nullable
    Object told(
            int number, @Nullable Object value, @Nullable Ending ending, long elapsed, @Nullable Throwable atSettling) {
        Throwable foreign = published(atSettling);
        try {
            if (ending == null) {
                counts.attemptSucceeded(number, elapsed);
                if (foreign == null) {
                    return value;
                }
            } else {
                counts.attemptEnded(number, ending);
                if (foreign == null) {
                    return answers(ending) ? value : ending;
                }
            }
        } catch (Throwable ofUser) {
            foreign = ofUser;
        }
        counts.attemptSpoiled(ending);
        return Ending.threw(foreign, Judgement.IGNORED, elapsed);
    }

    /** Whether it ended with a value that may be the call's. */
    boolean isGood(Ending ending) {
        return ending.how() == Ending.How.RETURNED
                && !ending.judgement().verdict().isBad()
                && (retries == null || !retries.wantsAnother(ending.value()));
    }

    /** Whether the call ends here, with the value of an attempt that was looked at. */
    private boolean answers(Ending ending) {
        boolean good = isGood(ending);
        counts.attemptLookedAt(ending, good);
        return good;
    }

    /** Tells of transitions; gives back the {@link Error} of before, or else that of an observer. */
    @Nullable
    Throwable published(@Nullable Throwable before) {
        Throwable ofObserver = published();
        return before != null ? before : ofObserver;
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
}
