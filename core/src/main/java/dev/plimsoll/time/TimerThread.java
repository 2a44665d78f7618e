package dev.plimsoll.time;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The thread that turns the timer wheel in real time. It exists only while there are timers, and ten seconds more.
 *
 * <p><b>Threading:</b> {@link #start} and {@link #pending()} may be called by any thread.
 */
final class TimerThread implements Runnable {
    /*
     *        start                  nothing due soon, nothing arriving
     *   NONE ─────▶ turning the wheel ◀──────────────────────────▶ napping
     *     ▲                                                           │ nothing held for the idle time
     *     ╰───────────────────────────────────────────────────────────╯
     *
     * The wheel is turned at most once a tick. Between turns the thread naps until the next expiry, but while timers
     * keep arriving at most 20 ms, so that arrivals which are cancelled at once are dropped young.
     *
     * Concurrency: `wakeAt` promises that the wheel will be turned no later than that. A starter pushes its timer, then
     * reads `wakeAt`; if that is later than the timer needs, it lowers it by compare-and-set, and only the thread that
     * lowered it pays for an unpark. The promise holds because the timer thread sets `wakeAt` *before* it drains the
     * arrivals: a starter that read an older value had pushed before, so its timer is drained in this turn. Only the
     * step from the short nap to a long one raises `wakeAt` after draining; the thread then looks at the arrivals once
     * more, and turns again instead if there are any.
     * The thread ends under the lock: it clears `thread`, then looks at the arrivals. A starter that still saw the old
     * thread had pushed before that look, so the thread stays; one that saw none starts another, under the same lock.
     * The lock also hands the driver's role over the wheel from one thread to the next. It is taken only to begin and
     * to end a thread.
     */
    static final long TICK = 1_000_000;

    static final long NAP = 20 * TICK;
    private static final long LONG_NAP = 1_000 * TICK;

    private static final VarHandle WAKE_AT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "wakeAt", VarHandle.class, TimerThread.class, long.class);

    /** For tests too: whoever holds it keeps the thread from ending. */
    final Object lock = new Object();

    private final TimerWheel wheel = new TimerWheel(System.nanoTime());
    private final long idleNanos;
    private final Function<Runnable, Thread> starter;
    private volatile @Nullable Thread thread;
    private volatile long wakeAt;

    TimerThread(long idleNanos, Function<Runnable, Thread> starter) {
        this.idleNanos = idleNanos;
        this.starter = starter;
    }

    /**
     * Starts a timer.
     *
     * @throws IllegalStateException when it was started before
     * @throws OutOfMemoryError when the thread is not running and cannot be started; the timer is then cancelled
     */
    void start(Timer timer, long delayNanos) {
        long delay = Math.max(0, Math.min(delayNanos, Time.LONGEST));
        long now = System.nanoTime();
        startAt(timer, now + delay, now);
    }

    /**
     * Starts a timer that is due at an instant.
     *
     * @param now may be behind: then the wheel is turned earlier than it need be
     * @throws IllegalStateException when it was started before
     * @throws OutOfMemoryError when the thread is not running and cannot be started; the timer is then cancelled
     */
    void startAt(Timer timer, long instant, long now) {
        if (!wheel.start(timer, instant)) {
            return;
        }
        Thread running = thread;
        if (running == null) {
            beginFor(timer);
        } else {
            wakeBy(instant - now - NAP < 0 ? instant : now + NAP, running);
        }
    }

    long pending() {
        return wheel.pending();
    }

    long failures() {
        return wheel.failures();
    }

    /** The thread that runs now, for tests. */
    @Nullable
    Thread thread() {
        return thread;
    }

    /** Until when the thread may nap, for tests. */
    long wakeAt() {
        return wakeAt;
    }

    private void wakeBy(long instant, Thread sleeper) {
        long planned = wakeAt;
        while (planned - instant > 0) {
            if (WAKE_AT.compareAndSet(this, planned, instant)) {
                LockSupport.unpark(sleeper);
                return;
            }
            planned = wakeAt;
        }
    }

    private void beginFor(Timer timer) {
        synchronized (lock) {
            if (thread != null) {
                return; // it has begun, or begun again, after our push and so will drain our timer
            }
            boolean begun = false;
            try {
                thread = starter.apply(this);
                begun = true;
            } finally {
                if (!begun) {
                    timer.cancel();
                }
            }
        }
    }

    @Override
    public void run() {
        Thread self = Thread.currentThread();
        boolean ended = false;
        try {
            turnWhileNeeded(self);
            ended = true;
        } finally {
            if (!ended) {
                // Nothing here is expected to throw; should it happen all the same, the next start begins anew.
                synchronized (lock) {
                    thread = null;
                }
            }
        }
    }

    private void turnWhileNeeded(Thread self) {
        long usedAt = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            wakeAt = now + NAP;
            int arrived = wheel.advance(now);
            if (arrived > 0 || wheel.held() > 0) {
                usedAt = now;
            } else if (now - usedAt >= idleNanos && end(self)) {
                return;
            }
            if (plan(now, arrived, usedAt)) {
                nap(now + TICK);
            }
        }
    }

    /** Decides when the wheel must be turned again; false if that is now. */
    private boolean plan(long now, int arrived, long usedAt) {
        long held = wheel.held();
        if (arrived > 0 || held > wheel.pending()) {
            if (held > 0) {
                lower(wheel.nextExpiry());
            }
            return true;
        }
        long until = held > 0 ? now + LONG_NAP : usedAt + idleNanos;
        if (held > 0) {
            long expiry = wheel.nextExpiry();
            until = expiry - until < 0 ? expiry : until;
        }
        wakeAt = until;
        return !wheel.hasArrivals();
    }

    private void lower(long instant) {
        long planned = wakeAt;
        while (planned - instant > 0 && !WAKE_AT.compareAndSet(this, planned, instant)) {
            planned = wakeAt;
        }
    }

    private void nap(long notBefore) {
        while (true) {
            long until = wakeAt;
            until = until - notBefore < 0 ? notBefore : until;
            long rest = until - System.nanoTime();
            if (rest <= 0) {
                return;
            }
            LockSupport.parkNanos(this, rest);
            // Someone may interrupt every thread of a group; parking with the flag set would spin.
            Thread.interrupted();
        }
    }

    /** Ends the thread unless a timer has arrived; true if it must go. */
    private boolean end(Thread self) {
        synchronized (lock) {
            thread = null;
            if (wheel.hasArrivals()) {
                thread = self;
                return false;
            }
            return true;
        }
    }
}
