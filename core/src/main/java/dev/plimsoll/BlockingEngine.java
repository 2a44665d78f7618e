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
    private final Waiting waiting;
    private final Ledger ledger;
    private final boolean framed;
    private final boolean queues;
    private final boolean bare;
    private final boolean looksAtResults;
    private final Timing timing;

    BlockingEngine(Parts parts) {
        this.parts = parts;
        this.time = parts.time();
        this.breaker = parts.breaker();
        this.bulkhead = parts.bulkhead();
        this.retries = parts.retries();
        this.pool = bulkhead != null && bulkhead.hasPool() ? new PooledAttempts(parts, bulkhead) : null;
        this.judge = parts.judge();
        this.endings = new Endings(parts);
        this.waiting = new Waiting(time, endings);
        this.next = retries == null ? null : new NextAttempt(retries, parts, endings);
        this.ledger = parts.ledger();
        this.framed = parts.framed();
        this.queues = parts.queues();
        this.looksAtResults = judge.looksAtResults() || (retries != null && retries.looksAtResults());
        this.timing = parts.timing();
        this.bare = breaker != null && bulkhead == null && !framed && !looksAtResults;
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
        if (bare && !Ambient.isUsed() && ledger.isUnheard() && !parts.owner().isClosed()) {
            return bareCall(work, refused);
        }
        Object[] ambient = framed || Ambient.isUsed() ? Ambient.here() : null;
        Deadline outer = ambient == null ? Deadline.none() : Ambient.deadline(ambient);
        Deadline deadline = totalled(outer);
        long begun = ledger.begun();
        int depth = ambient == null ? 0 : Ambient.depth(ambient);
        Setbacks setbacks = null;
        try {
            boolean shut = enter(ambient, deadline);
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
            leave(ambient, depth, outer);
        }
        return conclude(setbacks, begun, refused);
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
            return conclude(Setbacks.after(null, refused(1, rejection)), Ledger.UNHEARD, refused);
        }
        long started = fuse.clockAtStart();
        T value;
        try {
            value = work.call(ShownAttempt.UNSEEN);
        } catch (Throwable error) {
            Ending ending = bareFailure(fuse, (Leave) admission, started, error);
            return conclude(Setbacks.after(null, ending), Ledger.UNHEARD, refused);
        }
        long now = fuse.clockAtEnd();
        fuse.succeeded((Leave) admission, now, now - started);
        ledger.countAnswered();
        return value;
    }

    private Ending bareFailure(CircuitBreaker fuse, Leave leave, long started, Throwable error) {
        long now = fuse.clock();
        long elapsed = Math.max(0, now - started);
        Ending ending = Ending.threw(error, judge.ofError(error), elapsed);
        fuse.settle(leave, ending.judgement(), now, elapsed, error);
        return (Ending) Objects.requireNonNull(ended(1, null, ending, elapsed));
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
            place = waiting.await(wait, deadline);
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
            timer = startTimer(ambient, deadline, started);
            Attempt shown = asked ? new ShownAttempt(parts.name(), number, Deadline.current()) : ShownAttempt.UNSEEN;
            value = pool == null ? work.call(shown) : pool.call(work, shown, (Leave) place, deadline, started);
        } catch (Throwable thrown) {
            error = thrown;
        }
        Ending late = finishTimer(ambient, timer, deadline, started);

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
        return ended(number, value, ending, elapsed);
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

    private @Nullable AttemptTimer startTimer(Object @Nullable [] ambient, Deadline deadline, long started) {
        if (ambient == null) {
            return null;
        }
        if (queues && bulkhead != null) {
            Ambient.push(ambient, bulkhead);
        }
        if (!timing.bounds(deadline)) {
            return null;
        }
        Ambient.setDeadline(ambient, timing.ofAttempt(time, deadline, started));
        long limit = timing.limit(deadline, started);
        if (pool != null || Around.interruptsBy(started + limit)) {
            return null; // the caller waits for the pool, and no longer than this; or somebody else keeps the time
        }
        AttemptTimer timer = new AttemptTimer(timing.interrupts(), timing.isWhole(deadline, started));
        Ambient.push(ambient, timer);
        try {
            time.start(timer, limit);
        } catch (Throwable noThread) {
            timer.cancel();
            throw noThread;
        }
        return timer;
    }

    /** Ends the timeout of an attempt; null when its time was not up. */
    private @Nullable Ending finishTimer(
            Object @Nullable [] ambient, @Nullable AttemptTimer timer, Deadline deadline, long started) {
        if (ambient == null) {
            return null;
        }
        if (timer != null) {
            Ambient.pop(ambient);
        }
        if (queues) {
            Ambient.pop(ambient);
        }
        Ambient.setDeadline(ambient, deadline);
        if (timer == null || !timer.finish()) {
            return null;
        }
        Around.restoreInterrupt();
        return endings.timedOut(timer, deadline, started);
    }

    /** Counts and tells how an attempt ended; gives back the value if it was good. */
    private @Nullable Object ended(int number, @Nullable Object value, @Nullable Ending ending, long elapsed) {
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

    // ---------------------------------------------------------------- around the attempts

    /** Goes inside. True when the guards are closed to calls that are not part of one they let run. */
    private boolean enter(Object @Nullable [] ambient, Deadline deadline) {
        boolean shut = parts.owner().isClosed() && !Ambient.isInsideAny(this::isOfSameOwner);
        if (ambient != null) {
            if (retries != null && !shut && !Ambient.isInsideAny(ambient, BlockingEngine::retriesInside)) {
                retries.budget().deposit(time.coarse());
            }
            Ambient.push(ambient, this);
            Ambient.setDeadline(ambient, deadline);
        }
        return shut;
    }

    private static void leave(Object @Nullable [] ambient, int depth, Deadline outer) {
        if (ambient != null) {
            Ambient.unwind(ambient, depth);
            Ambient.setDeadline(ambient, outer);
        }
    }

    private boolean isOfSameOwner(Object around) {
        return around instanceof BlockingEngine engine && engine.parts.owner() == parts.owner();
    }

    /** Offered work is counted once, by the outermost guard that retries. */
    private static boolean retriesInside(Object around) {
        return around instanceof BlockingEngine engine && engine.retries != null;
    }

    private Deadline totalled(Deadline outer) {
        return timing.totalNanos() == 0 ? outer : outer.min(Deadline.at(time, time.precise() + timing.totalNanos()));
    }

    /** Ends a call that did not go well: with the fallback for refusals, the last value, or the last error. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the value is the work's, the error is the work's or unchecked
    private <T extends @Nullable Object, X extends Exception> T conclude(
            Setbacks setbacks, long begun, @Nullable Function<? super RejectedException, ? extends T> refused)
            throws X {
        Rejection refusal = setbacks.refusal();
        Ending last = setbacks.last();
        RejectedException rejected = refusal != null && (last == null || refused != null)
                ? new RejectedException(refusal, timing.withStack())
                : null;
        Throwable error = last == null ? rejected : last.error();
        ledger.callEnded(begun, setbacks, error);
        if (refused != null && rejected != null) {
            return refused.apply(rejected);
        }
        if (error == null) {
            return (T) last.value();
        }
        throw BlockingEngine.<X>thrown(setbacks.explained(error));
    }

    /** Throws an error as it is, whatever its type: a cast to the type of the work would be checked at run time. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E thrown(Throwable error) throws E {
        throw (E) error;
    }

    Timing timing() {
        return timing;
    }
}
