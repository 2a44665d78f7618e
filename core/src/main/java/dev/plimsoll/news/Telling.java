package dev.plimsoll.news;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observers;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Tells the changes of one thing in their order, one at a time, outside any lock, each once. Whoever has changed the thing
 * queues that, sets {@link #waiting}, and calls {@link #tell()}, in this order.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Who finds nobody telling tells for all; the others return at
 * once. What an observer changes is told after what it hears.
 */
public abstract class Telling {
    /*
     *   who changes:       queue the change ──▶ waiting = true ──▶ tell()
     *                                                                │
     *                                       nothing waits, I am telling already, or somebody else is: return
     *                                                                │ else
     *                                                                ▼
     *   who tells:    ┌─▶  telling = me  ──▶ waiting = false ──▶ next(), told, next(), told, … null ──▶ telling = nobody
     *                 └──────────────────────────────── while waiting ◀─────────────────────────────────────┘
     *
     * Concurrency: one thread at a time holds `telling`. It clears `waiting`, then asks for what is queued, and looks at
     * `waiting` again once it has let go. Who has queued a change sets `waiting`, then tries to take `telling`: if it is
     * held, its holder has not let go yet, and will see `waiting`. So nothing stays untold, and nobody waits.
     *
     * A thread may run out of stack at any call it makes, in a finally block as well: what a failure must leave behind is
     * written to fields, without a call; for that reason `waiting` is a field. Whoever tells next goes on where it stopped.
     */

    private static final VarHandle TELLING = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "telling", VarHandle.class, Telling.class, Thread.class);

    private final Observers observers;
    private volatile @Nullable Thread telling;

    /** There is a change to be told: set by who has queued it, who must call {@link #tell()} then. */
    public volatile boolean waiting;

    /**
     * Nothing is to be told yet.
     *
     * @param observers who is told
     */
    protected Telling(Observers observers) {
        this.observers = observers;
    }

    /**
     * Takes the oldest change out of what is queued. Called only by the thread that tells.
     *
     * @return null when nothing is left
     */
    protected abstract @Nullable Event next();

    /** Tells what is queued. An {@link Error} of an observer is rethrown when all is told. */
    public final void tell() {
        if (waiting) {
            tellAll(Thread.currentThread());
        }
    }

    private void tellAll(Thread self) {
        if (telling == self) { // an observer's own doing: told after what it hears
            return;
        }
        Error thrown = null;
        while (waiting) {
            boolean done = false;
            try {
                if (!TELLING.compareAndSet(this, null, self)) {
                    break;
                }
                waiting = false;
                thrown = tellQueued(thrown);
                done = true;
            } finally {
                if (telling == self) {
                    if (!done) {
                        waiting = true;
                    }
                    telling = null;
                }
            }
        }
        if (thrown != null) {
            throw thrown;
        }
    }

    private @Nullable Error tellQueued(@Nullable Error before) {
        Error thrown = before;
        for (Event change = next(); change != null; change = next()) {
            try {
                observers.tellTransition(change);
            } catch (Error e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        return thrown;
    }
}
