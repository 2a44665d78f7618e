package dev.plimsoll.time;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/**
 * The one seam through which the library reads clocks, waits, schedules and draws random numbers.
 *
 * <p>There are two: {@link #system()}, the real thing, and {@link VirtualTime}, on which tests run a minute of waiting
 * in a millisecond. Every instant is a {@code long} of nanoseconds with an arbitrary origin, as {@link System#nanoTime()}
 * gives it: instants wrap around and are compared by subtraction only. Spans of time saturate at {@link #LONGEST}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public abstract sealed class Time permits SystemTime, VirtualTime {

    /** The longest span in nanoseconds (2^62, about 146 years); longer ones are cut to it. */
    public static final long LONGEST = 1L << 62;

    /**
     * For how long this process must have stood still, in nanoseconds, for what went wrong meanwhile to say nothing about a
     * dependency: more than 100 ms. So late a timer may fire, or so much {@link #lateness(long)} there may be.
     */
    public static final long LOCAL_STALL = 100_000_000L;

    private static final long MINUTE = 60_000_000_000L;

    Time() {}

    /**
     * The real clocks of this machine.
     *
     * <p>Its two daemon threads (the coarse clock's and the timer's) are started on demand and end after ten seconds
     * without use.
     *
     * @return the same object at every call
     */
    public static Time system() {
        return SystemTime.INSTANCE;
    }

    /**
     * A span in nanoseconds: zero when negative, at most {@link #LONGEST}.
     *
     * @param span any duration
     * @return 0 … 2^62 ns
     */
    public static long nanos(Duration span) {
        if (span.isNegative()) {
            return 0;
        }
        return span.compareTo(Duration.ofNanos(LONGEST)) >= 0 ? LONGEST : span.toNanos();
    }

    /**
     * A span as people write it.
     *
     * @param span any duration
     * @return such as "100 ms", "1.5 s", "5 min" or "2 h"; at most three decimals
     */
    public static String words(Duration span) {
        long nanos = span.isNegative() ? -nanos(span.negated()) : nanos(span);
        double millis = nanos / 1e6;
        if (Math.abs(millis) < 1_000) {
            return number(millis) + " ms";
        }
        if (nanos % MINUTE != 0) {
            return number(millis / 1_000) + " s";
        }
        long minutes = nanos / MINUTE;
        return minutes % 60 == 0 ? minutes / 60 + " h" : minutes + " min";
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /**
     * The cheap clock: right to about a millisecond while the process is healthy, never ahead of {@link #precise()}.
     *
     * <p>It may fall behind by as much as its ticker is late, see {@link #lateness(long)}.
     *
     * @return an instant in nanoseconds
     */
    public abstract long coarse();

    /**
     * The exact clock. It costs some twenty times what {@link #coarse()} does.
     *
     * @return an instant in nanoseconds
     */
    public abstract long precise();

    /**
     * How long this process itself stood still since an instant, as far as the coarse clock's ticker noticed: the sum
     * of the delays of all ticks that came more than 10 ms late. A collection, a paused machine or too few processors
     * show here; a slow dependency does not.
     *
     * @param since an instant of this clock, not in the future
     * @return nanoseconds, 0 when every tick since then was in time
     */
    public abstract long lateness(long since);

    /**
     * Lets {@link #lateness(long)} know, as long as the watch is open, of every time this process stood still for more
     * than some 60 ms, also while nobody reads the coarse clock. All watches together cost one timer every 50 ms.
     *
     * @return to be closed by who asked for it
     */
    public abstract StallWatch watchStalls();

    /**
     * The time of day, for logs and for what people read; never used to measure.
     *
     * @return the wall clock's instant
     */
    public abstract Instant wall();

    /**
     * A random number.
     *
     * @return uniformly drawn from [0, 1)
     */
    public abstract double random();

    /**
     * Starts a timer. It runs on the timer thread, no earlier than asked for, and about a millisecond late at best.
     *
     * @param timer a timer that was never started before
     * @param delayNanos 0 … {@link #LONGEST}; less than zero counts as zero
     * @throws IllegalStateException when the timer was started before
     */
    public abstract void start(Timer timer, long delayNanos);

    /**
     * Starts a timer that is due at an instant, exactly; it runs as {@link #start(Timer, long)} says.
     *
     * @param timer a timer that was never started before
     * @param instant of {@link #precise()}, at most {@link #LONGEST} ahead; one in the past makes the timer late at once
     * @throws IllegalStateException when the timer was started before
     */
    public abstract void startAt(Timer timer, long instant);

    /**
     * How many started timers have neither run nor been cancelled.
     *
     * @return 0 or more
     */
    public abstract int pendingTimers();

    /**
     * Parks the current thread until it is unparked, interrupted, or for no reason at all, as
     * {@link java.util.concurrent.locks.LockSupport#park(Object)} does. Call it in a loop that checks what it waits for.
     *
     * @param blocker what the thread waits for, shown in thread dumps
     */
    public abstract void park(Object blocker);

    /**
     * Parks the current thread as {@link #park(Object)} does, at most until an instant.
     *
     * @param blocker what the thread waits for, shown in thread dumps
     * @param until an instant of {@link #precise()}
     */
    public abstract void parkUntil(Object blocker, long until);

    /**
     * Lets a parked thread go on, or makes its next park return at once.
     *
     * @param thread any thread
     */
    public abstract void unpark(Thread thread);

    /**
     * Wraps a task that is about to be handed to another thread, so that virtual time does not advance until it has
     * ended. The real time returns the task itself.
     *
     * @param task what the other thread will run, exactly once
     * @return what to hand over instead
     */
    public abstract Runnable handOver(Runnable task);

    /**
     * Says that a task which was wrapped by {@link #handOver(Runnable)} will never run, because the other side refused
     * it. Nothing happens if it has begun, or was never handed over.
     *
     * @param wrapped what {@link #handOver(Runnable)} returned
     */
    public abstract void takeBack(Runnable wrapped);

    /**
     * Sleeps.
     *
     * @param nanos how long; zero and less return at once
     * @throws InterruptedException when the thread is interrupted before or meanwhile; its flag is then clear
     */
    public final void sleep(long nanos) throws InterruptedException {
        long until = precise() + Math.min(nanos, LONGEST);
        while (until - precise() > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            parkUntil(this, until);
        }
    }

    /**
     * Sleeps.
     *
     * @param span how long; zero and less return at once
     * @throws InterruptedException when the thread is interrupted before or meanwhile; its flag is then clear
     */
    public final void sleep(Duration span) throws InterruptedException {
        sleep(nanos(span));
    }
}
