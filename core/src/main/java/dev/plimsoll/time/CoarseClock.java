package dev.plimsoll.time;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that costs two loads to read: one thread, the ticker, publishes the precise time every millisecond while
 * anybody reads, and parks when nobody does.
 *
 * <p>It is never ahead of the precise clock, never goes back, and falls behind only by as much as the ticker is late;
 * ticks more than 10 ms late are remembered, see {@link #lateness(long)}.
 *
 * <p><b>Threading:</b> {@link #read()} and {@link #lateness(long)} may be called by any thread. {@link #begin()} and
 * {@link #tick()} are the ticker's.
 */
final class CoarseClock implements Runnable {
    /*
     *                 ticker, every 100 ms                  ticker, 100 ms later
     *      TOUCHED ─────────────────────────▶ UNTOUCHED ─────────────────────────▶ PARKED
     *       ▲   ▲          reader                 │                                  │ reader, wakes or starts the ticker
     *       │   ╰─────────────────────────────────╯                                  ▼
     *       ╰──────────────────────── ticker, after publishing ◀───────────────── WAKING
     *
     * A reader that finds TOUCHED returns what is published. In the other states it takes the slow path: UNTOUCHED
     * costs it one compare-and-set per 100 ms; in PARKED and WAKING it reads the precise clock.
     *
     * Concurrency:
     * 1. Nobody sees TOUCHED with a value from before a park. TOUCHED is written in two places: by the ticker, after
     *    it has published a fresh value (release; the reader's acquire of the state orders its load of the value), and
     *    by a reader's compare-and-set from UNTOUCHED, a state that exists only while the ticker ticks. PARKED and
     *    WAKING never become TOUCHED by a reader's hand: a reader may stand still for minutes between two of its
     *    steps, and what it read before would be stale after.
     * 2. Parking and touching exclude each other: both are a compare-and-set from UNTOUCHED. If the reader wins, the
     *    ticker stays; if the ticker wins, the reader sees PARKED and wakes it. States can recur while a reader stands
     *    still (ABA), which is harmless: each transition is right whenever its source state is the current one.
     * 3. No wake-up is lost: the one reader that turned PARKED into WAKING unparks the ticker, and the ticker parks
     *    only in a loop that ends when the state is no longer PARKED. The ticker ends, and is started again, under the
     *    lock, and it ends only if the state is still PARKED there; a later WAKING finds no ticker and starts one. If
     *    none can be started the state returns to PARKED, so that readers go on with the precise clock.
     * 4. The clock never goes back: every value returned has been published, and publishing takes the maximum (by
     *    subtraction: instants wrap) by compare-and-set, so that the published value only grows and coherence of one
     *    variable gives the rest. It is never ahead, since everything published was read from the precise clock before.
     * 5. State and value share one cache line with nothing else, written once a millisecond.
     */
    static final long TICK = 1_000_000;

    static final long LATE = 10 * TICK;
    static final long CHECK = 100 * TICK;
    private static final long RETRY = 1_000 * TICK;

    private static final int TOUCHED = 0;
    private static final int UNTOUCHED = 1;
    private static final int PARKED = 2;
    private static final int WAKING = 3;

    private static final VarHandle STATE =
            ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), "state", VarHandle.class, Word.class, int.class);
    private static final VarHandle PUBLISHED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "published", VarHandle.class, Word.class, long.class);

    private final Cell cell = new Cell();
    private final LongSupplier nanos;
    private final long idleNanos;
    private final Function<Runnable, Thread> starter;
    private final Object lock = new Object();
    private @Nullable Thread ticker;

    private volatile boolean failed;
    private volatile long retryAt;

    private volatile long lastTick;
    private long nextCheck;

    private final LateTicks lateTicks = new LateTicks();

    CoarseClock(LongSupplier nanos, long idleNanos, Function<Runnable, Thread> starter) {
        this.nanos = nanos;
        this.idleNanos = idleNanos;
        this.starter = starter;
        PUBLISHED.setVolatile(cell, nanos.getAsLong());
        STATE.setVolatile(cell, PARKED);
    }

    /** The time. */
    long read() {
        return (int) STATE.getAcquire(cell) == TOUCHED ? (long) PUBLISHED.getOpaque(cell) : readSlowly();
    }

    private long readSlowly() {
        while (true) {
            int state = (int) STATE.getVolatile(cell);
            if (state == TOUCHED || (state == UNTOUCHED && STATE.compareAndSet(cell, UNTOUCHED, TOUCHED))) {
                return (long) PUBLISHED.getVolatile(cell);
            }
            if (state != UNTOUCHED) {
                long now = nanos.getAsLong();
                long published = publish(now);
                if (state == PARKED && mayWake(now) && STATE.compareAndSet(cell, PARKED, WAKING)) {
                    wake(now);
                }
                return published;
            }
        }
    }

    /** Raises the published value to an instant; returns what is published then. */
    private long publish(long now) {
        while (true) {
            long published = (long) PUBLISHED.getVolatile(cell);
            if (published - now >= 0) {
                return published;
            }
            if (PUBLISHED.compareAndSet(cell, published, now)) {
                return now;
            }
        }
    }

    private boolean mayWake(long now) {
        return !failed || now - retryAt >= 0;
    }

    private void wake(long now) {
        boolean awake = false;
        try {
            synchronized (lock) {
                if (ticker == null) {
                    ticker = starter.apply(this);
                } else {
                    LockSupport.unpark(ticker);
                }
            }
            awake = true;
        } catch (OutOfMemoryError | RuntimeException cannotStart) {
            // Reading the time must work all the same; see 3.
            retryAt = now + RETRY;
        } finally {
            failed = !awake;
            if (!awake) {
                STATE.setVolatile(cell, PARKED);
            }
        }
    }

    /**
     * How late the ticker was since an instant, in total, counting only ticks more than 10 ms late, the one that is
     * overdue now included. Of what is older than the 64 latest such ticks nothing is known.
     */
    long lateness(long since) {
        // The clock first: if the ticker ticks meanwhile, the overdue part is seen as negative, not counted twice.
        long now = nanos.getAsLong();
        int state = (int) STATE.getVolatile(cell);
        synchronized (lateTicks) {
            long overdue = now - lastTick - TICK;
            boolean late = (state == TOUCHED || state == UNTOUCHED) && overdue > LATE;
            return lateTicks.since(since) + (late ? LateTicks.part(overdue, now - since) : 0);
        }
    }

    /** The ticker's first step after a park: everybody may read the published value again. */
    void begin() {
        long now = nanos.getAsLong();
        publish(now);
        lastTick = now;
        nextCheck = now + CHECK;
        STATE.setVolatile(cell, TOUCHED);
    }

    /** The ticker's step: publishes the time; false if nobody has read it for a while, and so the ticker must park. */
    boolean tick() {
        long now = nanos.getAsLong();
        publish(now);
        noteLateness(now);
        if (now - nextCheck >= 0) {
            nextCheck = now + CHECK;
            if ((int) STATE.getVolatile(cell) == TOUCHED) {
                STATE.setVolatile(cell, UNTOUCHED);
            } else {
                return !STATE.compareAndSet(cell, UNTOUCHED, PARKED);
            }
        }
        return true;
    }

    private void noteLateness(long now) {
        long late = now - lastTick - TICK;
        if (late > LATE) {
            synchronized (lateTicks) {
                lateTicks.add(now, late);
                lastTick = now;
            }
        } else {
            lastTick = now;
        }
    }

    /** The ticker's life. */
    @Override
    public void run() {
        boolean ended = false;
        try {
            while (stay()) {
                begin();
                do {
                    LockSupport.parkNanos(this, TICK);
                    // Someone may interrupt every thread of a group; parking with the flag set would spin.
                    Thread.interrupted();
                } while (tick());
            }
            ended = true;
        } finally {
            if (!ended) {
                // Nothing here is expected to throw; should it happen all the same, the clock goes on without ticker.
                synchronized (lock) {
                    ticker = null;
                    STATE.setVolatile(cell, PARKED);
                }
            }
        }
    }

    /** Waits until the ticker is needed; false if it was not for so long that it must end. */
    private boolean stay() {
        long since = System.nanoTime();
        while ((int) STATE.getVolatile(cell) == PARKED) {
            long rest = since + idleNanos - System.nanoTime();
            if (rest > 0) {
                LockSupport.parkNanos(this, rest);
                Thread.interrupted();
            } else {
                synchronized (lock) {
                    if ((int) STATE.getVolatile(cell) == PARKED) {
                        ticker = null;
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** The thread that ticks now, for tests. */
    @Nullable
    Thread ticker() {
        synchronized (lock) {
            return ticker;
        }
    }

    /** Keeps what stands before in memory off the cache line (and off the pair of lines that are fetched together). */
    @SuppressWarnings("unused")
    private static class Before {
        private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15;
    }

    @SuppressWarnings("unused") // by the handles
    private static class Word extends Before {
        private long published;
        private int state;
    }

    /** Superclasses' fields are laid out first, so these stand after. */
    @SuppressWarnings("unused")
    private static final class Cell extends Word {
        private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
    }
}
