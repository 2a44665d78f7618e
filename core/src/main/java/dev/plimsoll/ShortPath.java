package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.time.Time;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The path of a call in short, for the plain case: the circuit breaker is closed, a permit is free, the work returns, and
 * nobody hears of single calls.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; everything about one call lives on its stack.
 */
abstract sealed class ShortPath permits BlockingEngine {
    /*
     * What a guard is made of decides which path its calls may take, and what happens in a call whether they stay on it:
     *
     *   GATES   at most a circuit breaker and a bulkhead or rate limiter, and nothing is around the thread:
     *           gateCall   permit ──▶ work ──▶ permit back ──▶ breaker ──▶ count
     *   PLAIN   the same with retries, or with something around:
     *           plainCall  go inside ──▶ deposit ──▶ permit ──▶ work ──▶ permit back ──▶ breaker ──▶ count ──▶ go outside
     *   LONG    everything else: wholeCall
     *
     * Leave of a closed circuit breaker need not be given back, and a permit is the last thing that is taken. So a call that
     * finds the breaker in another state, or no permit, has taken nothing yet, and begins again on the long path. Work that
     * throws goes out by the same steps as there. What is counted and told is the same in all of them.
     *
     * The breaker's transitions are told by whoever brings them about, gives up, breaks or is refused after that included. A
     * good call that finds the state as it was has brought about none, and tells nothing.
     */
    static final int LONG = 0;
    static final int PLAIN = 1;
    static final int GATES = 2;

    final Parts parts;
    final @Nullable CircuitBreaker breaker;
    final @Nullable Bulkhead bulkhead;
    private final @Nullable RateLimiter limiter;
    final @Nullable NextAttempt next;
    final Time time;
    private final @Nullable RetryBudget budget;
    private final Unfinished unfinished;
    final Steps steps;
    final GuardCounts counts;
    final Surroundings surroundings;
    final Conclusion conclusion;
    final Timing timing;
    /** Whether what runs inside must be able to find this guard around it. */
    final boolean framed;
    /** Whether good values are counted by {@link #counts}, and not by the breaker. */
    private final boolean countsAnswered;
    /** Whether {@link #recheck()} is called when something changes. */
    private final boolean rechecked;

    private volatile int path;

    ShortPath(Parts parts, boolean rechecked) {
        Endings endings = new Endings(parts);
        this.parts = parts;
        this.breaker = parts.breaker();
        this.bulkhead = parts.bulkhead();
        this.limiter = parts.gates().rateLimiter();
        this.steps = new Steps(parts, endings);
        this.next = parts.retries() == null ? null : new NextAttempt(parts.retries(), parts, endings, true);
        this.time = parts.time();
        this.budget = parts.budget();
        this.unfinished = parts.owner().unfinished();
        this.counts = parts.counts();
        this.surroundings = new Surroundings(parts);
        this.conclusion = new Conclusion(parts);
        this.timing = parts.timing();
        this.framed = parts.framed();
        this.countsAnswered = counts.countsAnswered();
        this.rechecked = rechecked;
        recheck();
    }

    /** The whole of a call, whatever is around it and whatever comes. */
    abstract <T extends @Nullable Object, X extends Exception> T wholeCall(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X;

    /** One attempt; what breaks in it that is not the work, a gate, ends the call, and the others have their leaves back. */
    abstract @Nullable Object tried(AttemptWork<?, ?> work, Object @Nullable [] ambient, Deadline deadline, int number);

    /**
     * The attempts after the first one.
     *
     * @param first how that one ended
     * @return what the work returned, or the {@link Ending} of the last one
     */
    abstract @Nullable Object further(
            AttemptWork<?, ?> work,
            Object @Nullable [] ambient,
            Deadline deadline,
            long begun,
            Setbacks setbacks,
            Ending first);

    /** The work, and out through the gates from inner to outer. */
    abstract @Nullable Object admitted(
            AttemptWork<?, ?> work,
            Object @Nullable [] ambient,
            Deadline deadline,
            int number,
            Admission atBreaker,
            Leave entered);

    /** The shortest path that a call may take at present. */
    final int path() {
        return path;
    }

    /** Looks again whether anybody hears of calls, and whether the guards are closed; called when that changes. */
    final synchronized void recheck() {
        boolean alone = rechecked && counts.isUnheard() && !parts.owner().isClosed();
        path = alone ? shortest() : LONG;
    }

    private int shortest() {
        boolean timeless = !parts.timing().isNamed() && parts.hedging() == null;
        boolean ownThread = bulkhead == null || !bulkhead.hasPool();
        boolean simple = !parts.gates().areMany() && parts.visits() == null && !steps.looksAtResults();
        if (!timeless || !ownThread || !simple) {
            return LONG;
        }
        return framed ? PLAIN : GATES;
    }

    /** Of the one gate inside of the circuit breaker that is asked for it; null when there is none at once. */
    private @Nullable Leave permit() {
        if (bulkhead != null) {
            return bulkhead.enterNow();
        }
        return limiter == null ? NoGate.HERE : limiter.enterNow();
    }

    /** Of {@link #permit()}, when the work has ended; a rate limiter's is used up. */
    private void giveBack() {
        if (bulkhead != null) {
            bulkhead.settleNow();
        }
    }

    // ---------------------------------------------------------------- gates only

    /** A call of a guard that has a circuit breaker and one gate inside of it at most, on a thread that is inside of nothing. */
    final <T extends @Nullable Object, X extends Exception> T gateCall(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
        Leave atBreaker = breaker == null ? NoGate.HERE : breaker.enterClosed();
        if (atBreaker == null) {
            return notClosed(work, instead);
        }
        if (bulkhead != null && bulkhead.queues()) {
            return plainCall(work, instead);
        }
        long started = breaker == null ? 0 : breaker.startOf(atBreaker, 0); // before anything is taken: it may throw
        Leave permit = permit();
        if (permit == null) {
            return wholeCall(work, instead);
        }
        T value;
        try {
            value = work.call(ShownAttempt.UNSEEN);
        } catch (Throwable error) {
            giveBack(); // before anything that takes more of a stack which may be used up
            return ended(threw(error, atBreaker, permit, started), instead);
        }
        giveBack();
        try {
            if (breaker != null) {
                breaker.succeeded(atBreaker, started);
            }
        } catch (Throwable ofObserver) {
            return ended(steps.told(1, value, null, 0, ofObserver), instead);
        }
        if (countsAnswered) {
            counts.countAnswered();
        }
        if (!counts.isUnheard()) {
            return ended(toldLate(value), instead);
        }
        if (instead != null) {
            instead.remember(value);
        }
        return value;
    }

    /** Tells who has come meanwhile of a good attempt; how long it took was not measured. */
    private @Nullable Object toldLate(@Nullable Object value) {
        try {
            counts.tellSucceeded(1, 0);
            return value;
        } catch (Throwable ofObserver) {
            counts.attemptSpoiled(null);
            return Ending.threw(ofObserver, Judgement.IGNORED, 0);
        }
    }

    /** Tells that the call was answered, if anybody wants to know. */
    private void tell(@Nullable Setbacks setbacks) {
        counts.callAnswered(GuardCounts.UNHEARD, Deadline.none(), setbacks);
    }

    private @Nullable Object threw(Throwable error, Leave atBreaker, Leave permit, long started) {
        long now = steps.clock(Deadline.none());
        long elapsed = breaker != null && breaker.measures(atBreaker) ? Math.max(0, now - started) : 0;
        return failed(error, null, atBreaker, permit, now, elapsed);
    }

    private <T extends @Nullable Object, X extends Exception> T notClosed(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
        if (bulkhead != null || limiter != null) {
            return wholeCall(work, instead);
        }
        CircuitBreaker only = Objects.requireNonNull(breaker);
        Admission admission = only.enter();
        if (admission instanceof Rejection rejection) {
            Throwable ofObserver = steps.published();
            if (ofObserver != null) {
                Ending unused = steps.refused(1, rejection);
                return ended(Ending.before(ofObserver), instead);
            }
            counts.refusedByBreaker();
            RejectedException rejected = rejection.exception(timing.withStack());
            if (instead == null) {
                throw rejected; // here, and not a method further in: each frame that it leaves costs it dearly
            }
            return conclusion.<T, X>ofBareRefusal(rejected, instead);
        }
        return ended(admitted(work, null, Deadline.none(), 1, admission, NoGate.HERE), instead);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // what is no Ending, the work has returned
    private <T extends @Nullable Object, X extends Exception> T ended(
            @Nullable Object result, @Nullable Instead<T> instead) throws X {
        if (result instanceof Ending ending) {
            Setbacks setbacks = counts.setback(null, ending, GuardCounts.UNHEARD);
            return conclusion.of(setbacks, GuardCounts.UNHEARD, Deadline.none(), instead);
        }
        tell(null);
        if (instead != null) {
            instead.remember((T) result);
        }
        return (T) result;
    }

    // ---------------------------------------------------------------- with retries, or inside of something

    /** A call of a guard that has retries besides, or on a thread that is inside of something but under no deadline. */
    @SuppressWarnings({"unchecked", "NullAway"}) // what is no Ending, the work has returned
    final <T extends @Nullable Object, X extends Exception> T plainCall(
            AttemptWork<T, X> work, @Nullable Instead<T> instead) throws X {
        Object[] ambient = Ambient.here();
        if (!Ambient.deadline(ambient).isNone()) {
            return wholeCall(work, instead);
        }
        int depth = Ambient.depth(ambient);
        Setbacks setbacks = null;
        try {
            long now = time.coarse();
            surroundings.goIn(ambient, now);
            Object result = plainAttempt(work, ambient, now);
            if (result instanceof Ending ending) {
                setbacks = setback(ending, GuardCounts.UNHEARD);
                result = further(work, ambient, Deadline.none(), GuardCounts.UNHEARD, setbacks, ending);
            }
            if (!(result instanceof Ending)) {
                if (budget != null && budget.hearsSuccesses()) {
                    answered(setbacks);
                }
                if (!counts.isUnheard()) {
                    tell(setbacks);
                }
                if (instead != null) {
                    instead.remember((T) result);
                }
                return (T) result;
            }
        } finally {
            surroundings.goOut(ambient, depth, setbacks);
        }
        return conclusion.of(setbacks, GuardCounts.UNHEARD, Deadline.none(), instead);
    }

    private void answered(@Nullable Setbacks setbacks) {
        if (next != null) {
            next.answered(setbacks);
        }
    }

    private @Nullable Object plainAttempt(AttemptWork<?, ?> work, Object[] ambient, long now) {
        Leave atBreaker = breaker == null ? NoGate.HERE : breaker.enterClosed();
        if (atBreaker == null) {
            return tried(work, ambient, Deadline.none(), 1);
        }
        long started = breaker == null ? now : breaker.startOf(atBreaker, now);
        Leave permit = permit();
        if (permit == null) {
            return tried(work, ambient, Deadline.none(), 1);
        }
        Object value;
        try {
            surroundings.goIntoBulkhead(ambient);
            value = work.call(ShownAttempt.UNSEEN);
        } catch (Throwable error) {
            boolean counted = countForRetryAndGiveBack();
            long end = steps.clock(Deadline.none());
            try {
                return between(counted, failed(error, ambient, atBreaker, permit, end, Math.max(0, end - started)));
            } catch (Throwable noMemory) {
                Object unused = between(counted, null);
                throw noMemory;
            }
        }
        if (bulkhead != null) {
            Ambient.pop(ambient);
        }
        giveBack();
        try {
            if (breaker != null) {
                breaker.succeeded(atBreaker, started);
            }
        } catch (Throwable ofObserver) {
            return steps.told(1, value, null, 0, ofObserver);
        }
        if (countsAnswered) {
            counts.countAnswered();
        }
        return counts.isUnheard() ? value : toldLate(value);
    }

    private boolean countForRetryAndGiveBack() {
        try {
            return countForRetry(1);
        } finally {
            giveBack();
        }
    }

    /**
     * Counts a call whose first attempt is over and has not simply gone well, if it may be tried again: from before the place
     * is given back until it is known whether it is, who closes the guards must know of it.
     *
     * @return whether it is counted now, and {@link #between} has to hear of that
     */
    final boolean countForRetry(int number) {
        if (next == null || number > 1) { // one that is tried again already is counted
            return false;
        }
        unfinished.retryBegins();
        return true;
    }

    /** What has become of an attempt whose call was counted. */
    final @Nullable Object between(boolean counted, @Nullable Object result) {
        if (!counted) {
            return result;
        }
        if (result instanceof Ending ending) {
            return ending.counting();
        }
        unfinished.retryEnds();
        return result;
    }

    /** Out through the other gates with what the work has thrown. */
    private @Nullable Object failed(
            Throwable error, Object @Nullable [] ambient, Leave atBreaker, Leave permit, long now, long elapsed) {
        Leave entered = steps.only(permit);
        Ending ending;
        try {
            Ending none = surroundings.endTimeout(ambient, null, null, timing, Deadline.none(), now);
            ending = steps.judged(null, error, none, elapsed);
        } catch (Throwable noMemory) {
            return steps.lost(atBreaker, entered, null, noMemory);
        }
        return steps.told(1, null, ending, elapsed, steps.settle(atBreaker, entered, null, ending, now, elapsed));
    }

    /** The first of a call; if there is no memory for it, the call that may be counted for its ending is so no more. */
    final Setbacks setback(Ending ending, long begun) {
        try {
            return counts.setback(null, ending, begun);
        } catch (Throwable noMemory) {
            Object unused = between(ending.counted(), null);
            throw noMemory;
        }
    }
}
