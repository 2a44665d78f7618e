package dev.plimsoll;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call on its way to its {@link AsyncFuture}. {@link #attempts} and {@link #attempt} are the whole path.
 *
 * <p><b>Threading:</b> the path is taken by one thread at a time, handed from one to the next; {@link #stop} is for
 * any.
 */
final class AsyncCall<T extends @Nullable Object> extends AsyncPath {
    /*
     *            ┌───────────────────────── at once ─────────────────────────┐
     *            ▼                                                           │
     *   begin ─► attempts ─► (AsyncQueue: a turn, a place in the queue) ─► AsyncAttempt: the stage ─► goOn ─► conclude
     *            ▲                                                                                      │
     *            └─────────────────────────── AsyncPause: until the next attempt ◄──────────────────────┘
     *
     * To conclude may mean to go down the rungs of a fallback: that is the last thing the path waits for.
     *
     * Where the path has to wait for something it leaves a Stoppable behind in `waiting` and returns; whoever ends the
     * wait goes on with the path, on its own thread. A stage that is complete already ends its attempt before the path
     * has returned: then the loop in attempts() goes on, so that a million attempts that fail at once need no stack.
     *
     * Concurrency: each wait ends once, by a compare-and-set of its own; that hands the path over, and with it all fields
     * that are not volatile. Who stops the call writes `stopped`, then stops what it reads in `waiting`; the path writes
     * `waiting`, then reads `stopped`: one of the two sees the other, and stopping twice does nothing. From then on the
     * path only settles, tells, and ends; the future is completed by who has stopped the call, when all of it has stopped.
     */

    /** Where the path waits. */
    interface Stoppable {

        /** Ends the wait, unless something else has ended it; the path then goes on here. */
        void stop();
    }

    /** Stands for a result that is yet to come. */
    static final Object PENDING = new Object();

    private final boolean asked;
    private final @Nullable Instead<T> instead;
    private @Nullable AttemptWork<? extends @Nullable CompletionStage<?>, ?> work; // null when the call is over
    private AsyncFuture<T> future; // this and the next two for good before the path begins
    private long begun;
    private int place;
    private @Nullable Setbacks setbacks;
    private volatile @Nullable Stoppable waiting;
    private volatile boolean stopped;

    AsyncCall(
            AsyncEngine engine,
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            boolean asked,
            @Nullable Instead<T> instead,
            Deadline deadline,
            Carried carried) {
        super(engine, deadline, carried);
        this.work = work;
        this.asked = asked;
        this.instead = instead;
        this.future = new AsyncFuture<>();
    }

    /**
     * For whom, since when, and where it is to be found until it is over.
     *
     * @param ofCaller what its caller gets
     */
    AsyncCall<T> of(AsyncFuture<T> ofCaller, long since, int among) {
        future = ofCaller;
        begun = since;
        place = among;
        return this;
    }

    // ---------------------------------------------------------------- the path

    /** Takes the path from its beginning; ended is how the call ends without an attempt, null for one with attempts. */
    CompletableFuture<T> begin(@Nullable Ending ended) {
        future.of(this);
        if (ended != null) {
            goOn(ended);
        } else {
            cancelIfOver();
            paused();
        }
        return future;
    }

    /** Takes the path from where the gates have answered to a first attempt, of which not all have let it pass. */
    CompletableFuture<T> begin(@Nullable Admission atBreaker, @Nullable Admission inside) {
        future.of(this);
        cancelIfOver();
        goOnUnlessPending(admitted(atBreaker, inside));
        return future;
    }

    private void goOnUnlessPending(@Nullable Object result) {
        if (result != PENDING) {
            goOn(result);
        }
    }

    /** Whoever closed the guards waits no more, and may have come before the future knew of this call. */
    private void cancelIfOver() {
        if (engine.parts.owner().isOver()) {
            stop(); // in any case: a future that was cancelled before stops nobody
            future.cancelled();
        }
    }

    /** Takes over a first attempt that is under way: whatever ends it goes on from there. */
    AsyncAttempt<T> takesOver(Admission atBreaker, Leave entered, long started, @Nullable CompletionStage<?> stage) {
        AsyncAttempt<T> attempt = new AsyncAttempt<>(this, atBreaker, entered, started, stage);
        waiting = attempt;
        return attempt;
    }

    /** Attempts, one after the other, until one has to be waited for, or none comes any more. */
    private void attempts() {
        Object result;
        do {
            result = attempt();
        } while (result != PENDING && anotherAfter(result));
    }

    /**
     * One attempt: in through the gates from outer to inner, and the beginning of the work.
     *
     * @return what the work's stage holds, an {@link Ending}, or {@link #PENDING}
     */
    private @Nullable Object attempt() {
        if (stopped) {
            return cancelled();
        }
        Admission atBreaker;
        Admission inside;
        try {
            atBreaker = engine.steps.arrive(deadline);
            inside = atBreaker instanceof Leave ? engine.steps.enterInside(atBreaker, deadline) : null;
        } catch (Throwable brokenGate) { // the others have their leaves back
            return Ending.before(brokenGate);
        }
        return admitted(atBreaker, inside);
    }

    /** Where the path leaves for a while. */
    void waitsAt(Stoppable place) {
        waiting = place;
    }

    /** The wait for a gate is over; the others are asked again. */
    void queued(Admission.Wait waited, @Nullable Admission decided) {
        Object result = stopped ? giveUp(waited, decided) : admittedAfter(waited, decided);
        goOnUnlessPending(result);
    }

    private Ending giveUp(Admission.Wait waited, @Nullable Admission decided) {
        try {
            engine.steps.giveBackAfter(waited, decided);
            Throwable unused = engine.steps.published();
            return cancelled();
        } catch (Throwable brokenGate) {
            return Ending.before(brokenGate);
        }
    }

    private @Nullable Object admittedAfter(Admission.Wait waited, @Nullable Admission decided) {
        Admission atBreaker;
        Admission inside;
        try {
            atBreaker = engine.steps.enterBreakerAfter(waited, decided, deadline);
            inside = engine.steps.afterWait(waited, decided, atBreaker, deadline);
        } catch (Throwable brokenGate) {
            return Ending.before(brokenGate);
        }
        return admitted(atBreaker, inside);
    }

    private @Nullable Object admitted(@Nullable Admission atBreaker, @Nullable Admission inside) {
        if (inside instanceof Admission.Wait wait) { // nobody is kept out while waiting, nothing believed after it
            return AsyncQueue.begin(this, wait, atBreaker);
        }
        int number = setbacks == null ? 1 : setbacks.attempts() + 1;
        if (!(atBreaker instanceof Leave) || !(inside instanceof Leave entered)) {
            return engine.steps.notAdmitted(atBreaker, inside, number);
        }
        AttemptWork<? extends @Nullable CompletionStage<?>, ?> again = Objects.requireNonNull(work);
        Hedging hedging = engine.parts.hedging();
        AsyncRace<T> race = null;
        AsyncAttempt<T> attempt = null;
        try {
            if (hedging != null) {
                race = new AsyncRace<>(this, hedging, again, asked, number);
            } else {
                attempt = new AsyncAttempt<>(this, number, atBreaker, entered);
            }
        } catch (Throwable cannotBegin) {
            return engine.steps.notBegun(atBreaker, entered, cannotBegin);
        }
        if (race != null) {
            waiting = race;
            stopIfStopped(race); // who stopped the call before has found nothing to stop: no work begins after that
            Ending notBegun = race.begin(atBreaker, entered);
            return notBegun != null ? notBegun : race.resultOrPending();
        }
        waiting = Objects.requireNonNull(attempt);
        stopIfStopped(attempt); // as above
        attempt.begin(again, asked);
        return attempt.resultOrPending();
    }

    @Override
    void goOn(@Nullable Object result) {
        try {
            if (anotherAfter(result)) {
                attempts();
            }
        } catch (Throwable noMemory) {
            breaks(noMemory);
        }
    }

    /** The path cannot go on, and ends here: for want of memory, say. */
    private void breaks(Throwable thrown) {
        if (work != null) {
            over(); // a charge of the budget is lost
            if (!stopped && future.failed(thrown)) {
                return;
            }
        }
        untold(thrown);
    }

    /** What comes after an attempt: true for another attempt at once. */
    @SuppressWarnings({"unchecked", "NullAway"}) // what is no Ending, the work's stage has held
    private boolean anotherAfter(@Nullable Object result) {
        if (!(result instanceof Ending ending)) {
            answered((T) result);
            return false;
        }
        Setbacks all = engine.counts.setback(setbacks, ending, begun);
        setbacks = all;
        long pause = engine.next == null || stopped ? NextAttempt.NONE : engine.next.pauseAfter(all, deadline);
        if (pause > 0) {
            pauses(pause, all);
        } else if (pause == NextAttempt.NONE) {
            conclude(all);
        }
        return pause == 0;
    }

    private void pauses(long nanos, Setbacks all) {
        Throwable noThread = AsyncPause.begin(this, nanos);
        if (noThread != null && engine.next != null) {
            engine.next.givesUp(all, Ending.before(noThread));
            conclude(all);
        }
    }

    /** It is time for an attempt, or the call was stopped before that. */
    void paused() {
        try {
            if (stopped && engine.next != null && setbacks != null) {
                engine.next.givesUp(setbacks, cancelled());
                conclude(setbacks);
            } else {
                attempts();
            }
        } catch (Throwable noMemory) {
            breaks(noMemory);
        }
    }

    // ---------------------------------------------------------------- the end

    private void answered(T value) {
        Throwable ofObserver = engine.answered(begun, deadline, setbacks, instead, value);
        if (ofObserver != null) {
            owes(ofObserver);
        }
        Throwable error = owed();
        over();
        boolean told = !stopped && completes(future, value, error);
        if (!told) { // after the last attempt, before this: the future is another's to complete
            if (error != null) {
                untold(error);
            }
            late(value);
        }
    }

    private void conclude(Setbacks all) {
        if (engine.next != null) {
            engine.next.refund(all); // stopped on the way to an attempt that was charged
        }
        T value = null;
        Throwable error = null;
        try {
            if (!stopped && instead instanceof Rungs<T> rungs && rungs.catches(all)) {
                descend(engine.conclusion.later(all, begun, deadline, rungs, this::elsewhere));
                return;
            }
            value = engine.conclusion.<T, Exception>of(all, begun, deadline, stopped ? null : instead);
        } catch (Throwable thrown) {
            error = thrown;
        }
        end(value, error); // not within the try: what it throws must not make it happen twice
    }

    /** The rungs are asked: the path waits for the one that answers. */
    private void descend(CompletableFuture<T> answer) {
        Stoppable asked = () -> answer.cancel(false);
        waiting = asked;
        CompletableFuture<T> unused = answer.whenComplete(this::end);
        stopIfStopped(asked);
    }

    @SuppressWarnings("NullAway") // the value is the work's, and null only where that was
    private void end(@Nullable T value, @Nullable Throwable thrown) {
        Throwable owed = owed();
        Throwable error = owed != null ? owed : thrown;
        over();
        boolean told = !stopped && completes(future, value, error);
        if (!told) { // the future is another's to complete
            if (owed != null || isOfObserver(thrown)) {
                untold(Objects.requireNonNull(error));
            }
            late();
        }
    }

    /** Whether it is not what the call has come to, but was thrown by who heard of that. */
    private boolean isOfObserver(@Nullable Throwable thrown) {
        Ending last = setbacks == null ? null : setbacks.last();
        return thrown instanceof Error && (last == null || last.error() != thrown);
    }

    /** Nobody gets the last value, which was bad. */
    private void late() {
        Ending last = setbacks == null ? null : setbacks.last();
        if (last != null && last.how() == Ending.How.RETURNED) {
            late(last.value());
        }
    }

    private void over() {
        waiting = null;
        work = null; // a stage that was let go may keep this for long
        Setbacks all = setbacks;
        if (all != null && all.isCounted()) {
            engine.unfinished.retryEnds();
        }
        engine.parts.leave();
        engine.unfinished.ends(place, future);
        future.forget();
    }

    // ---------------------------------------------------------------- the holder of the future

    boolean isStopped() {
        return stopped;
    }

    /** Nobody wants the result any more: ends what the path waits for, and with it the path. */
    void stop() {
        stopped = true;
        Stoppable now = waiting;
        if (now != null) {
            now.stop();
        }
    }

    void stopIfStopped(Stoppable now) {
        if (stopped) {
            now.stop();
        }
    }

    private static Ending cancelled() {
        return Ending.before(new CancellationException("the call was cancelled"));
    }
}
