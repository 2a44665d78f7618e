package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work of one attempt on a thread of a {@link Bulkhead}, and whoever waits for it. For those who write engines.
 *
 * <p>Either the caller waits until it is done and takes the outcome, or detaches from it, and then gets nothing. In both
 * cases the hook of {@link #onEnd(Runnable)} runs once, when the work has really ended: that is when the permit may be
 * settled.
 *
 * <p><b>Threading:</b> {@link #await()} and {@link #awaitUntil(long)} are for one thread, everything else for any.
 *
 * @param <T> what the work returns
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class PooledBody<T extends @Nullable Object> implements Runnable {
    /*
     *              begin                complete
     *      NEW ─────────────► RUNNING ─────────────► DONE        the outcome is the caller's
     *       │ │                  │                     ▲
     *       │ └──────────────────┼─────────────────────┘ fail    (no thread to begin on)
     *       │                    │ detach
     *       │ detach             ▼            interrupt sent
     *       │                 LEAVING ───────────────────────► ORPHAN      it runs on; a late value is dropped
     *       ▼
     *    DROPPED                                                 it never begins
     *   then, whichever way:  hook (the permit goes back), ended = true, whoever waits is unparked
     *
     * Concurrency: begin, complete, fail and detach are compare-and-sets of one word, so exactly one of completion and
     * detachment happens, and work that was detached in NEW never begins. LEAVING exists while the detaching thread
     * counts the orphan and interrupts the worker. A worker that finds it spins until it is over, so that the interrupt
     * never hits what the thread does next, and then clears the flag.
     *
     * The hook is put in by one thread and taken out by another, both by exchanging one reference; who comes second runs
     * it. The permit is back before the caller learns that the work is done, or its next call would find its own permit
     * taken. DROPPED ends when the worker comes across it: so there are never more tasks in the pool than permits.
     */
    private enum State {
        NEW,
        RUNNING,
        DONE,
        LEAVING,
        ORPHAN,
        DROPPED
    }

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, PooledBody.class, State.class);
    private static final VarHandle HOOK = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "hook", VarHandle.class, PooledBody.class, Runnable.class);

    /** Stands for an outcome that there is no memory for. */
    private static final Outcome LOST = lost();

    private final Orphans orphans;
    private final AttemptWork<? extends T, ?> work;
    private final Attempt attempt;
    private final Carried carried;

    private volatile State state = State.NEW;

    @SuppressWarnings("UnusedVariable") // exchanged only; this body itself stands for "taken out"
    private volatile @Nullable Runnable hook;

    private volatile boolean ended;
    private volatile @Nullable Thread waiting;
    private volatile @Nullable Thread worker;
    /* Written before the state becomes ORPHAN or DONE, and read after. */
    private @Nullable Consumer<? super T> late;
    private @Nullable Orphan orphan;
    private Outcome outcome = LOST;

    PooledBody(Orphans orphans, AttemptWork<? extends T, ?> work, Attempt attempt, Carried carried) {
        this.orphans = orphans;
        this.work = work;
        this.attempt = attempt;
        this.carried = carried;
    }

    /**
     * Waits until the work is done and its hook has run.
     *
     * @throws InterruptedException when this thread is interrupted before; the work goes on
     */
    public void await() throws InterruptedException {
        await(false, 0);
    }

    /**
     * Waits until the work is done and its hook has run, or the time is up.
     *
     * @param until an instant of {@link Time#precise()}
     * @return false when the time was up first; the work goes on
     * @throws InterruptedException when this thread is interrupted before; its flag is then clear, the work goes on
     */
    public boolean awaitUntil(long until) throws InterruptedException {
        return await(true, until);
    }

    private boolean await(boolean bounded, long until) throws InterruptedException {
        Time time = orphans.time();
        waiting = Thread.currentThread();
        try {
            while (!ended) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (!bounded) {
                    time.park(this);
                } else if (until - time.precise() > 0) {
                    time.parkUntil(this, until);
                } else {
                    return false;
                }
            }
            return true;
        } finally {
            waiting = null;
        }
    }

    /**
     * Leaves the work to itself: its value or error is dropped. Work that did not begin yet never will.
     *
     * @param interrupt whether to interrupt the thread that runs it; the flag is clear again for what that runs next
     * @param lateResult gets the value if there will be one, on the pool's thread, before the hook runs; null for nobody
     * @return false when it is done already, and {@link #await()} returns soon; or when it was detached before
     */
    public boolean detach(boolean interrupt, @Nullable Consumer<? super T> lateResult) {
        if (move(State.NEW, State.DROPPED)) {
            return true;
        }
        if (!move(State.RUNNING, State.LEAVING)) {
            return false;
        }
        try {
            orphan = orphans.add();
        } catch (Throwable noMemory) {
            orphan = null; // it is counted nowhere, and its thread must not wait for that
        }
        late = lateResult;
        Thread running = worker;
        Throwable ofChannel = null;
        try {
            if (interrupt && running != null) {
                running.interrupt(); // may run code of a channel of the user, which may throw
            }
        } catch (Throwable thrown) {
            ofChannel = thrown;
        }
        state = State.ORPHAN; // first: the worker may wait for it
        if (ofChannel != null) { // whoever leaves the work has not asked for that
            orphans.observers().untold(ofChannel);
        }
        return true;
    }

    /**
     * What to do once the work has really ended, or was found to have been detached before it began. It runs exactly
     * once, on the pool's thread, or here and now when that was already. When {@link #isDone()}, it may ask for the
     * outcome.
     *
     * @param action must be short and must not throw
     * @throws IllegalStateException when there is an action already
     */
    public void onEnd(Runnable action) {
        Runnable before = (Runnable) HOOK.compareAndExchange(this, null, action);
        if (before == this) {
            action.run();
        } else if (before != null) {
            throw new IllegalStateException("onEnd was called before");
        }
    }

    /**
     * Whether there is an outcome.
     *
     * @return false while it runs, and for ever once detached
     */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** Whether the work has ended, detached or not, and the hook, if there was one by then, has run. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * How the work ended. An error is what it threw, an {@link Error} included; or why no thread could run it, such as
     * a {@link dev.plimsoll.call.RejectedException} when the bulkhead was closed meanwhile.
     *
     * @return a value of the work's type, or an error
     * @throws IllegalStateException unless {@link #isDone()}
     */
    public Outcome outcome() {
        if (!isDone()) {
            throw new IllegalStateException("there is no outcome: " + state);
        }
        return outcome;
    }

    /** Called by the pool, once. */
    @Override
    public void run() {
        worker = Thread.currentThread();
        try {
            if (move(State.NEW, State.RUNNING)) {
                runCarried();
            }
        } finally {
            worker = null;
            end();
        }
    }

    private void runCarried() {
        try {
            carried.around(this::work);
        } catch (Throwable e) {
            // An Error of what is carried: before the work it is the caller's to know, after it this changes nothing.
            complete(threw(e));
            throw e;
        } finally {
            Thread.interrupted();
        }
    }

    private void work() {
        Outcome result;
        try {
            result = Outcome.returned(work.call(attempt));
        } catch (Throwable e) {
            result = threw(e);
        }
        if (!complete(result)) {
            handLate(result);
        }
    }

    private static Outcome lost() {
        OutOfMemoryError error = new OutOfMemoryError("no memory to say how the work has ended");
        error.setStackTrace(new StackTraceElement[0]); // it is nobody's
        return Outcome.threw(error);
    }

    /** Throws nothing: somebody waits for an outcome. */
    private static Outcome threw(Throwable error) {
        try {
            return Outcome.threw(error);
        } catch (Throwable noMemory) {
            return LOST;
        }
    }

    /** Decides between completion and detachment; the second time it changes nothing. */
    @SuppressWarnings("ThreadPriorityCheck") // the one waited for is in the midst of interrupting us
    private boolean complete(Outcome result) {
        if (state == State.RUNNING) {
            outcome = result;
            if (move(State.RUNNING, State.DONE)) {
                return true;
            }
        }
        while (state == State.LEAVING) {
            Thread.yield();
        }
        return false;
    }

    private void handLate(Outcome result) {
        Thread.interrupted();
        Consumer<? super T> taker = late;
        if (result.error() == null && taker != null) {
            @SuppressWarnings({"unchecked", "NullAway"}) // it is what the work returned
            T value = (T) result.value();
            carried.tolerantly(() -> taker.accept(value));
        }
    }

    /** Ends work that found no thread, unless it has found one after all. */
    void fail(Throwable why) {
        boolean mine = move(State.NEW, State.RUNNING);
        if (mine) {
            complete(threw(why));
        }
        if (mine || state == State.DROPPED) {
            end();
        }
    }

    /* Does nothing the second time. */
    private void end() {
        Runnable action = (Runnable) HOOK.getAndSet(this, this);
        if (action == this) {
            return;
        }
        try {
            Orphan left = orphan;
            if (state == State.ORPHAN && left != null) {
                left.ended();
            }
        } finally {
            settle(action);
        }
    }

    private void settle(@Nullable Runnable action) {
        try {
            if (action != null) {
                action.run();
            }
        } finally {
            ended = true;
            Thread caller = waiting;
            if (caller != null) {
                orphans.time().unpark(caller);
            }
        }
    }

    private boolean move(State from, State to) {
        return STATE.compareAndSet(this, from, to);
    }

    @Override
    public String toString() {
        return "the end of " + attempt.dependency() + "'s work (" + state + ")";
    }
}
