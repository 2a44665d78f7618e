package dev.plimsoll;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The future of a plain call whose first attempt is under way, and that attempt, for as long as nothing happens to it but
 * that its stage completes well: then it needs no path.
 *
 * <p><b>Threading:</b> begun by the caller's thread; ended by any.
 */
final class AsyncFirst<T extends @Nullable Object> extends AsyncFuture<T>
        implements BiFunction<@Nullable Object, @Nullable Throwable, @Nullable Object>, Runnable {
    /*
     *                  the stage completes well
     *     under way ─────────────────────────────► OVER             settled, told and answered here
     *         │
     *         └── it fails, or its value must be ─► an AsyncAttempt  with an AsyncCall, whose future this remains: the end of
     *             looked at; the call is stopped                     the stage is passed on to it
     *
     * Concurrency: both arrows are a compare-and-set of `after`. Who hands over has made call and attempt before, from what
     * is here; whoever comes second drops his. What is here is cleared by who has won for OVER, so another one who reads it
     * may find nothing, and has lost. Who stops the call writes `stopped`, then looks for a call to stop; who makes one
     * shows it, then reads `stopped`: one of the two sees the other, and stopping twice does nothing.
     */
    private static final VarHandle AFTER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "after", VarHandle.class, AsyncFirst.class, Object.class);
    private static final Object OVER = new Object();

    private final AsyncEngine engine;
    private final long begun;
    private final int place;
    private @Nullable AttemptWork<? extends @Nullable CompletionStage<?>, ?> work;
    private @Nullable Instead<T> instead;
    private @Nullable Carried carried;
    private @Nullable Admission atBreaker;
    private @Nullable Leave entered;
    private @Nullable CompletionStage<?> stage;
    private @Nullable Object value; // that the stage has held
    private long started;
    private boolean answering;
    private volatile @Nullable Object after;
    private volatile boolean stopped;

    /** Of a call that has begun; null when there is no memory for it. */
    static <T extends @Nullable Object> @Nullable AsyncFirst<T> of(
            AsyncEngine engine,
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            @Nullable Instead<T> instead,
            long begun,
            int place) {
        try {
            return new AsyncFirst<>(engine, work, instead, begun, place);
        } catch (Throwable noMemory) {
            return null;
        }
    }

    private AsyncFirst(
            AsyncEngine engine,
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            @Nullable Instead<T> instead,
            long begun,
            int place) {
        this.engine = engine;
        this.work = work;
        this.instead = instead;
        this.begun = begun;
        this.place = place;
        this.carried = engine.along.plain();
    }

    /** All gates have let it pass. */
    AsyncFirst<T> admitted(Admission breaker, Leave leave, long since) {
        atBreaker = breaker;
        entered = leave;
        started = since;
        return this;
    }

    /** The beginning of the work is over: it has a stage, or has failed. */
    CompletableFuture<T> begin(@Nullable CompletionStage<?> begunStage, @Nullable Throwable error) {
        stage = begunStage;
        Throwable broken = error;
        try {
            engine.unfinished.pends(place, this);
            if (engine.parts.owner().isOver()) { // nobody waits for it any more, nor knew how to cancel it
                cancelled();
            }
            if (begunStage != null) {
                CompletionStage<@Nullable Object> unused = begunStage.handle(this);
                return this;
            }
        } catch (Throwable ofStage) { // nobody would hear of its end
            broken = broken != null ? broken : ofStage;
            engine.cancel(begunStage);
        }
        Object unused = apply(null, broken);
        return this;
    }

    // ---------------------------------------------------------------- the end of the stage

    /** The stage has completed. */
    @Override
    public @Nullable Object apply(@Nullable Object held, @Nullable Throwable error) {
        boolean plain = error == null && !engine.steps.looksAtResults() && !(held instanceof Ending);
        if (plain && AFTER.compareAndSet(this, null, OVER)) {
            value = held;
            here();
            return null;
        }
        try {
            handOver();
        } catch (Throwable noMemory) {
            breaks(noMemory);
        }
        Object taken = after;
        if (taken instanceof AsyncAttempt<?> attempt) {
            after = OVER; // it need not be kept for this any more
            attempt.completes(held, error);
        }
        return null;
    }

    /** As if on the caller's thread, and in any case. */
    private void here() {
        try {
            Objects.requireNonNull(carried).around(this);
        } catch (Throwable broken) { // no memory, say
            if (!answering) {
                run();
            }
            engine.counts.untold(broken);
        }
    }

    /** The stage has completed well, and this thread is where the caller was. */
    @Override
    public void run() {
        answering = true;
        answers(value);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the work's stage has held the value
    private void answers(@Nullable Object good) {
        Object told =
                engine.settledGood(Objects.requireNonNull(atBreaker), Objects.requireNonNull(entered), started, good);
        if (told instanceof Ending ending) { // what has come of telling it
            AsyncCall<T> call;
            try {
                call = Objects.requireNonNull(call());
            } catch (Throwable noMemory) {
                boolean unused = over(noMemory);
                return;
            }
            clear();
            shows(call);
            call.goOn(ending);
            return;
        }
        Throwable thrown = engine.answered(begun, Deadline.none(), null, instead, (T) good);
        if (thrown == null) {
            leave();
        }
        boolean heard = thrown == null ? !stopped && answered((T) good) : over(thrown);
        if (!heard) {
            late(good);
        }
    }

    private void leave() {
        engine.parts.leave();
        engine.unfinished.ends(place, this);
        clear();
    }

    /** The call has come to this, and nobody else says so; false if the future is another's to complete. */
    private boolean over(Throwable thrown) {
        leave();
        boolean heard = !stopped && failed(thrown);
        if (!heard) {
            engine.counts.untold(thrown);
        }
        return heard;
    }

    /** There is no memory for a path, and so none for what the stage will come to. */
    private void breaks(Throwable noMemory) {
        Admission breaker = atBreaker;
        Leave leave = entered;
        CompletionStage<?> followed = stage;
        if (breaker != null && leave != null && AFTER.compareAndSet(this, null, OVER)) {
            engine.letGo(breaker, leave, followed, noMemory);
            boolean unused = over(noMemory);
        }
    }

    /** Nobody gets the value. */
    private void late(@Nullable Object late) {
        try {
            engine.parts.late(late);
        } catch (Throwable ofTaker) {
            engine.counts.untold(ofTaker);
        }
    }

    /** Whoever keeps the result does not keep the work. */
    private void clear() {
        work = null;
        value = null;
        instead = null;
        carried = null;
        atBreaker = null;
        entered = null;
        stage = null;
    }

    // ---------------------------------------------------------------- on to a path

    @Override
    void stop() {
        stopped = true;
        try {
            handOver();
        } catch (Throwable noMemory) {
            breaks(noMemory);
        }
        super.stop();
    }

    @Override
    void forget() {
        super.forget();
        clear();
    }

    /** From now on an attempt of a call, like any other; unless it is that already, or over. */
    private void handOver() {
        if (after != null) {
            return;
        }
        Admission breaker = atBreaker;
        Leave leave = entered;
        CompletionStage<?> followed = stage;
        AsyncCall<T> call = call();
        if (breaker != null && leave != null && call != null) {
            AsyncAttempt<T> attempt = call.takesOver(breaker, leave, started, followed);
            if (AFTER.compareAndSet(this, null, attempt)) {
                shows(call);
            }
        }
    }

    private @Nullable AsyncCall<T> call() {
        AttemptWork<? extends @Nullable CompletionStage<?>, ?> begunWork = work;
        Instead<T> asked = instead;
        Carried along = carried;
        return begunWork == null || along == null
                ? null
                : new AsyncCall<>(engine, begunWork, false, asked, Deadline.none(), along).of(this, begun, place);
    }

    private void shows(AsyncCall<T> call) {
        of(call);
        if (stopped) {
            call.stop();
        }
        if (isDone()) { // it may have ended before it was shown, and nobody else forgets it
            forget();
        }
    }
}
