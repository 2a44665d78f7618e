package dev.plimsoll.time;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what the timer thread must not do itself: telling observers, continuing the user's code. Virtual threads
 * where the JVM has them (21 and newer); else daemon threads that end after ten seconds without work. Never the common
 * pool.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Delivery implements Executor {

    private static final int IDLE_SECONDS = 10;
    private static final String NAME = "plimsoll-delivery";

    /** Made on first use: a program without timers has no such threads. */
    private static final class Threads {
        static final Executor ALL = create();

        private static Executor create() {
            if (VirtualThreads.exist()) {
                return work -> VirtualThreads.unstarted(NAME, work).start();
            }
            return new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    work -> Daemons.thread(NAME, work));
        }
    }

    private final Time time;

    /**
     * Delivery that virtual time waits for.
     *
     * @param time does not advance while something is being delivered, if it is virtual
     */
    public Delivery(Time time) {
        this.time = time;
    }

    @Override
    public void execute(Runnable task) {
        Threads.ALL.execute(time.handOver(task));
    }
}
