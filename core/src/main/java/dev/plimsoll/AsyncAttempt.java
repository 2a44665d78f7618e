package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.PooledBody;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.timeout.WatchedPulse;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of an asynchronous call: its timeout, its stage, and what holds its permits.
 *
 * <p><b>Threading:</b> begun by the thread that takes the path of the call; ended by any.
 */
@SuppressWarnings("overloads") // of what it is to those it is handed to: nobody chains one to another
final class AsyncAttempt<T extends @Nullable Object> extends KeptPermit
        implements AsyncCall.Stoppable,
                Attempt,
                BiFunction<@Nullable Object, @Nullable Throwable, @Nullable Object>,
                Runnable {
    /*
     *                 the stage completes
     *      RUNNING ────────────────────────► COMPLETED      judged by what it holds
     *         ├──── the timer fires ───────► TIMED_OUT      by the timer thread; told elsewhere, the stage is let go
     *         ├──── no sign of life ───────► SILENT         the same
     *         └──── the call is stopped ───► STOPPED        the stage is let go
     *
     * Each arrow is a compare-and-set, so that one of them settles all leaves but the bulkhead's, and hands the result over
     * to the path, see AsyncEnd. A timeout does not wait for a path that is still inside of the work: it takes the path away.
     *
     * Whoever has won leaves what he knows in `value`, `error` and `timeUp`, and has run() called where the attempt goes on:
     * this is handed over itself, for there may be no memory to make another object for it.
     * The bulkhead's permit may be kept for longer than the attempt: see KeptPermit.
     */
    private static final int RUNNING = 0;
    private static final int COMPLETED = 1;
    private static final int TIMED_OUT = 2;
    private static final int STOPPED = 3;
    private static final int SILENT = 4;

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, AsyncAttempt.class, int.class);

    private final int number;
    private final Admission atBreaker;
    private final long started;
    private final Deadline deadline;
    private final @Nullable Silence pulse;
    private AsyncRace<T>.@Nullable Leg leg; // of a race between several

    private @Nullable TimeoutExceededException outer;
    private @Nullable Object value;
    private @Nullable Throwable error;
    private @Nullable Ending timeUp;
    private volatile int state = RUNNING;

    private volatile @Nullable Thread here;

    AsyncAttempt(AsyncPath call, int number, Admission atBreaker, Leave entered) {
        this(call, number, atBreaker, entered, call.start());
    }

    private AsyncAttempt(AsyncPath call, int number, Admission atBreaker, Leave entered, AsyncPath.Start start) {
        super(call, start, entered);
        this.number = number;
        this.atBreaker = atBreaker;
        this.started = start.at();
        this.deadline = timing.ofAttempt(call.engine.time, call.deadline, started);
        this.pulse = timing.heartbeatNanos() == 0 ? null : new Silence();
    }

    /** A first attempt that has begun without its path, which has left; who hears of its stage passes that on. */
    AsyncAttempt(
            AsyncCall<T> call, Admission atBreaker, Leave entered, long since, @Nullable CompletionStage<?> begun) {
        this(call, 1, atBreaker, entered, new AsyncPath.Start(since, call.engine.limits(since)));
        stage = begun;
        takesPath();
    }

    /** Tells its race how it ends, not the path. */
    AsyncAttempt<T> legOf(AsyncRace<T>.Leg one) {
        leg = one;
        return this;
    }

    long started() {
        return started;
    }

    // ---------------------------------------------------------------- the beginning

    /** Begins the work, here or in the bulkhead's pool. */
    void begin(AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, boolean asked) {
        try {
            if (timing.bounds(call.deadline)) {
                long until = started + timing.limit(call.deadline, started);
                outer = isWhole() ? Around.timeoutBy(until) : null; // the same instant as ours: that one has ended us
                call.engine.time.startAt(this, until);
            }
            if (pulse != null) {
                pulse.watch();
            }
        } catch (Throwable noThread) {
            began(null, noThread);
            return;
        }
        Bulkhead pool = call.pool();
        if (pool != null) {
            beginIn(pool, work, asked);
        } else {
            beginHere(work, asked);
        }
    }

    private void beginHere(AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, boolean asked) {
        if (state != RUNNING) { // over before it has begun
            ends();
            return;
        }
        here = Thread.currentThread();
        CompletionStage<?> begun = null;
        Throwable error = null;
        try {
            begun = inside(work, asked);
        } catch (Throwable thrown) {
            error = thrown;
        }
        began(begun, error);
        here = null;
    }

    private void beginIn(
            Bulkhead bulkhead, AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, boolean asked) {
        @Nullable PooledBody<CompletionStage<?>> submitted;
        Runnable hasEnded;
        try {
            hasEnded = this::bodyHasEnded; // once it runs this must be there
            Carried carried = Carried.take(call.engine.parts.carriers(), call.engine.counts.observers());
            submitted = state == RUNNING ? bulkhead.submit(attempt -> inside(work, asked), this, carried) : null;
        } catch (Throwable notSubmitted) { // an Error of a carrier, or no memory
            began(null, notSubmitted);
            return;
        }
        body = submitted;
        if (submitted == null) { // over before it has begun
            ends();
        } else {
            submitted.onEnd(hasEnded);
            if (state != RUNNING) {
                letGo(submitted);
            }
        }
    }

    /** The beginning of the work is over: it has a stage, or has failed. */
    @Override
    void began(@Nullable CompletionStage<?> begun, @Nullable Throwable error) {
        if (begun == null) {
            completes(null, error);
        } else {
            begins(); // the stage takes over from the beginning, so that its end is the end of all
            ends();
            follow(begun);
        }
    }

    @Override
    void follow(CompletionStage<?> begun) {
        stage = begun;
        try {
            begun.handle(this); // whenComplete would wrap the error once more, with a trace
        } catch (Throwable ofStage) {
            completes(null, ofStage);
        }
        if (state != RUNNING) {
            Throwable unused = letGo(begun);
        }
    }

    private CompletionStage<?> inside(AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, boolean asked)
            throws Exception {
        beat();
        return call.engine.surroundings.inside(work, asked ? this : ShownAttempt.UNSEEN, this, deadline);
    }

    // ---------------------------------------------------------------- the ends

    /** The stage has completed. */
    @Override
    public @Nullable Object apply(@Nullable Object value, @Nullable Throwable error) {
        completes(value, error);
        return null;
    }

    /** The stage has completed, or the work has thrown instead. */
    void completes(@Nullable Object held, @Nullable Throwable wrapped) {
        ends();
        if (!STATE.compareAndSet(this, RUNNING, COMPLETED)) {
            if (wrapped == null) {
                call.here(() -> call.late(held));
            }
            return;
        }
        endTimers();
        value = held;
        error = Endings.unwrapped(wrapped);
        timeUp = error != null && isDue() ? Ending.LOST : null; // which it is instead, is found out there
        if (here == Thread.currentThread()) {
            run();
        } else if (body != null) {
            call.elsewhere(this); // the threads of a pool are for the work alone
        } else {
            call.here(this);
        }
    }

    /** It has ended, and the path goes on here. */
    @Override
    public void run() {
        switch (state) {
            case COMPLETED -> completed();
            case STOPPED -> stopped();
            default -> timedOut();
        }
    }

    /** Whether the time is up: a guard inside has the same deadline, and its timer may be the first of the two. */
    private boolean isDue() {
        return timing.bounds(call.deadline) && call.engine.time.precise() - due() >= 0;
    }

    private void completed() {
        long now = steps.clock(call.deadline);
        long elapsed = Math.max(0, now - started);
        Object held = value;
        value = null; // the path keeps it no longer than it needs it
        Ending late =
                timeUp == null ? null : call.engine.endings.timedOut(false, timing, call.deadline, started, outer);
        Ending ending = steps.judged(held, error, late, elapsed);
        Throwable foreign = settle(ending, now, elapsed);
        if (leg == null) {
            hand(steps.told(number, held, ending, elapsed, foreign));
        } else {
            leg.ended(held, ending, elapsed, steps.published(foreign));
        }
    }

    private @Nullable Throwable settle(@Nullable Ending ending, long now, long elapsed) {
        Throwable foreign = steps.settle(atBreaker, entered, null, ending, now, elapsed);
        endPlace();
        return foreign;
    }

    private void endPlace() {
        if (steps.settlesPlaceLast()) {
            ends();
        }
    }

    /** Decides and settles on the timer thread; what may take a while, or is the user's, happens elsewhere. */
    @Override
    protected void expired(boolean stalled) {
        timeIsUp(TIMED_OUT, stalled);
    }

    private void timeIsUp(int how, boolean stalled) {
        if (STATE.compareAndSet(this, RUNNING, how)) {
            takesPath(); // the path goes on elsewhere, even if this attempt is still at its beginning
            if (leg != null) {
                leg.takesPath();
            }
            endTimers();
            long now = call.engine.time.precise();
            Ending ending = how == SILENT
                    ? call.engine.endings.silent(stalled, started)
                    : call.engine.endings.timedOut(stalled, timing, call.deadline, started, outer);
            error = settle(ending, now, ending.elapsedNanos());
            timeUp = ending;
            call.elsewhere(this);
        }
    }

    private void timedOut() {
        Ending ending = Objects.requireNonNull(timeUp);
        Throwable ofUser = error;
        if (leg == null) {
            call.goOn(left(ending, ofUser));
        } else {
            leg.ended(null, ending, ending.elapsedNanos(), steps.published(letWorkGo(ofUser)));
        }
    }

    private void endTimers() {
        cancel();
        if (pulse != null) {
            boolean unused = pulse.end();
        }
    }

    /** Watches for signs of life. */
    private final class Silence extends WatchedPulse {

        Silence() {
            super(call.engine.time, timing.heartbeatNanos(), started);
        }

        @Override
        protected void silent(boolean stalled) {
            timeIsUp(SILENT, stalled);
        }
    }

    @Override
    public void stop() {
        if (STATE.compareAndSet(this, RUNNING, STOPPED)) {
            endTimers();
            call.here(this);
        }
    }

    private void stopped() {
        long now = steps.clock(call.deadline);
        long elapsed = Math.max(0, now - started);
        if (leg != null && leg.isLoser()) {
            Ending lost = steps.settleCensored(atBreaker, entered, leg.number() == 1, now, elapsed);
            endPlace();
            leg.cancelled(lost, steps.published(letWorkGo(null)));
            return;
        }
        Ending ending = call.stopped(elapsed);
        Throwable ofUser = settle(ending, now, elapsed);
        if (leg == null) {
            hand(left(ending, ofUser));
        } else {
            leg.cancelled(ending, steps.published(letWorkGo(ofUser)));
        }
    }

    private @Nullable Object left(Ending ending, @Nullable Throwable ofUser) {
        Throwable foreign = letWorkGo(null);
        Object told = steps.told(number, null, ending, ending.elapsedNanos(), ofUser);
        return foreign == null ? told : Ending.threw(foreign, Judgement.IGNORED, ending.elapsedNanos());
    }

    /** Which leg's end was that of the attempt; 0 when there is none. */
    int decider() {
        return leg == null ? 1 : leg.decider();
    }

    // ---------------------------------------------------------------- what the work and those inside see

    @Override
    public String dependency() {
        return call.engine.parts.name();
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public int leg() {
        return leg == null ? 1 : leg.number();
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public void beat() {
        if (pulse != null) {
            pulse.beat();
        }
    }

    @Override
    public boolean hasFired() {
        return state == TIMED_OUT || isHeartbeat();
    }

    @Override
    public boolean isHeartbeat() {
        return state == SILENT;
    }
}
