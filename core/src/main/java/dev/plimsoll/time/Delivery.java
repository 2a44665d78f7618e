package dev.plimsoll.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
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

    /** Made on first use: a program without timers has no such threads. */
    private static final class Threads {
        static final Executor ALL = create();

        private static Executor create() {
            try {
                return virtual();
            } catch (Error e) {
                throw e;
            } catch (Throwable noVirtualThreads) {
                return new ThreadPoolExecutor(
                        0,
                        Integer.MAX_VALUE,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        work -> Daemons.thread("plimsoll-delivery", work));
            }
        }
    }

    /* As Executors.newVirtualThreadPerTaskExecutor() makes them; but those inherit thread-locals of whoever delivers. */
    private static Executor virtual() throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> builder = lookup.findClass("java.lang.Thread$Builder$OfVirtual");
        MethodHandle made = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
        MethodHandle inheriting = lookup.findVirtual(
                builder, "inheritInheritableThreadLocals", MethodType.methodType(builder, boolean.class));
        MethodHandle factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
        MethodHandle perTask = lookup.findStatic(
                Executors.class,
                "newThreadPerTaskExecutor",
                MethodType.methodType(ExecutorService.class, ThreadFactory.class));
        return (ExecutorService) perTask.invoke(factory.invoke(inheriting.invoke(made.invoke(), false)));
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
