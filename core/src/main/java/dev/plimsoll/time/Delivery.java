package dev.plimsoll.time;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads for what the timer thread must not do itself: telling observers, continuing the user's code. Virtual threads
 * where the JVM has them (21 and newer); else daemon threads that end after ten seconds without work. Never the common
 * pool. Where no thread can be started a task runs on the thread that hands it over: late and in the wrong place, but it
 * runs, for nobody else would end what waits for it.
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

    /** Runs its task once: an executor that fails may have passed it on all the same. */
    private static final class Once extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1L;

        private final transient Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                task.run();
            }
        }
    }

    /**
     * The same task, that can be given to several, the first of whom runs it. For those who write engines.
     *
     * @param task what is to be done
     * @return runs the task the first time, and does nothing from then on
     */
    public static Runnable once(Runnable task) {
        return new Once(task);
    }

    private final Time time;
    private final Executor threads;

    /**
     * Delivery that virtual time waits for.
     *
     * @param time does not advance while something is being delivered, if it is virtual
     */
    public Delivery(Time time) {
        this(time, task -> Threads.ALL.execute(task));
    }

    Delivery(Time time, Executor threads) {
        this.time = time;
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        Runnable once = once(time.handOver(task));
        try {
            threads.execute(once);
        } catch (Throwable noThread) {
            once.run();
        }
    }
}
