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

    /** Stands for a wait that was interrupted; told apart by identity. */
    private static final Rejection INTERRUPTED =
            new Rejection("", "", Rejection.Reason.SHUT_DOWN, "", Rejection.UNKNOWN);

    private final Parts parts;
    private final Time time;
    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable Retries retries;
    private final @Nullable NextAttempt next;
    private final @Nullable PooledAttempts pool;
    private final Judge judge;
    private final Endings endings;
    private final GuardCounts counts;
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
        this.counts = parts.counts();
        this.framed = parts.framed();
        this.surroundings = new Surroundings(this, parts);
        this.conclusion = new Conclusion(parts);
        this.countsAnswered = counts.countsAnswered();
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
        if (bare && !asked && !Ambient.isUsed()) {
            return bareCall(work, refused);
        }
        Object[] ambient = framed || Ambient.isUsed() ? Ambient.here() : null;
        Deadline outer = ambient == null ? Deadline.none() : Ambient.deadline(ambient);
        Deadline deadline = surroundings.ofCall(outer);
        long begun = counts.begun();
        int depth = ambient == null ? 0 : Ambient.depth(ambient);
        Setbacks setbacks = null;
        try {
            boolean shut = surroundings.enter(ambient, deadline);
            do {
                int number = setbacks == null ? 1 : setbacks.attempts() + 1;
                Object result = shut ? shutDown() : attempt(work, asked, ambient, deadline, number);
                if (!(result instanceof Ending ending)) {
                    counts.callAnswered(begun, setbacks);
                    return (T) result;
                }
                setbacks = Setbacks.after(setbacks, ending);
            } while (next != null && next.comes(setbacks, deadline));
        } finally {
            surroundings.leave(ambient, depth, outer, setbacks);
        }
        return conclusion.of(setbacks, begun, refused);
    }

    /** One attempt: in through the gates from outer to inner, the work, out through them from inner to outer. */
    private @Nullable Object attempt(
            AttemptWork<?, ?> work, boolean asked, Object @Nullable [] ambient, Deadline deadline, int number) {
        Admission atBreaker = enterBreaker(deadline);
        Admission atBulkhead = atBreaker instanceof Rejection ? atBreaker : enterBulkhead();
        if (atBulkhead instanceof Admission.Wait wait) { // nothing is held while waiting, nothing believed after it
            giveBack(breaker, atBreaker);
            atBulkhead = await(wait, deadline);
            atBreaker = atBulkhead instanceof Leave ? enterBreaker(deadline) : atBulkhead;
        }
        if (atBreaker instanceof Rejection || atBulkhead instanceof Rejection) {
            return notAdmitted(atBreaker, atBulkhead, number);
        }
        long started = clock(deadline);
        AttemptTimer timer = null;
        Object value = null;
        Throwable error = null;
        try {
            timer = surroundings.startAttempt(ambient, deadline, started);
            Attempt shown = asked ? new ShownAttempt(parts.name(), number, Deadline.current()) : ShownAttempt.UNSEEN;
            value = pool == null ? work.call(shown) : pool.call(work, shown, (Leave) atBulkhead, deadline, started);
        } catch (Throwable thrown) {
            error = thrown;
        }
        Ending late = surroundings.endAttempt(ambient, timer, deadline, started);
        long now = clock(deadline);
        long elapsed = Math.max(0, now - started);
        Ending ending = judged(value, error, late, elapsed);
        settle(atBulkhead, atBreaker, ending, now, elapsed, error);
        return told(number, value, ending, elapsed);
    }

    /**
     * A call of a guard that is nothing but a circuit breaker, when nobody listens and nothing is around: all that it
     * pays for is the breaker.
     */
    private <T extends @Nullable Object, X extends Exception> T bareCall(
            AttemptWork<T, X> work, @Nullable Function<? super RejectedException, ? extends T> refused) throws X {
        CircuitBreaker only = Objects.requireNonNull(breaker);
        Admission admission = only.enter();
        if (admission instanceof Rejection rejection) {
            counts.refusedByBreaker();
            only.publish();
            RejectedException rejected = rejection.exception(timing.withStack());
            if (refused == null) {
                throw rejected; // here, and not a method further in: each frame that it leaves costs it dearly
            }
            return refused.apply(rejected);
        }
        long started = only.clockAtStart();
        T value;
        try {
            value = work.call(ShownAttempt.UNSEEN);
        } catch (Throwable error) {
            Ending ending = bareFailure(only, (Leave) admission, started, error);
            return conclusion.of(Setbacks.after(null, ending), GuardCounts.UNHEARD, refused);
        }
        long now = only.clockAtEnd();
        only.succeeded(admission, now, now - started);
        if (countsAnswered) {
            counts.countAnswered();
        }
        return value;
    }

    private Ending bareFailure(CircuitBreaker only, Leave leave, long started, Throwable error) {
        long now = only.clock();
        long elapsed = Math.max(0, now - started);
        Ending ending = endings.judged(null, error, null, elapsed);
        only.settle(leave, ending.judgement(), now, elapsed, error);
        return (Ending) Objects.requireNonNull(told(1, null, ending, elapsed));
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
    private static void giveBack(@Nullable Gate gate, @Nullable Admission admission) {
        if (gate != null && admission instanceof Leave leave) {
            gate.settle(leave, Judgement.NOT_RUN, 0, 0, null);
        }
    }

    /** What an attempt means that was not plainly good; null when it was. */
    private @Nullable Ending judged(
            @Nullable Object value, @Nullable Throwable error, @Nullable Ending late, long elapsed) {
        boolean plain = error == null && late == null && !looksAtResults && !(value instanceof Ending);
        return plain ? null : endings.judged(value, error, late, elapsed);
    }

    /** Settles an attempt that ran. A pool gives its permit back itself, when the work has really ended. */
    private void settle(
            Admission atBulkhead,
            Admission atBreaker,
            @Nullable Ending ending,
            long now,
            long elapsed,
            @Nullable Throwable error) {
        Judgement judgement = ending == null ? Judgement.SUCCESS : ending.judgement();
        if (bulkhead != null && pool == null) {
            bulkhead.settle((Leave) atBulkhead, judgement, now, elapsed, error);
        }
        if (breaker != null) {
            breaker.settle((Leave) atBreaker, judgement, now, elapsed, error);
        }
    }

    /** Waits for a place, as long as it may be held and the deadline allows. */
    private Admission await(Admission.Wait wait, Deadline deadline) {
        Leave granted;
        while ((granted = wait.granted()) == null) {
            if (Thread.currentThread().isInterrupted()) {
                return wait.abandon() ? INTERRUPTED : Objects.requireNonNull(wait.granted());
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
        return granted;
    }

    private Ending notAdmitted(Admission atBreaker, Admission atBulkhead, int number) {
        giveBack(bulkhead, atBulkhead);
        giveBack(breaker, atBreaker);
        if (atBreaker == INTERRUPTED) {
            Throwable foreign = published();
            return foreign == null ? endings.interrupted("a bulkhead permit") : Ending.before(foreign);
        }
        return refused(number, (Rejection) (atBreaker instanceof Rejection ? atBreaker : atBulkhead));
    }

    private Ending shutDown() {
        return refused(1, endings.shutDown());
    }

    private Ending refused(int number, Rejection rejection) {
        Throwable foreign = published();
        try {
            counts.attemptRefused(number, rejection);
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

    /** Whether the call ends here, with the value of an attempt that was looked at. */
    private boolean answers(Ending ending) {
        boolean good = ending.how() == Ending.How.RETURNED
                && !ending.judgement().verdict().isBad()
                && (retries == null || !retries.wantsAnother(ending.value()));
        counts.attemptLookedAt(ending, good);
        return good;
    }

    /** Looks again whether anybody listens, and whether the guards are closed; called when that changes. */
    synchronized void recheck() {
        boolean onlyBreaker = rechecked && breaker != null && bulkhead == null && !framed && !looksAtResults;
        bare = onlyBreaker && counts.isUnheard() && !parts.owner().isClosed();
    }

    Parts parts() {
        return parts;
    }
}
