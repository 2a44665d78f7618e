package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.timeout.AttemptTimer;
import dev.plimsoll.timeout.Pulse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call through the gates on the caller's own thread. {@link #wholeCall}, {@link #attempt} and {@link #admitted}
 * are the whole path; {@link ShortPath} has it in short, for calls of which only the plain case is to be expected.
 *
 * <p>None of them is larger than what HotSpot takes into its caller: each one that is not costs a call some nanoseconds.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; everything about one call lives on its stack.
 */
final class BlockingEngine extends ShortPath {

    private final @Nullable PooledAttempts pool;
    private final @Nullable HedgedAttempts hedged;
    private final Endings endings;

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
        super(parts, rechecked);
        Bulkhead bulkhead = parts.bulkhead();
        this.pool = bulkhead != null && bulkhead.hasPool() ? new PooledAttempts(parts, bulkhead) : null;
        this.hedged = parts.hedging() == null ? null : new HedgedAttempts(parts, parts.hedging());
        this.endings = new Endings(parts);
    }

    /**
     * One call.
     *
     * @param asked whether the work looks at its attempt
     * @param instead asked last, outside of everything else, when it did not go well; null for nobody
     */
    <T extends @Nullable Object, X extends Exception> T call(
            AttemptWork<T, X> work, boolean asked, @Nullable Instead<T> instead) throws X {
        int shortest = path();
        if (shortest == GATES && !asked && !Ambient.isUsed()) {
            return gateCall(work, instead);
        }
        if (shortest != LONG && !asked) {
            return plainCall(work, instead);
        }
        AttemptWork<T, X> shown;
        ContextCarrier.Scope around;
        try {
            if (hedged != null) {
                hedged.check(); // before anybody hears that a call begins
            }
            shown = asked ? new Asked<>(work) : work;
            around = counts.wantBeginning() ? counts.observers().begins(parts.name()) : null;
        } catch (Throwable notBegun) {
            parts.leave();
            throw notBegun;
        }
        return around == null ? wholeCall(shown, instead) : surroundedCall(around, shown, instead);
    }

    /** A call whose beginning somebody wanted to hear of, who stays around it. */
    private <T extends @Nullable Object, X extends Exception> T surroundedCall(
            ContextCarrier.Scope around, AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
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
    @Override
    <T extends @Nullable Object, X extends Exception> T wholeCall(AttemptWork<T, X> work, @Nullable Instead<T> instead)
            throws X {
        Object[] ambient;
        Deadline outer;
        Deadline deadline;
        try {
            ambient = framed || parts.queues() || Ambient.isUsed() ? Ambient.here() : null;
            outer = ambient == null ? Deadline.none() : Ambient.deadline(ambient);
            deadline = surroundings.ofCall(outer);
        } catch (Throwable noMemory) {
            parts.leave();
            throw noMemory;
        }
        long begun = counts.begun();
        int depth = ambient == null ? 0 : Ambient.depth(ambient);
        Setbacks setbacks = null;
        try {
            boolean shut = surroundings.enter(ambient, deadline);
            Object result = shut ? steps.refused(1, endings.shutDown()) : tried(work, ambient, deadline, 1);
            if (result instanceof Ending ending) {
                setbacks = setback(ending, begun);
                result = further(work, ambient, deadline, begun, setbacks, ending);
            }
            if (!(result instanceof Ending)) {
                if (next != null) {
                    next.answered(setbacks);
                }
                counts.callAnswered(begun, deadline, setbacks);
                if (instead != null) {
                    instead.remember((T) result);
                }
                return (T) result;
            }
        } finally {
            surroundings.leave(ambient, depth, outer, setbacks);
        }
        return conclusion.of(setbacks, begun, deadline, instead);
    }

    @Override
    @Nullable
    Object further(
            AttemptWork<?, ?> work,
            Object @Nullable [] ambient,
            Deadline deadline,
            long begun,
            Setbacks setbacks,
            Ending first) {
        Object result = first;
        while (result instanceof Ending && next != null && next.pausedForAnother(setbacks, deadline)) {
            int number = setbacks.attempts() + 1;
            boolean over = parts.owner().isOver();
            result = over ? steps.refused(number, endings.shutDown()) : tried(work, ambient, deadline, number);
            if (result instanceof Ending ending) {
                Setbacks unused = counts.setback(setbacks, ending, begun);
            }
        }
        return result;
    }

    @Override
    @Nullable
    Object tried(AttemptWork<?, ?> work, Object @Nullable [] ambient, Deadline deadline, int number) {
        try {
            return attempt(work, ambient, deadline, number);
        } catch (Throwable broken) {
            Throwable unused = steps.published();
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
                : raced(work, deadline, number, atBreaker, entered);
    }

    /** Of one with a bulkhead, the legs give their places back before this thread goes on. */
    private @Nullable Object raced(
            AttemptWork<?, ?> work, Deadline deadline, int number, Admission atBreaker, Leave entered) {
        boolean counted = bulkhead != null && countForRetry(number);
        try {
            Object result = Objects.requireNonNull(hedged)
                    .call(work, work instanceof Asked, atBreaker, entered, deadline, number);
            if (!counted && result instanceof Ending) {
                counted = countForRetry(number);
            }
            return between(counted, result);
        } catch (Throwable noMemory) {
            Object unused = between(counted, null);
            throw noMemory;
        }
    }

    @Override
    @Nullable
    Object admitted(
            AttemptWork<?, ?> work,
            Object @Nullable [] ambient,
            Deadline deadline,
            int number,
            Admission atBreaker,
            Leave entered) {
        long started = steps.clock(deadline);
        Timing limits = timing;
        Leave held = steps.place(entered);
        boolean counted = pool != null && countForRetry(number); // it gives the place back before this thread goes on
        AttemptTimer timer = null;
        Pulse pulse = null;
        Object value = null;
        Throwable error = null;
        try {
            limits = timing.present(started);
            timer = surroundings.startTimeout(ambient, limits, deadline, started);
            pulse = surroundings.startPulse(ambient, timer, started);
            Attempt shown = surroundings.shown(work instanceof Asked, number, pulse);
            held = pool == null ? held : null; // the pool gives it back itself, when the work has really ended
            value = worked(work, shown, entered, limits, deadline, started);
        } catch (Throwable thrown) {
            error = thrown;
        }
        if (!counted && (error != null || mayBeTriedAgain(timer, pulse))) {
            counted = countForRetry(number);
        }
        Leave last = null;
        long now;
        long elapsed;
        Ending ending;
        try {
            last = steps.settledFirst(held);
            Endings.endIfDue(timer, error);
            Ending timeUp = surroundings.endTimeout(ambient, timer, pulse, limits, deadline, started);
            now = steps.clock(deadline);
            elapsed = Math.max(0, now - started);
            ending = steps.judged(value, error, timeUp, elapsed);
        } catch (Throwable noMemory) {
            return lost(counted, atBreaker, entered, last, noMemory);
        }
        Throwable atSettling = steps.settle(atBreaker, entered, last, ending, now, elapsed);
        return told(counted, number, value, ending, elapsed, atSettling);
    }

    /** Of one that has thrown nothing. */
    private boolean mayBeTriedAgain(@Nullable AttemptTimer timer, @Nullable Pulse pulse) {
        return steps.looksAtResults() || (timer != null && timer.hasFired()) || (pulse != null && pulse.isSilent());
    }

    /** There is no memory, or no stack, to say how an attempt has ended. */
    private Ending lost(boolean counted, Admission atBreaker, Leave entered, @Nullable Leave held, Throwable noMemory) {
        Object unused = between(counted, null);
        return steps.lost(atBreaker, entered, held, noMemory);
    }

    private @Nullable Object told(
            boolean counted,
            int number,
            @Nullable Object value,
            @Nullable Ending ending,
            long elapsed,
            @Nullable Throwable atSettling) {
        try {
            return between(counted, steps.told(number, value, ending, elapsed, atSettling));
        } catch (Throwable noMemory) {
            Object unused = between(counted, null);
            throw noMemory;
        }
    }

    private @Nullable Object worked(
            AttemptWork<?, ?> work, Attempt shown, Leave entered, Timing limits, Deadline deadline, long started)
            throws Throwable {
        return pool == null
                ? work.call(shown)
                : pool.call(work, shown, steps.place(entered), limits, deadline, started);
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
        return remaining > 0 ? rejection : endings.timeIsUp(rejection);
    }

    private Ending interrupted(Admission.Wait wait) {
        Throwable foreign = steps.published();
        return foreign == null ? endings.interrupted(steps.waitedFor(wait)) : Ending.before(foreign);
    }
}
