package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;

/**
 * The timeout of one attempt whose work is a stage: when the time is up, whoever extends this lets the stage go. It lies
 * around the work, so that guards inside know whose end it was.
 *
 * <p><b>Threading:</b> made by the thread that begins the attempt; fired by the timer thread; asked by any.
 */
public abstract non-sealed class StageTimer extends Timer implements TimeLimit {

    private final boolean whole;
    private final long givenNanos;

    /**
     * Not started yet.
     *
     * @param whole whether what will be up is the whole call's time, rather than the attempt's own
     * @param givenNanos see {@link TimeLimit#givenNanos()}
     */
    protected StageTimer(boolean whole, long givenNanos) {
        this.whole = whole;
        this.givenNanos = givenNanos;
    }

    @Override
    protected final void fire(long lateNanos) {
        expired(lateNanos > Time.LOCAL_STALL);
    }

    /**
     * The time is up. Called once by the timer thread, unless the timer was cancelled before.
     *
     * @param stalled whether the timer itself came more than 100 ms late: this process stood still
     */
    protected abstract void expired(boolean stalled);

    @Override
    public final boolean isWhole() {
        return whole;
    }

    @Override
    public final long givenNanos() {
        return givenNanos;
    }

    /** False: nobody is interrupted. */
    @Override
    public final boolean interruptsHere() {
        return false;
    }

    /** False: nobody is interrupted. */
    @Override
    public final boolean interruptsHereBy(long instant) {
        return false;
    }

    /** False when it was not started: nothing bounds the attempt. */
    @Override
    public final boolean endsBy(long instant) {
        return isStarted() && due() - instant <= 0;
    }
}
