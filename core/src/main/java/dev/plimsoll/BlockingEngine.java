package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AttemptTimer;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through the gates on the caller's own thread. {@link #call} and {@link #attempt} are the whole path.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; everything about one call lives on its stack.
 */
final class BlockingEngine {

    /** Where there is no gate, everybody may pass. */
    private enum NoGate implements Leave {
        HERE
    }

    private final Parts parts;
    private final Time time;
    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable Retries retries;
    private final @Nullable NextAttempt next;
    private final @Nullable PooledAttempts pool;
    private final Judge judge;
    private final Endings endings;
    private final Ledger ledger;
    private final Surroundings surroundings;
    private final Conclusion conclusion;
    private final boolean framed;
    private final boolean countsAnswered;
    private final boolean rechecked;
    private volatile boolean bare;
    private final boolean looksAtResults;
    private final Timing timing;

    /**
     * Puts the parts together.
     *
     * @param rechecked whether {@link #recheck()} will be called when observers come and go
     */
    BlockingEngine(Parts parts, boolean rechecked) {
        this.parts = parts;
        this.time = parts.time();
        this.breaker = parts.breaker();
        this.bulkhead = parts.bulkhead();
        this.retries = parts.retries();
        this.pool = bulkhead != null && bulkhead.hasPool() ? new PooledAttempts(parts, bulkhead) : null;
        this.judge = parts.judge();
        this.endings = new Endings(parts);
        this.next = retries == null ? null : new NextAttempt(retries, parts, endings);
        this.ledger = parts.ledger();
        this.framed = parts.framed();
        this.surroundings = new Surroundings(this, parts);
        this.conclusion = new Conclusion(parts);
        this.countsAnswered = ledger.countsAnswered();
        this.looksAtResults = judge.looksAtResults() || (retries != null && retries.looksAtResults());
        this.timing = parts.timing();
        this.rechecked = rechecked;
        recheck();
    }

    /**
     * One call: attempts, one after the other, for as long as the retry wants another one. A call that goes well
     * allocates nothing here.
     *
     * @param asked whether the work looks at its attempt
     * @param refused asked last, outside of everything else, when a gate has refused; null for nobody
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // what attempt() returns and is no Ending, the work has returned
    <T extends @Nullable Object, X extends Exception> T call(
            AttemptWork<T, X> work, boolean asked, @Nullable Function<? super RejectedException, ? extends T> refused)
            throws X {
        if (bare && !Ambient.isUsed()) {
            return bareCall(work, refused);
        }
        Object[] ambient = framed || Ambient.isUsed() ? Ambient.here() : null;
        Deadline outer = ambient == null ? Deadline.none() : Ambient.deadline(ambient);
        Deadline deadline = surroundings.ofCall(outer);
        long begun = ledger.begun();
        int depth = ambient == null ? 0 : Ambient.depth(ambient);
        Setbacks setbacks = null;
        try {
            boolean shut = surroundings.enter(ambient, deadline);
            do {
                Object result =
                        shut ? refused(1, endings.shutDown()) : attempt(work, asked, ambient, deadline, setbacks);
                if (!(result instanceof Ending ending)) {
                    ledger.callAnswered(begun, setbacks);
                    return (T) result;
                }
                setbacks = Setbacks.after(setbacks, ending);
            } while (next != null && next.comes(setbacks, deadline));
        } finally {
            surroundings.leave(ambient, depth, outer);
        }
        return conclusion.of(setbacks, begun, refused);
    }

    /**
     * The same for a guard that is nothing but a circuit breaker, when nobody listens and nothing is around: the one
     * thing that such a call pays for is the breaker.
     */
    private <T extends @Nullable Object, X extends Exception> T bareCall(
            AttemptWork<T, X> work, @Nullable Function<? super RejectedException, ? extends T> refused) throws X {
        CircuitBreaker fuse = Objects.requireNonNull(breaker);
        Admission admission = fuse.enter();
        if (admission instanceof Rejection rejection) {
            ledger.refusedAtOnce(rejection.reason());
            fuse.publish();
            return conclusion.ofRefusalAtOnce(rejection, refused);
        }
        long started = fuse.clockAtStart();
        T value;
        try {
            value = work.call(ShownAttempt.UNSEEN);
        } catch (Throwable error) {
            Ending ending = bareFailure(fuse, (Leave) admission, started, error);
            return conclusion.of(Setbacks.after(null, ending), Ledger.UNHEARD, refused);
        }
        long now = fuse.clockAtEnd();
        fuse.succeeded(admission, now, now - started);
        if (countsAnswered) {
            ledger.countAnswered();
        }
        return value;
    }

    private Ending bareFailure(CircuitBreaker fuse, Leave leave, long started, Throwable error) {
        long now = fuse.clock();
        long elapsed = Math.max(0, now - started);
        Ending ending = Ending.threw(error, judge.ofError(error), elapsed);
        fuse.settle(leave, ending.judgement(), now, elapsed, error);
        return (Ending) Objects.requireNonNull(told(1, null, ending, elapsed));
    }

    /** One attempt: in through the gates from outer to inner, the work, out through them from inner to outer. */
    private <T extends @Nullable Object, X extends Exception> @Nullable Object attempt(
            AttemptWork<T, X> work,
            boolean asked,
            Object @Nullable [] ambient,
            Deadline deadline,
            @Nullable Setbacks setbacks) {
        int number = setbacks == null ? 1 : setbacks.attempts() + 1;
        Admission fuse = enterBreaker(deadline);
        Admission place = fuse instanceof Rejection ? fuse : enterBulkhead();
        if (place instanceof Admission.Wait wait) { // nothing is held while waiting, and nothing is believed after it
            settle(breaker, fuse);
            place = await(wait, deadline);
            fuse = place instanceof Leave ? enterBreaker(deadline) : place;
        }
        if (fuse == null || place == null || fuse instanceof Rejection || place instanceof Rejection) {
            return notAdmitted(fuse, place, number);
        }

        long started = clock(deadline);
        AttemptTimer timer = null;
        Object value = null;
        Throwable error = null;
        try {
            timer = surroundings.startAttempt(ambient, deadline, started);
            Attempt shown = asked ? new ShownAttempt(parts.name(), number, Deadline.current()) : ShownAttempt.UNSEEN;
            value = pool == null ? work.call(shown) : pool.call(work, shown, (Leave) place, deadline, started);
        } catch (Throwable thrown) {
            error = thrown;
        }
        Ending late = surroundings.endAttempt(ambient, timer, deadline, started);

        long now = clock(deadline);
        long elapsed = Math.max(0, now - started);
        boolean plain = error == null && late == null && !looksAtResults && !(value instanceof Ending);
        Ending ending = plain ? null : endings.judged(value, error, late, elapsed);
        Judgement judgement = ending == null ? Judgement.SUCCESS : ending.judgement();
        if (bulkhead != null && pool == null) {
            bulkhead.settle((Leave) place, judgement, now, elapsed, error);
        }
        if (breaker != null) {
            breaker.settle((Leave) fuse, judgement, now, elapsed, error);
        }
        return told(number, value, ending, elapsed);
    }

    // ---------------------------------------------------------------- the gates

    private Admission enterBreaker(Deadline deadline) {
        if (!deadline.isNone() && deadline.remainingNanos(time.precise()) <= 0) {
            return endings.timeIsUp("deadline", "the time is up");
        }
        return breaker == null ? NoGate.HERE : breaker.enter();
    }

    private Admission enterBulkhead() {
        return bulkhead == null ? NoGate.HERE : bulkhead.enter();
    }

    /** Gives a leave back unused. */
    private static void settle(@Nullable Gate gate, @Nullable Admission admission) {
        if (gate != null && admission instanceof Leave leave) {
            gate.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /** Waits for a place, as long as it may be held and the deadline allows; null when interrupted. */
    private @Nullable Admission await(Admission.Wait wait, Deadline deadline) {
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

    private Ending notAdmitted(@Nullable Admission fuse, @Nullable Admission place, int number) {
        settle(bulkhead, place);
        settle(breaker, fuse);
        if (fuse == null || place == null) {
            Throwable foreign = published();
            return foreign == null ? endings.interrupted("a bulkhead permit") : Ending.before(foreign);
        }
        return refused(number, (Rejection) (fuse instanceof Rejection ? fuse : place));
    }

    private Ending refused(int number, Rejection rejection) {
        Throwable foreign = published();
        try {
            ledger.attemptRefused(number, rejection);
        } catch (Throwable ofObserver) {
            foreign = ofObserver;
        }
        return foreign == null ? Ending.refused(rejection) : Ending.before(foreign);
    }

    /** Tells of transitions; gives back the {@link Error} of an observer, which must wait until all is recorded. */
    private @Nullable Throwable published() {
        try {
            if (breaker != null) {
                breaker.publish();
            }
            return null;
        } catch (Throwable foreign) {
            return foreign;
        }
    }

    // ---------------------------------------------------------------- the attempt

    /** The precise clock where a timeout or a deadline is at stake; else whatever the breaker needs. */
    private long clock(Deadline deadline) {
        if (timing.bounds(deadline)) {
            return time.precise();
        }
        return breaker == null ? time.coarse() : breaker.clock();
    }

    /** Counts and tells how an attempt ended; gives back the value if it was good. */
    private @Nullable Object told(int number, @Nullable Object value, @Nullable Ending ending, long elapsed) {
        Throwable foreign = published();
        try {
            if (ending == null) {
                ledger.attemptSucceeded(number, elapsed);
                if (foreign == null) {
                    return value;
                }
            } else {
                ledger.attemptEnded(number, ending);
                if (foreign == null) {
                    return answers(ending) ? value : ending;
                }
            }
        } catch (Throwable ofUser) {
            foreign = ofUser;
        }
        ledger.attemptSpoiled(ending);
        return Ending.threw(foreign, Judgement.IGNORED, elapsed);
    }

    /** Whether the call ends here, with the value of an attempt that was looked at. */
    private boolean answers(Ending ending) {
        boolean good = ending.how() == Ending.How.RETURNED
                && !ending.judgement().verdict().isBad()
                && (retries == null || !retries.wantsAnother(ending.value()));
        ledger.attemptLookedAt(ending, good);
        return good;
    }

    /** Looks again whether anybody listens, and whether the guards are closed; called when that changes. */
    synchronized void recheck() {
        boolean onlyBreaker = rechecked && breaker != null && bulkhead == null && !framed && !looksAtResults;
        bare = onlyBreaker && ledger.isUnheard() && !parts.owner().isClosed();
    }

    Parts parts() {
        return parts;
    }
}
