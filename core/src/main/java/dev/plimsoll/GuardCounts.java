package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.StripedCount;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a guard does, and tells its observers. What goes well is counted once: by the circuit breaker where the
 * guard has one of its own, here otherwise.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; exact at quiescence.
 */
final class GuardCounts {

    /** When a call began that nobody hears of; an instant like any other would be as good, this one is rare. */
    static final long UNHEARD = 0x5EED_0FAC_1D1E_C10CL;

    private final String name;
    private final Time time;
    private final Observers observers;
    private final Totals totals;
    private final Counting counting;
    /* Those of the totals that the path of a call writes. */
    private final StripedCount answered;
    private final LongAdder refusedByBreaker;
    private final LongAdder goodInVain;

    /** By whom calls are counted that end well. */
    private enum Counting {
        NOBODY,
        LEDGER,
        BREAKER
    }

    /**
     * What was counted since the guard was made, however it was configured meanwhile.
     *
     * @param counter the breaker that counts or once counted good calls; null for none
     */
    private record Totals(
            @Nullable CircuitBreaker counter,
            StripedCount answered,
            Map<Event.End, LongAdder> ends,
            Map<Rejection.Reason, LongAdder> refusals,
            LongAdder refusedByBreaker,
            LongAdder retries,
            LongAdder deniedByBudget,
            LongAdder stalls,
            LongAdder stalledCalls,
            LongAdder goodInVain) {

        Totals(@Nullable CircuitBreaker counter) {
            this(
                    counter,
                    new StripedCount(),
                    adders(Event.End.class),
                    adders(Rejection.Reason.class),
                    new LongAdder(),
                    new LongAdder(),
                    new LongAdder(),
                    new LongAdder(),
                    new LongAdder(),
                    new LongAdder());
        }
    }

    /**
     * Nothing has been counted yet, nor will be: {@link #by} says by whom.
     *
     * @param counter the guard's own breaker, if it is to count good calls
     */
    GuardCounts(String name, Time time, Observers observers, @Nullable CircuitBreaker counter) {
        this(name, time, observers, new Totals(counter), Counting.NOBODY);
    }

    private GuardCounts(String name, Time time, Observers observers, Totals totals, Counting counting) {
        this.name = name;
        this.time = time;
        this.observers = observers;
        this.totals = totals;
        this.counting = counting;
        this.answered = totals.answered();
        this.refusedByBreaker = totals.refusedByBreaker();
        this.goodInVain = totals.goodInVain();
    }

    /**
     * The same counts, for calls of the guard as it is configured from now on.
     *
     * @param hasCounter whether its breaker is the one that counts
     * @param counted whether good calls are counted where it does not
     */
    GuardCounts by(boolean hasCounter, boolean counted) {
        Counting other = counted ? Counting.LEDGER : Counting.NOBODY;
        return new GuardCounts(name, time, observers, totals, hasCounter ? Counting.BREAKER : other);
    }

    /** The breaker that counts or once counted good calls; null for none. */
    @Nullable
    CircuitBreaker counter() {
        return totals.counter();
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> kinds) {
        Map<E, LongAdder> all = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            all.put(kind, new LongAdder());
        }
        return all;
    }

    Observers observers() {
        return observers;
    }

    /** Whether nobody would hear of a single call, how it goes and how it ends. */
    boolean isUnheard() {
        return !observers.wantCalls();
    }

    /** Whether somebody is to be told that a call begins. */
    boolean wantBeginning() {
        return observers.wantBeginnings();
    }

    /** When the call began, if anybody wants to know. */
    long begun() {
        return isUnheard() ? UNHEARD : time.precise();
    }

    /** The work was simply good. */
    void attemptSucceeded(int number, long elapsedNanos) {
        countAnswered();
        tellSucceeded(number, elapsedNanos);
    }

    /** Tells that it was, if anybody wants to know. */
    void tellSucceeded(int number, long elapsedNanos) {
        if (!isUnheard()) {
            observers.tellOfCall(new AttemptEnded(name, number, Verdict.SUCCESS, elapsedNanos, null, false));
        }
    }

    /** Whether good values are counted here. */
    boolean countsAnswered() {
        return counting == Counting.LEDGER;
    }

    /** Whether good values are counted at all, here or by the breaker. */
    boolean countsGood() {
        return counting != Counting.NOBODY;
    }

    /** Counts a good value, where the breaker does not. */
    void countAnswered() {
        if (countsAnswered()) {
            answered.add(Kind.GOOD);
        }
    }

    void attemptEnded(int number, Ending ending) {
        boolean stalled = ending.how() == Ending.How.STALLED;
        if (stalled) {
            totals.stalls().increment();
        }
        Verdict verdict = ending.judgement().verdict();
        if (verdict == Verdict.SUCCESS) {
            countAnswered();
        }
        if (!isUnheard()) {
            observers.tellOfCall(
                    new AttemptEnded(name, number, verdict, ending.elapsedNanos(), ending.error(), stalled));
        }
    }

    /** A value that was looked at ends the call or not; whether it was counted as good is another question. */
    void attemptLookedAt(Ending ending, boolean answers) {
        if (counting == Counting.NOBODY) {
            return;
        }
        boolean good = ending.judgement().verdict() == Verdict.SUCCESS;
        if (answers && !good) {
            adder(totals.ends(), Event.End.ANSWERED).increment();
        } else if (!answers && good) {
            goodInVain.increment();
        }
    }

    /** An {@link Error} of user code around the work has taken the place of how the attempt ended. */
    void attemptSpoiled(@Nullable Ending ending) {
        boolean counted = counting != Counting.NOBODY;
        if (counted && (ending == null || ending.judgement().verdict() == Verdict.SUCCESS)) {
            goodInVain.increment();
        }
    }

    /**
     * The breaker was told of good legs that do not answer their call.
     *
     * @param legs how many; less than zero when somebody has counted one that {@link #attemptLookedAt} counts as well
     */
    void legsInVain(int legs) {
        if (counting == Counting.BREAKER) {
            goodInVain.add(legs);
        }
    }

    /** Counts a call that the circuit breaker has refused before its first attempt, in one step. */
    void refusedByBreaker() {
        refusedByBreaker.increment();
    }

    void attemptRefused(int number, Rejection rejection) {
        adder(totals.refusals(), rejection.reason()).increment();
        if (!isUnheard()) {
            observers.tellOfCall(new AttemptRefused(name, number, rejection));
        }
    }

    void retryScheduled(int number, long pauseNanos) {
        totals.retries().increment();
        if (!isUnheard()) {
            observers.tellOfCall(new RetryScheduled(name, number, pauseNanos));
        }
    }

    void retryDenied(int attempts, NoRetry why) {
        if (why == NoRetry.BUDGET_USED) {
            totals.deniedByBudget().increment();
        }
        if (!observers.isEmpty()) {
            observers.tell(new RetryDenied(name, attempts, why));
        }
    }

    /** Adds how an attempt ended, or that it was not admitted, and when, if anybody wants to know. */
    Setbacks setback(@Nullable Setbacks before, Ending ending, long begun) {
        Setbacks all = Setbacks.after(before, ending);
        if (!isUnheard()) {
            all.note(ending, since(begun));
        }
        return all;
    }

    /** The call ended with a value that was simply good. */
    void callAnswered(long begun, Deadline deadline, @Nullable Setbacks setbacks) {
        if (isUnheard()) {
            return;
        }
        long elapsed = since(begun);
        Course before = setbacks == null ? null : setbacks.course();
        int attempts = setbacks == null ? 1 : setbacks.attempts() + 1;
        observers.tellOfCall(new CallEnded(
                name,
                Event.End.ANSWERED,
                attempts,
                elapsed,
                null,
                setbacks == null ? List.of() : setbacks.allErrors(),
                null,
                left(deadline),
                before == null ? Course.ofOne(elapsed) : before.answered(attempts, elapsed)));
    }

    /** The call ended otherwise. */
    void callEnded(long begun, Deadline deadline, Setbacks setbacks, @Nullable Throwable error) {
        Event.End end = setbacks.end();
        if (end != Event.End.ANSWERED || counting != Counting.NOBODY) {
            adder(totals.ends(), end).increment();
        }
        Ending last = setbacks.last();
        if (last != null && last.how() == Ending.How.STALLED) {
            totals.stalledCalls().increment();
        }
        if (!isUnheard()) {
            Course course = setbacks.course();
            observers.tellOfCall(new CallEnded(
                    name,
                    end,
                    setbacks.attempts(),
                    since(begun),
                    error,
                    setbacks.earlier(),
                    setbacks.refusal(),
                    left(deadline),
                    course == null ? List.of() : course.all()));
        }
    }

    private long left(Deadline deadline) {
        return deadline.isNone() ? CallEnded.NO_DEADLINE : Math.max(0, deadline.remainingNanos(time.precise()));
    }

    private long since(long begun) {
        return begun == UNHEARD ? 0 : Math.max(0, time.precise() - begun);
    }

    private static <E extends Enum<E>> LongAdder adder(Map<E, LongAdder> all, E kind) {
        LongAdder adder = all.get(kind);
        if (adder == null) {
            throw new AssertionError(kind);
        }
        return adder;
    }

    /**
     * How many calls ended with a value: as many as there were good attempts, except for those attempts that did not end
     * their call, and those calls that ended otherwise. Counted by the breaker with which the guard was made, if it was,
     * and here.
     */
    long answered() {
        CircuitBreaker counter = totals.counter();
        long good = answered.sum(Kind.GOOD)
                + (counter == null ? 0 : counter.snapshot().judged().totalGood());
        return Math.max(0, good - goodInVain.sum() + ended(Event.End.ANSWERED));
    }

    long ended(Event.End end) {
        long ended = adder(totals.ends(), end).sum();
        return end == Event.End.REFUSED ? ended + refusedByBreaker.sum() : ended;
    }

    long refused(Rejection.Reason reason) {
        long refused = adder(totals.refusals(), reason).sum();
        return reason == Rejection.Reason.CIRCUIT_OPEN ? refused + refusedByBreaker.sum() : refused;
    }

    long retried() {
        return totals.retries().sum();
    }

    long deniedByBudget() {
        return totals.deniedByBudget().sum();
    }

    long stalled() {
        return totals.stalls().sum();
    }

    /** Calls whose last attempt timed out because this process itself had stood still; those repeated well are none. */
    long stalledCalls() {
        return totals.stalledCalls().sum();
    }

    /** What was around the beginning of an asynchronous call, which is under way, and has nothing to do with what this throws. */
    void close(ContextCarrier.Scope around) {
        try {
            around.close();
        } catch (Error ofObserver) {
            observers.fault(new IllegalStateException("after the beginning of a call", ofObserver));
        }
    }

    /** There is nobody to be thrown this: it is counted and shown. Throws nothing. */
    void untold(Throwable thrown) {
        observers.untold(thrown);
    }
}
