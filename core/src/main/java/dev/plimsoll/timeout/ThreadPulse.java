package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * The pulse of an attempt that runs on its caller's own thread: when it has been silent for too long it interrupts that
 * thread, as an {@link AttemptTimer} does when the time is up.
 *
 * <p><b>Threading:</b> made and ended by the thread that runs the attempt; any thread may beat; the timer thread watches.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class ThreadPulse extends WatchedPulse implements TimeLimit {
    /*
     * The same hand-over as in AttemptTimer: who ends a pulse that was silent waits until the interrupt is sent, and clears
     * it if the flag was clean before. When the attempt's timer has fired already, silence is no news: nothing is sent.
     */
    private static final byte PENDING = 0;
    private static final byte FIRING = 1;
    private static final byte FIRED = 2;
    private static final byte STALLED = 3;

    private final Thread thread = Thread.currentThread();
    private final boolean interrupts;
    private final boolean clean = !thread.isInterrupted();
    private final @Nullable AttemptTimer timer;
    private volatile byte phase = PENDING;
    private boolean news;

    /**
     * Made by the thread that is about to run the attempt; not watched yet.
     *
     * @param time the clock
     * @param limitNanos how long the work may be silent
     * @param begun the instant at which it begins
     * @param interrupts whether to interrupt the thread
     * @param timer that of the attempt; null for none
     */
    public ThreadPulse(Time time, long limitNanos, long begun, boolean interrupts, @Nullable AttemptTimer timer) {
        super(time, limitNanos, begun);
        this.interrupts = interrupts;
        this.timer = timer;
    }

    @Override
    protected void silent(boolean stalled) {
        news = timer == null || !timer.hasFired();
        phase = FIRING;
        try {
            if (news && interrupts) {
                thread.interrupt(); // may throw, see AttemptTimer
            }
        } finally {
            phase = stalled ? STALLED : FIRED;
        }
    }

    /**
     * Ends it; called once, by the thread that ran the attempt.
     *
     * @return true when it was silence that ended the attempt; the interrupt flag is then as the attempt found it
     */
    @SuppressWarnings("ThreadPriorityCheck") // the one waited for is in the midst of interrupting us
    public boolean finish() {
        if (end()) {
            return false;
        }
        while (phase < FIRED) {
            Thread.yield();
        }
        if (news && interrupts && clean) {
            boolean cleared = Thread.interrupted();
            assert cleared || !thread.isInterrupted();
        }
        return news;
    }

    /**
     * Whether the timer came more than 100 ms late.
     *
     * @return false unless {@link #hasFired()}
     */
    public boolean hasStalled() {
        return phase == STALLED;
    }

    @Override
    public boolean hasFired() {
        return phase >= FIRING && news;
    }

    @Override
    public boolean isHeartbeat() {
        return true;
    }

    @Override
    public boolean isWhole() {
        return false;
    }

    @Override
    public long givenNanos() {
        return OWN;
    }

    @Override
    public boolean interruptsHere() {
        return interrupts && hasFired() && thread == Thread.currentThread();
    }

    /** False: there may be another beat. */
    @Override
    public boolean interruptsHereBy(long instant) {
        return false;
    }

    /** False unless it has fired: there may be another beat. */
    @Override
    public boolean endsBy(long instant) {
        return hasFired();
    }
}
