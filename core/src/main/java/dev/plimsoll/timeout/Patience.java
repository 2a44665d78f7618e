package dev.plimsoll.timeout;

import org.jspecify.annotations.Nullable;

/**
 * How long the caller of work that runs on another thread waits for it: what an {@link AttemptTimer} is to work on its
 * caller's own thread. It lies around the work, so that guards inside know whose interrupt ended them.
 *
 * <p><b>Threading:</b> made by the caller, begun by the thread that runs the work, given up by the caller; asked by any.
 */
public final class Patience implements TimeLimit {

    /*
     *   WAITING ── giveUp(true) ──▶ TIME_UP          then the caller interrupts the worker
     *      ├────── giveUpSilent() ─▶ SILENT
     *      └────── giveUp(false) ─▶ LEFT             for another reason: the caller was interrupted itself
     *
     * Concurrency: the caller writes the phase before it interrupts the worker, so whoever is woken by that finds it. A
     * guard inside that clears the worker's flag asks after that, and sets it again: either the pool's interrupt is yet
     * to come, or the phase tells of it.
     */
    private enum Phase {
        WAITING,
        TIME_UP,
        SILENT,
        LEFT
    }

    private final boolean interrupts;
    private final boolean bounded;
    private final boolean whole;
    private final long givenNanos;
    private final long until;
    private volatile Phase phase = Phase.WAITING;
    private volatile @Nullable Thread worker;

    private Patience(boolean interrupts, boolean bounded, boolean whole, long givenNanos, long until) {
        this.interrupts = interrupts;
        this.bounded = bounded;
        this.whole = whole;
        this.givenNanos = givenNanos;
        this.until = until;
    }

    /**
     * The patience of a caller that waits as long as it takes.
     *
     * @param interrupts whether it interrupts the work if it leaves all the same
     * @return a new one
     */
    public static Patience endless(boolean interrupts) {
        return new Patience(interrupts, false, false, OWN, 0);
    }

    /**
     * The patience of a caller that waits until an instant.
     *
     * @param interrupts whether it interrupts the work when it gives up
     * @param whole whether what is up then is the whole call's time, rather than the attempt's own
     * @param givenNanos see {@link TimeLimit#givenNanos()}
     * @param until of the precise clock
     * @return a new one
     */
    public static Patience until(boolean interrupts, boolean whole, long givenNanos, long until) {
        return new Patience(interrupts, true, whole, givenNanos, until);
    }

    /** Called first by the thread that runs the work. */
    public void begin() {
        worker = Thread.currentThread();
    }

    /**
     * Called by the caller just before it leaves the work to itself, and interrupts it.
     *
     * @param timeIsUp false when it leaves for another reason
     */
    public void giveUp(boolean timeIsUp) {
        phase = timeIsUp ? Phase.TIME_UP : Phase.LEFT;
    }

    /** Called by the caller just before it leaves the work to itself, which has given no sign of life for too long. */
    public void giveUpSilent() {
        phase = Phase.SILENT;
    }

    @Override
    public boolean hasFired() {
        Phase seen = phase;
        return seen == Phase.TIME_UP || seen == Phase.SILENT;
    }

    @Override
    public boolean isHeartbeat() {
        return phase == Phase.SILENT;
    }

    @Override
    public boolean isWhole() {
        return whole;
    }

    @Override
    public long givenNanos() {
        return givenNanos;
    }

    @Override
    public boolean interruptsHere() {
        return interrupts && phase != Phase.WAITING && worker == Thread.currentThread();
    }

    /** False once the caller has left: it will not interrupt again. */
    @Override
    public boolean interruptsHereBy(long instant) {
        return interrupts
                && bounded
                && phase == Phase.WAITING
                && until - instant <= 0
                && worker == Thread.currentThread();
    }

    @Override
    public boolean endsBy(long instant) {
        return bounded && until - instant <= 0;
    }
}
