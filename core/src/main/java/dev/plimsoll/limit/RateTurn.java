package dev.plimsoll.limit;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A turn that a {@link RateLimiter} has promised: it is granted by nothing but the clock.
 *
 * <p><b>Threading:</b> belongs to who asked; safe for use by any number of threads.
 */
final class RateTurn extends Admission.Wait {
    /*
     *   WAITING ── seen when the turn has come ──► GRANTED        both by compare-and-set, so one excludes the other;
     *      └────── abandoned before it has ──────► ABANDONED      a turn that has come can no longer be given up
     */
    private enum Fate {
        WAITING,
        GRANTED,
        ABANDONED
    }

    private static final VarHandle FATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "fate", VarHandle.class, RateTurn.class, Fate.class);

    /** Tells who does not wait on a thread of its own. */
    private static final class Bell extends Timer {

        private final Runnable decided;

        Bell(Runnable decided) {
            this.decided = decided;
        }

        @Override
        protected void fire(long lateNanos) {
            decided.run();
        }
    }

    private final RateLimiter limiter;
    private final RateLeave leave;
    private final long permits;
    private final long until;
    private volatile Fate fate = Fate.WAITING;
    private volatile @Nullable Bell bell;

    RateTurn(RateLimiter limiter, RateLeave leave, long permits, long until) {
        this.limiter = limiter;
        this.leave = leave;
        this.permits = permits;
        this.until = until;
    }

    @Override
    public @Nullable Leave granted() {
        if (fate == Fate.WAITING && until - limiter.time().precise() <= 0 && decide(Fate.GRANTED)) {
            limiter.turnCame(permits);
            Bell hung = bell;
            if (hung != null && hung.cancel()) { // seen by its own clock before the bell has rung
                hung.decided.run();
            }
        }
        return fate == Fate.GRANTED ? leave : null;
    }

    @Override
    public void whenDecided(Runnable decided) {
        Bell hung = new Bell(decided);
        bell = hung;
        limiter.time().startAt(hung, until);
        if (fate == Fate.ABANDONED) {
            hung.cancel();
        }
    }

    @Override
    public boolean abandon() {
        if (granted() == null && decide(Fate.ABANDONED)) {
            Bell hung = bell;
            if (hung != null) {
                hung.cancel();
            }
            limiter.turnGivenUp(leave);
        }
        return fate == Fate.ABANDONED;
    }

    private boolean decide(Fate decision) {
        return FATE.compareAndSet(this, Fate.WAITING, decision);
    }

    @Override
    public long until() {
        return until;
    }

    @Override
    public Rejection timedOut() {
        Time time = limiter.time();
        return limiter.refusal(permits, Math.max(0, until - time.precise()), "the wait was given up");
    }
}
