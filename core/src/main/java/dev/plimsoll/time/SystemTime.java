package dev.plimsoll.time;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The real clocks, threads and random numbers of this machine.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class SystemTime extends Time {
    static final SystemTime INSTANCE = new SystemTime();

    private static final long IDLE = 10_000_000_000L;

    // Static, so that the compiler treats them as constants: coarse() is on every call's path.
    private static final CoarseClock CLOCK =
            new CoarseClock(System::nanoTime, IDLE, body -> Daemons.start("plimsoll-clock", body));
    private static final TimerThread TIMERS = new TimerThread(IDLE, body -> Daemons.start("plimsoll-timer", body));

    private static final Stalls STALLS = new Stalls(INSTANCE);

    private SystemTime() {}

    @Override
    public long coarse() {
        return CLOCK.read();
    }

    @Override
    public long precise() {
        return System.nanoTime();
    }

    @Override
    public long lateness(long since) {
        return Math.max(CLOCK.lateness(since), STALLS.lateness(since)); // both may have seen the same
    }

    @Override
    public StallWatch watchStalls() {
        return STALLS.watch();
    }

    @Override
    public Instant wall() {
        return Instant.now();
    }

    @Override
    public double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public void start(Timer timer, long delayNanos) {
        TIMERS.start(timer, delayNanos);
    }

    @Override
    public void startAt(Timer timer, long instant) {
        TIMERS.startAt(timer, instant, CLOCK.read());
    }

    @Override
    public int pendingTimers() {
        return (int) Math.min(Integer.MAX_VALUE, TIMERS.pending());
    }

    @Override
    public void park(Object blocker) {
        LockSupport.park(blocker);
    }

    @Override
    public void parkUntil(Object blocker, long until) {
        long rest = until - System.nanoTime();
        if (rest > 0) {
            LockSupport.parkNanos(blocker, rest);
        }
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public Runnable handOver(Runnable task) {
        return task;
    }

    @Override
    public void takeBack(Runnable wrapped) {}
}
