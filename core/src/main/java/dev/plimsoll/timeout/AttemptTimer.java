package dev.plimsoll.timeout;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;

/**
 * The timeout of one attempt that runs on its caller's own thread: when the time is up it interrupts that thread. This
 * asks the work to stop and cannot force it.
 *
 * <p><b>Threading:</b> made and finished by the thread that runs the attempt; fired by the timer thread.
 */
public sealed class AttemptTimer extends Timer implements TimeLimit, Ambient.Bound {

    /*
     *   pending ── cancel() by the caller ──▶ cancelled        the timer thread never touches the caller's thread
     *      │ │
     *      │ └── endIfDue() by the caller ──▶ overdue           the same, but the time was up
     *      │
     *      └───── fire() by the timer thread ──▶ firing ── thread interrupted ──▶ fired
     *
     * The arrows from pending are one compare-and-set in Timer; the loser does nothing to the thread. finish() that
     * has lost waits for `fired`, a few instructions away, so that the interrupt has arrived before it clears it: an
     * interrupt never leaks into what the thread does next. It gives way meanwhile: the interrupt may have woken it on the
     * very processor that the timer thread then lost. The flag is cleared only if it was clean when the attempt began, for
     * then it is ours.
     *
     * The interrupted thread may wake and ask whose interrupt it was before `fired` is written: hasFired() is true from
     * `firing` on, which is written before the interrupt is sent.
     */

    private static final byte PENDING = 0;
    private static final byte FIRING = 1;
    private static final byte FIRED = 2;
    private static final byte STALLED = 3;
    private static final byte OVERDUE = 4; // from here on nobody was interrupted
    private static final byte OVERDUE_STALLED = 5;

    /** A type and not a field, so that no other timer is larger for it. */
    private static final class Given extends AttemptTimer {

        private final long nanos;

        Given(boolean interrupts, boolean whole, long nanos) {
            super(interrupts, whole);
            this.nanos = nanos;
        }

        @Override
        public long givenNanos() {
            return nanos;
        }
    }

    private final Thread thread;
    private final boolean interrupts;
    private final boolean clean;
    private final boolean whole;
    private volatile byte phase = PENDING;

    /**
     * Made by the thread that is about to run the attempt.
     *
     * @param interrupts whether to interrupt it when the time is up
     * @param whole whether what is up then is the whole call's time, rather than the attempt's own
     */
    public AttemptTimer(boolean interrupts, boolean whole) {
        this.thread = Thread.currentThread();
        this.interrupts = interrupts;
        this.whole = whole;
        this.clean = !thread.isInterrupted();
    }

    /**
     * Made by the thread that is about to run an attempt whose limit is not in its guard's set-up.
     *
     * @param interrupts whether to interrupt it when the time is up
     * @param whole whether that limit is a deadline around the guard, rather than an adaptive timeout
     * @param nanos how long the attempt has until then
     * @return a new one
     */
    public static AttemptTimer given(boolean interrupts, boolean whole, long nanos) {
        return new Given(interrupts, whole, nanos);
    }

    @Override
    protected final void fire(long lateNanos) {
        phase = FIRING;
        try {
            if (interrupts) {
                thread.interrupt(); // may run code of a channel or of a thread of the user's, which may throw
            }
        } finally {
            phase = lateNanos > Time.LOCAL_STALL ? STALLED : FIRED; // somebody may wait for it
        }
    }

    /**
     * Says that the time is up, if it is, though the timer has not fired: somebody else who goes by the same instant has looked
     * first. To be called by the thread that ran the attempt, before {@link #finish()}, of a timer that was started.
     */
    public final void endIfDue() {
        long late = startedBy().precise() - due();
        if (late >= 0 && cancel()) {
            phase = late > Time.LOCAL_STALL ? OVERDUE_STALLED : OVERDUE;
        }
    }

    /**
     * Ends the timeout; called once, by the thread that ran the attempt.
     *
     * @return true when the time was up before the attempt had ended; the interrupt flag is then as the attempt found it
     */
    @SuppressWarnings("ThreadPriorityCheck") // the one waited for is in the midst of interrupting us
    public final boolean finish() {
        if (cancel()) {
            return false;
        }
        while (phase < FIRED) {
            Thread.yield();
        }
        if (interrupts && clean && phase < OVERDUE) {
            boolean cleared = Thread.interrupted();
            assert cleared || !thread.isInterrupted();
        }
        return true;
    }

    @Override
    public final boolean hasFired() {
        return phase >= FIRING;
    }

    @Override
    public final boolean isWhole() {
        return whole;
    }

    @Override
    public long givenNanos() {
        return OWN;
    }

    @Override
    public final boolean interruptsHere() {
        return interrupts && phase >= FIRING && thread == Thread.currentThread();
    }

    @Override
    public final boolean interruptsHereBy(long instant) {
        return interrupts && due() - instant <= 0 && thread == Thread.currentThread();
    }

    @Override
    public boolean endsBy(long instant) {
        return due() - instant <= 0;
    }

    /** When the time is up, of a timer that was started. */
    @Override
    public final Deadline deadline() {
        return Deadline.at(startedBy(), due());
    }

    /**
     * Whether the timer itself came more than 100 ms late: this process stood still, and the dependency is not to blame.
     *
     * @return false unless {@link #hasFired()}
     */
    public final boolean hasStalled() {
        return phase == STALLED || phase == OVERDUE_STALLED;
    }
}
