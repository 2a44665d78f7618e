package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AnswerTimes;
import dev.plimsoll.timeout.HopelessWork;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an attempt, in through the gates and out again, which both engines take in the same order under the same
 * names: enter the breaker, enter the bulkhead, (work,) judge, settle, tell.
 *
 * <p>What did not simply go well is an {@link Ending} from here on; null, or the value itself, stands for what did. Nothing
 * here throws: what user code throws in between becomes the ending, so that everything is settled in any case.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Steps {

    /** Where there is no gate, everybody may pass. */
    private enum NoGate implements Leave {
        HERE
    }

    private final Time time;
    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;
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

    Admission enterBulkhead() {
        return bulkhead == null ? NoGate.HERE : bulkhead.enter();
    }

    /** The outermost gate for a leg beyond the first: it is no probe. */
    Admission enterBreakerForLeg(Deadline deadline) {
        if (!deadline.isNone() && deadline.remainingNanos(time.precise()) <= 0) {
            return endings.timeIsUp("deadline", "the time is up");
        }
        return breaker == null ? NoGate.HERE : breaker.enterUnlessProbing();
    }

    /** The gates inside for a leg beyond the first: it does not wait. */
    Admission enterBulkheadForLeg() {
        Admission admission = enterBulkhead();
        if (!(admission instanceof Admission.Wait wait)) {
            return admission;
        }
        Leave granted = wait.abandon() ? null : wait.granted();
        return granted == null ? wait.timedOut() : granted;
    }

    /** Gives a leave of the breaker back unused. */
    void giveBackToBreaker(@Nullable Admission admission) {
        if (breaker != null && admission instanceof Leave leave) {
            breaker.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /** Gives a leave of the bulkhead back unused. */
    void giveBackToBulkhead(@Nullable Admission admission) {
        if (bulkhead != null && admission instanceof Leave leave) {
            bulkhead.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /**
     * One of the gates has refused: the other one's leave is given back.
     *
     * @param atBreaker null when it was not asked, or has its leave back already
     * @param atBulkhead null when it was not asked
     */
    Ending notAdmitted(@Nullable Admission atBreaker, @Nullable Admission atBulkhead, int number) {
        giveBackToBulkhead(atBulkhead);
        giveBackToBreaker(atBreaker);
        Admission rejection = atBreaker instanceof Rejection ? atBreaker : atBulkhead;
        return refused(number, rejection instanceof Rejection refusal ? refusal : endings.shutDown());
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
        if (timing.isNamed() || !deadline.isNone()) {
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

    /** Gives the permit back; null when it is another's to give back. */
    void settleBulkhead(@Nullable Admission leave) {
        if (bulkhead != null && leave != null) {
            bulkhead.settle((Leave) leave, Judgement.SUCCESS, 0, 0, null); // to a bulkhead all endings are alike
        }
    }

    /**
     * Settles for a leg that was cancelled, for another one has won: it would have taken longer.
     *
     * @param first whether it was the first, of which it is known how long it took at least
     */
    Ending settleCensored(Admission leave, boolean first, long now, long elapsed) {
        if (learning != null && first) {
            learning.times().timedOut(elapsed, now);
        }
        Judgement judgement = breaker == null
                ? Judgement.IGNORED
                : breaker.settleCensored((Leave) leave, now, elapsed);
        return Ending.threw(new CancellationException("another leg has won"), judgement, elapsed);
    }

    /** Settles with the breaker, and remembers how long the answer took. */
    void settleBreaker(Admission leave, @Nullable Ending ending, long now, long elapsed) {
        if (learning != null) {
            learn(learning.times(), ending, now, elapsed);
        }
        if (breaker == null) {
            return;
        }
        if (ending == null) {
            breaker.settle((Leave) leave, Judgement.SUCCESS, now, elapsed, null);
        } else {
            breaker.settle((Leave) leave, ending.judgement(), now, elapsed, ending.error());
        }
    }

    /** Errors are no answers; and what something else than its own timeout has ended says nothing. */
    private void learn(AnswerTimes times, @Nullable Ending ending, long now, long elapsed) {
        if (ending == null || ending.isAnswer()) {
            times.answered(elapsed, now);
        } else if (ending.how() == Ending.How.TIMED_OUT
                && ending.error() instanceof TimeoutExceededException timeout
                && timeout.limit() == TimeoutExceededException.Limit.ATTEMPT
                && timeout.dependency().equals(timing.name())) {
            times.timedOut(Time.nanos(timeout.after()), now);
        }
    }

    /** Counts and tells how an attempt ended; gives back the value if it was good, or else its ending. */
    @Nullable
    Object told(int number, @Nullable Object value, @Nullable Ending ending, long elapsed) {
        Throwable foreign = published();
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
