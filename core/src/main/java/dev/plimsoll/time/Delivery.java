package dev.plimsoll.time;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads for what the timer thread must not do itself: telling observers, continuing the user's code. Virtual threads
 * where the JVM has them (21 and newer); else daemon threads that end after ten seconds without work. Never the common
 * pool. Where no thread can be started a task runs on the thread that hands it over: late and in the wrong place, but it
 * runs, for nobody else would end what waits for it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
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

    private final Time time;
    private final Executor threads;
    private final @Nullable Executor own;
    private final Consumer<? super Throwable> refused;

    /**
     * Delivery that virtual time waits for.
     *
     * @param time does not advance while something is being delivered, if it is virtual
     */
    public Delivery(Time time) {
        this(time, null, refusal -> {});
    }

    /**
     * Delivery by the user's own executor. What that one does not take goes to the threads that are there without one.
     *
     * @param time does not advance while something is being delivered, if it is virtual
     * @param own runs what it is given soon, and not on the thread that gives it; null for none
     * @param refused hears why that one has not taken something; throws nothing
     */
    public Delivery(Time time, @Nullable Executor own, Consumer<? super Throwable> refused) {
        this(time, task -> Threads.ALL.execute(task), own, refused);
    }

    Delivery(Time time, Executor threads) {
        this(time, threads, null, refusal -> {});
    }

    private Delivery(Time time, Executor threads, @Nullable Executor own, Consumer<? super Throwable> refused) {
        this.time = time;
        this.threads = threads;
        this.own = own;
        this.refused = refused;
    }

    @Override
    public void execute(Runnable task) {
        Runnable handedOver = task;
        Runnable once;
        try {
            handedOver = time.handOver(task);
            once = new Once(handedOver); // an executor that fails may have kept it all the same
        } catch (Throwable noMemory) { // the task must run all the same
            handedOver.run();
            return;
        }
        if (own == null || !isTaken(own, once)) {
            executeByThreads(once);
        }
    }

    private boolean isTaken(Executor own, Runnable once) {
        try {
            own.execute(once);
            return true;
        } catch (Throwable refusal) { // or there is no memory for a thread, say
            refused.accept(refusal);
            return false;
        }
    }

    private void executeByThreads(Runnable once) {
        try {
            threads.execute(once);
        } catch (Throwable noThread) {
            once.run();
        }
    }
}
