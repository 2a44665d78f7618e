package dev.plimsoll.timeout;

/**
 * A limit of time around work, for guards inside that work to find: whether it has ended the work, and whether it does
 * so by an interrupt of the current thread.
 *
 * <p><b>Threading:</b> may be asked by any thread.
 */
public sealed interface TimeLimit permits AttemptTimer, Patience, StageTimer, ThreadPulse {

    /** Stands for a limit that is in the guard's own set-up. */
    long OWN = -1;

    /**
     * Whether the time is up.
     *
     * @return true from just before the thread is interrupted
     */
    boolean hasFired();

    /**
     * Whether what is up, or will be, is the whole call's time.
     *
     * @return false for the attempt's own
     */
    boolean isWhole();

    /**
     * Whether what is up is how long the work may be silent.
     *
     * @return false for the attempt's or the whole call's time
     */
    default boolean isHeartbeat() {
        return false;
    }

    /**
     * How long the attempt was given from its beginning, if that is not in the guard's set-up: by a deadline around the
     * guard when {@link #isWhole()}, else by an adaptive timeout.
     *
     * @return nanoseconds; {@link #OWN} when the limit is in the guard's set-up
     */
    long givenNanos();

    /**
     * Whether the current thread has been interrupted from here, or is about to be, and will not be again: whoever
     * clears the thread's flag for a reason of his own must set it again.
     *
     * @return false when another thread is interrupted, or none
     */
    boolean interruptsHere();

    /**
     * Whether the current thread will be interrupted from here at an instant, or earlier.
     *
     * @param instant of the precise clock
     * @return false when another thread is interrupted, or none
     */
    boolean interruptsHereBy(long instant);

    /**
     * Whether the time is up at an instant, or earlier.
     *
     * @param instant of the precise clock
     * @return false when it is never up
     */
    boolean endsBy(long instant);
}
