package dev.plimsoll.time;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something to be done once, at a later time, unless it is cancelled first.
 *
 * <p>Subclasses say what in {@link #fire(long)}; {@link Time#start(Timer, long)} starts them. One object is both the
 * task and the wheel's entry, so a timeout costs a single allocation.
 *
 * <p><b>Threading:</b> {@link #cancel()} may be called by any thread. {@link #fire(long)} and a {@code cancel()} that
 * returned true exclude each other.
 */
public abstract class Timer {
    /*
     *   NEW ──claim──▶ STARTING ──arm──▶ PENDING ──▶ FIRED
     *    └───────────────┴─────cancel──────┴───────▶ CANCELLED
     *
     * Concurrency: every arrow is a compare-and-set, and the last two states are final, so exactly one of fire and
     * cancel wins. `when` and `owner` are written between claim and arm by the one thread that claimed; whoever sees
     * PENDING sees them. A timer cancelled before it is armed is never counted and never queued.
     * `next` belongs to whoever owns the list the timer is in: the thread that pushes it, later the timer thread.
     */
    private static final int NEW = 0;
    private static final int STARTING = 1;
    private static final int PENDING = 2;
    private static final int FIRED = 3;
    private static final int CANCELLED = 4;

    private static final VarHandle STATE =
            ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), "state", VarHandle.class, Timer.class, int.class);

    /** Whoever keeps started timers and wants to know when one of them is cancelled. */
    interface Owner {

        /** The time by whose precise clock its timers are due: the real one, unless it says otherwise. */
        default Time time() {
            return Time.system();
        }

        /** The timer has just been cancelled while it was pending; called once, by the thread that cancelled it. */
        void cancelled(Timer timer);
    }

    private volatile int state;

    /** The instant at which the timer is due. */
    long when;

    /** The next timer of the list that this one is in. */
    @Nullable
    Timer next;

    private @Nullable Owner owner;

    /** A timer that is not started yet. */
    protected Timer() {}

    /**
     * Called once by the timer thread when the time has come. It must be short, must not block and must not run code
     * of the user; what it throws is counted and dropped.
     *
     * @param lateNanos how much later than asked for this is, 0 or more
     */
    protected abstract void fire(long lateNanos);

    /**
     * Prevents the timer from firing and frees its place. A timer that was not started yet stays cancelled: to start
     * it later does nothing.
     *
     * @return true if it will not fire; false if it has fired, is firing, or was cancelled before
     */
    public final boolean cancel() {
        while (true) {
            int seen = state;
            if (seen >= FIRED) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, CANCELLED)) {
                Owner mine = owner;
                if (seen == PENDING && mine != null) {
                    mine.cancelled(this);
                }
                return true;
            }
        }
    }

    /**
     * The instant at which the timer is due.
     *
     * @return of the precise clock; means nothing before the timer was started
     */
    protected final long due() {
        return when;
    }

    /**
     * The time that has started the timer.
     *
     * @return never null after the start, also if the timer has fired or was cancelled since
     * @throws NullPointerException before the timer was started
     */
    protected final Time startedBy() {
        return Objects.requireNonNull(owner, "owner").time();
    }

    /**
     * Whether the timer was started, also if it has fired or was cancelled since. To be asked where the start, if there was
     * one, is known to have been before.
     *
     * @return false for one that was not, or was cancelled before
     */
    protected final boolean isStarted() {
        return owner != null;
    }

    /**
     * The first half of starting: from now on nobody else can start this timer.
     *
     * @return false if it was cancelled before it was started
     * @throws IllegalStateException when it was started before
     */
    final boolean claim(Owner owner, long when) {
        if (!STATE.compareAndSet(this, NEW, STARTING)) {
            // A timer that was started and then cancelled has an owner; one that was cancelled unstarted has none.
            if (state == CANCELLED && this.owner == null) {
                return false;
            }
            throw new IllegalStateException("a timer can be started only once: " + this);
        }
        this.owner = owner;
        this.when = when;
        return true;
    }

    /** The second half of starting; false if the timer was cancelled in between. */
    final boolean arm() {
        return STATE.compareAndSet(this, STARTING, PENDING);
    }

    /** Claims the right to fire; false if the timer was cancelled. */
    final boolean expire() {
        return STATE.compareAndSet(this, PENDING, FIRED);
    }

    /** Whether the timer still waits to be fired. */
    final boolean isPending() {
        return state == PENDING;
    }
}
