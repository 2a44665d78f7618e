package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AttemptTimer;
import dev.plimsoll.timeout.Pulse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through the gates on the caller's own thread. {@link #wholeCall}, {@link #attempt} and {@link #admitted}
 * are the whole path; a guard that is nothing but a circuit breaker takes the same one in short, {@link #bareCall}.
 *
 * <p>None of them is larger than what HotSpot takes into its caller: each one that is not costs a call some nanoseconds.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; everything about one call lives on its stack.
 */
final class BlockingEngine {

    private final Parts parts;
    private final Time time;
    private final @Nullable CircuitBreaker breaker;
    private final @Nullable NextAttempt next;
    private final @Nullable PooledAttempts pool;
    private final @Nullable HedgedAttempts hedged;
    private final Steps steps;
    private final Endings endings;
    private final GuardCounts counts;
    private final Surroundings surroundings;
    private final Conclusion conclusion;
    private final Timing timing;
    /** Whether what runs inside must be able to find this guard around it. */
    private final boolean framed;
    /** Whether good values are counted by {@link #counts}, and not by the breaker. */
    private final boolean countsAnswered;
    /** Whether {@link #recheck()} is called when something changes. */
    private final boolean rechecked;
    /** Whether the short path will do: nothing but a breaker, nobody who hears of single calls, not closed. */
    private volatile boolean bare;

    /** Work that looks at its attempt. */
    private record Asked<T extends @Nullable Object, X extends Exception>(AttemptWork<T, X> work)
            implements AttemptWork<T, X> {
        @Override
        public T call(Attempt attempt) throws X {
            return work.call(attempt);
        }
    }

    /**
     * Puts the parts together.
     *
     * @param rechecked whether {@link #recheck()} will be called when observers come and go
     */
    BlockingEngine(Parts parts, boolean rechecked) {
        this.parts = parts;
        this.time = parts.time();
        this.breaker = parts.breaker();
        Bulkhead bulkhead = parts.bulkhead();
        this.pool = bulkhead != null && bulkhead.hasPool() ? new PooledAttempts(parts, bulkhead) : null;
        this.hedged = parts.hedging() == null ? null : new HedgedAttempts(parts, parts.hedging());
        this.endings = new Endings(parts);
        this.steps = new Steps(parts, endings);
        this.next = parts.retries() == null ? null : new NextAttempt(parts.retries(), parts, endings, true);
        this.counts = parts.counts();
        this.framed = parts.framed();
        this.surroundings = new Surroundings(parts);
        this.conclusion = new Conclusion(parts);
        this.countsAnswered = counts.countsAnswered();
        this.timing = parts.timing();
        this.rechecked = rechecked;
        recheck();
    }

    /**
     * One call.
     *
     * @param asked whether the work looks at its attempt
     * @param instead asked last, outside of everything else, when it did not go well; null for nobody
     */
    <T extends @Nullable Object, X extends Exception> T call(
            AttemptWork<T, X> work, boolean asked, @Nullable Instead<T> instead) throws X {
        if (bare && !asked && !Ambient.isUsed()) {
            return bareCall(work, instead);
        }
        AttemptWork<T, X> shown = asked ? new Asked<>(work) : work;
        return counts.wantBeginning() ? surroundedCall(shown, instead) : wholeCall(shown, instead);
    }

    /** A call whose beginning somebody wants to hear of, who stays around it. */
    private <T extends @Nullable Object, X extends Exception> T surroundedCall(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
        ContextCarrier.Scope around = counts.observers().begins(parts.name());
        try {
            return wholeCall(work, instead);
        } finally {
            around.close();
        }
    }

    /**
     * Attempts, one after the other, for as long as the retry wants another one. A call that goes well allocates nothing
     * here.
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // what attempt() returns and is no Ending, the work has returned
    private <T extends @Nullable Object, X extends Exception> T wholeCall(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
        Object[] ambient = framed || parts.queues() || Ambient.isUsed() ? Ambient.here() : null;
        Deadline outer = ambient == null ? Deadline.none() : Ambient.deadline(ambient);
        Deadline deadline = surroundings.ofCall(outer);
        long begun = counts.begun();
        int depth = ambient == null ? 0 : Ambient.depth(ambient);
        Setbacks setbacks = null;
        try {
            boolean shut = surroundings.enter(ambient, deadline);
            if (hedged != null) {
                hedged.check();
            }
            do {
                Object result = shut ? steps.refused(1, endings.shutDown()) : tried(work, ambient, deadline, setbacks);
                if (!(result instanceof Ending ending)) {
                    if (next != null) {
                        next.answered(setbacks);
                    }
                    counts.callAnswered(begun, deadline, setbacks);
                    if (instead != null) {
                        instead.remember((T) result);
                    }
                    return (T) result;
                }
                setbacks = counts.setback(setbacks, ending, begun);
            } while (next != null && next.pausedForAnother(setbacks, deadline));
        } finally {
            surroundings.leave(ambient, depth, outer, setbacks);
        }
        return conclusion.of(setbacks, begun, deadline, instead);
    }

    /** One attempt; what breaks in it that is not the work, a gate, ends the call, and the others have their leaves back. */
    private @Nullable Object tried(
            AttemptWork<?, ?> work, Object @Nullable [] ambient, Deadline deadline, @Nullable Setbacks before) {
        try {
            return attempt(work, ambient, deadline, before == null ? 1 : before.attempts() + 1);
        } catch (Throwable broken) {
            return Ending.before(broken);
        }
    }

    /**
     * One attempt: in through the gates from outer to inner, and on if all of them have let it pass.
     *
     * @return what the work returned, or an {@link Ending}
     */
    private @Nullable Object attempt(
            AttemptWork<?, ?> work, Object @Nullable [] ambient, Deadline deadline, int number) {
        Admission atBreaker = steps.arrive(deadline);
        Admission inside = atBreaker instanceof Leave ? steps.enterInside(atBreaker, deadline) : null;
        while (inside instanceof Admission.Wait wait) { // nobody is kept out while waiting, nothing believed after it
            Object decided = await(wait, atBreaker, deadline);
            if (decided instanceof Ending ending) {
                return ending;
            }
            atBreaker = steps.enterBreakerAfter(wait, (Admission) decided, deadline);
            inside = steps.afterWait(wait, (Admission) decided, atBreaker, deadline);
        }
        if (!(atBreaker instanceof Leave) || !(inside instanceof Leave entered)) {
            return steps.notAdmitted(atBreaker, inside, number);
        }
        return hedged == null
                ? admitted(work, ambient, deadline, number, atBreaker, entered)
                : hedged.call(work, work instanceof Asked, atBreaker, entered, deadline, number);
    }

    /** The work, and out through the gates from inner to outer. */
    private @Nullable Object admitted(
            AttemptWork<?, ?> work,
            Object @Nullable [] ambient,
            Deadline deadline,
            int number,
            Admission atBreaker,
            Leave entered) {
        long started = steps.clock(deadline);
        Timing limits = timing;
        Leave held = steps.place(entered);
        AttemptTimer timer = null;
        Pulse pulse = null;
        Object value = null;
        Throwable error = null;
        try {
            limits = timing.present(started);
            timer = surroundings.startTimeout(ambient, limits, deadline, started);
            pulse = surroundings.startPulse(ambient, timer, started);
            held = pool == null ? held : null; // the pool gives it back itself, when the work has really ended
            value = worked(
                    work, surroundings.shown(work instanceof Asked, number, pulse), entered, limits, deadline, started);
        } catch (Throwable thrown) {
            error = thrown;
        }
        held = steps.settledFirst(held);
        Ending timeUp = surroundings.endTimeout(ambient, timer, pulse, limits, deadline, started);
        long now = steps.clock(deadline);
        long elapsed = Math.max(0, now - started);
        Ending ending = steps.judged(value, error, timeUp, elapsed);
        return steps.told(number, value, ending, elapsed, steps.settle(atBreaker, entered, held, ending, now, elapsed));
    }

    private @Nullable Object worked(
            AttemptWork<?, ?> work, Attempt shown, Leave entered, Timing limits, Deadline deadline, long started)
            throws Throwable {
        return pool == null
                ? work.call(shown)
                : pool.call(work, shown, steps.place(entered), limits, deadline, started);
    }

    /**
     * A call of a guard that is nothing but a circuit breaker, when nobody hears of it and nothing is around: all that it
     * pays for is the breaker.
     */
    private <T extends @Nullable Object, X extends Exception> T bareCall(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
        CircuitBreaker only = Objects.requireNonNull(breaker);
        Admission admission = only.enter();
        if (admission instanceof Rejection rejection) {
            counts.refusedByBreaker();
            only.publish();
            RejectedException rejected = rejection.exception(timing.withStack());
            if (instead == null) {
                throw rejected; // here, and not a method further in: each frame that it leaves costs it dearly
            }
            return conclusion.<T, X>ofBareRefusal(rejected, instead);
        }
        long started = only.clockAtStart(admission);
        T value;
        try {
            value = work.call(ShownAttempt.UNSEEN);
        } catch (Throwable error) {
            Ending ending = bareFailure(only, (Leave) admission, started, error);
            return conclusion.of(Setbacks.after(null, ending), GuardCounts.UNHEARD, Deadline.none(), instead);
        }
        long now = only.clockAtEnd(admission);
        only.succeeded(admission, now, now - started);
        if (countsAnswered) {
            counts.countAnswered();
        }
        if (instead != null) {
            instead.remember(value);
        }
        return value;
    }

    private Ending bareFailure(CircuitBreaker only, Leave leave, long started, Throwable error) {
        long now = only.clock();
        long elapsed = Math.max(0, now - started);
        Ending ending = endings.judged(null, error, null, elapsed);
        only.settle(leave, ending.judgement(), now, elapsed, error);
        return (Ending) Objects.requireNonNull(steps.told(1, null, ending, elapsed, null));
    }

    /**
     * Waits for a gate, as long as its place may be held and the deadline allows.
     *
     * @return its {@link Leave}, a {@link Rejection}, or the {@link Ending} of a wait that was interrupted or is not possible
     */
    private Object await(Admission.Wait wait, @Nullable Admission atBreaker, Deadline deadline) {
        try {
            steps.giveBackToBreaker(atBreaker);
            Leave granted;
            while ((granted = wait.granted()) == null) {
                long now = time.precise();
                long remaining = deadline.remainingNanos(now);
                long left = Math.min(wait.until() - now, remaining);
                boolean interrupted = Thread.currentThread().isInterrupted();
                if (left > 0 && !interrupted) {
                    time.parkUntil(wait, now + left);
                } else if (wait.abandon()) {
                    return interrupted ? interrupted(wait) : timedOut(wait, remaining);
                }
            }
            return granted;
        } catch (Throwable cannotWait) {
            steps.abandon(wait);
            return Ending.before(cannotWait);
        }
    }

    private Rejection timedOut(Admission.Wait wait, long remaining) {
        Rejection rejection = wait.timedOut();
        return remaining > 0 ? rejection : endings.timeIsUp(rejection.gate(), rejection.detail());
    }

    private Ending interrupted(Admission.Wait wait) {
        Throwable foreign = steps.published();
        return foreign == null ? endings.interrupted(steps.waitedFor(wait)) : Ending.before(foreign);
    }

    /** Looks again whether anybody hears of calls, and whether the guards are closed; called when that changes. */
    synchronized void recheck() {
        boolean onlyBreaker = rechecked && parts.gates().isOnlyBreaker() && !framed && !steps.looksAtResults();
        onlyBreaker &= parts.visits() == null;
        bare = onlyBreaker && counts.isUnheard() && !parts.owner().isClosed();
    }

    Parts parts() {
        return parts;
    }
}
