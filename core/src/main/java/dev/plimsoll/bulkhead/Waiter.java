package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One place in the queue of a {@link Bulkhead}, linked into the list of its {@link Permits}.
 *
 * <p><b>Threading:</b> belongs to the thread that asked. Links and state change under the lock of the permits only.
 */
final class Waiter extends Admission.Wait {

    /** What became of a place; it leaves WAITING once. */
    enum Fate {
        WAITING,
        GRANTED,
        ABANDONED,
        TOO_LATE,
        SHUT_OUT
    }

    private static final VarHandle TOLD = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "told", VarHandle.class, Waiter.class, Runnable.class);

    /** Below that who gives up has not waited, but did something else. */
    private static final long AT_ONCE = 1_000_000;

    @SuppressWarnings("UnnecessaryLambda") // it is known by its identity
    private static final Runnable DECIDED = () -> {};

    volatile Fate fate = Fate.WAITING;
    private final Thread thread = Thread.currentThread();

    @SuppressWarnings("UnusedVariable") // exchanged only
    private volatile @Nullable Runnable told;

    @Nullable
    Waiter before;

    @Nullable
    Waiter after;

    private final Bulkhead bulkhead;
    private final long asked;
    private final long until;
    private boolean counted;

    Waiter(Bulkhead bulkhead, long now, long maxWaitNanos) {
        this.bulkhead = bulkhead;
        this.asked = now;
        this.until = now + maxWaitNanos;
    }

    @Override
    public @Nullable Leave granted() {
        return fate == Fate.GRANTED ? bulkhead.leave() : null;
    }

    /* Whoever comes second of the two finds what the first one has put there, and tells. */
    @Override
    public void whenDecided(Runnable decided) {
        if (!TOLD.compareAndSet(this, null, decided)) {
            decided.run();
        }
    }

    /** Called once, without the lock, after the fate has been decided by another than who waits. */
    void wake(Time time) {
        Runnable decided = (Runnable) TOLD.getAndSet(this, DECIDED);
        if (decided == null) {
            time.unpark(thread);
        } else {
            decided.run();
        }
    }

    @Override
    public boolean abandon() {
        return bulkhead.permits().abandon(this);
    }

    /** Since when it waits. */
    long asked() {
        return asked;
    }

    /* Who was taken out of the queue has nothing to wait for: the time is up since the beginning. */
    @Override
    public long until() {
        return fate == Fate.SHUT_OUT || fate == Fate.TOO_LATE ? asked : until;
    }

    @Override
    public Rejection timedOut() {
        if (!counted) {
            counted = true;
            bulkhead.refusals().count();
        }
        return bulkhead.refusals().ofWaiter(fate, waited());
    }

    /** How long somebody has waited here, zero for who took the place back at once; he may have had a deadline. */
    private long waited() {
        long most = until - asked;
        long waited = Math.min(most, bulkhead.time.precise() - asked);
        return waited < Math.min(most, AT_ONCE) ? 0 : waited;
    }
}
