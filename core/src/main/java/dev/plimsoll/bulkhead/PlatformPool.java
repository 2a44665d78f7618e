package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Platform threads of a {@link Bulkhead}: as many as its permits need, kept for ten seconds when they are idle.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method waits.
 */
final class PlatformPool implements Pool {
    /*
     * Every body holds a permit until it has ended, so there are never more bodies than permits, and never more threads
     * than permits are needed. A body goes
     *
     *      to an idle thread, if there is one          Handoff.offer succeeds
     *      else to a new thread, below the maximum     offer fails, the executor adds a thread
     *      else into the queue                         a thread gave its permit back and is just about to look there
     *
     * The queue therefore holds at most as many as there are permits, each for a moment. (A body whose permit was granted
     * while the bulkhead shrank may stay there until one of those above the new maximum ends.)
     *
     * Nothing is stranded there. An executor lets a thread whose idle time is over end although something was just put
     * in, if other threads are left, and those may be busy for hours. So whoever puts something in, and every thread that
     * has ended, asks for a thread if the queue is not empty: one writes the queue and then reads the number of threads,
     * the other writes the number and then reads the queue, so at least one of the two sees the other. The new thread is
     * given NOTHING to do first, and then looks into the queue.
     */
    @SuppressWarnings("UnnecessaryLambda") // it is known by its identity
    private static final Runnable NOTHING = () -> {};

    private static final long IDLE_NANOS = 10_000_000_000L;

    private final AtomicInteger started = new AtomicInteger();
    private final Handoff queue = new Handoff();
    private final String name;
    private final Time time;
    private final ThreadPoolExecutor threads;

    PlatformPool(String name, int size, Time time) {
        this(name, size, time, IDLE_NANOS);
    }

    PlatformPool(String name, int size, Time time, long idleNanos) {
        this.name = name;
        this.time = time;
        this.threads = new ThreadPoolExecutor(
                0, size, idleNanos, TimeUnit.NANOSECONDS, queue, this::newThread, this::noThread);
    }

    /** Takes what an idle thread waits for, and nothing else. */
    private static final class Handoff extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }

    @Override
    public void run(PooledBody<?> body, Supplier<Rejection> shutDown) {
        Runnable handedOver = time.handOver(body);
        try {
            threads.execute(handedOver);
        } catch (RejectedExecutionException e) {
            giveUp(body, handedOver, shutDown.get().exception(false));
        } catch (Throwable e) {
            giveUp(body, handedOver, e);
        }
    }

    private void giveUp(PooledBody<?> body, Runnable handedOver, Throwable why) {
        threads.remove(handedOver);
        time.takeBack(handedOver);
        body.fail(why);
    }

    @Override
    public void resize(int size) {
        threads.setMaximumPoolSize(size);
        rescue();
    }

    @Override
    public void stop() {
        threads.shutdown();
    }

    private void noThread(Runnable task, ThreadPoolExecutor executor) {
        if (task == NOTHING) {
            return;
        }
        if (!executor.isShutdown()) {
            queue.put(task);
            if (!executor.isShutdown() || !queue.remove(task)) {
                rescue();
                return;
            }
        }
        throw new RejectedExecutionException();
    }

    private void rescue() {
        if (!queue.isEmpty() && !threads.isShutdown()) {
            threads.execute(NOTHING);
        }
    }

    /* The one place that makes threads. They inherit nothing that could keep a redeployed application alive. */
    @SuppressWarnings("ThreadPriorityCheck") // so that it does not inherit the priority of its first caller
    private Thread newThread(Runnable loop) {
        Runnable loopThenRescue = () -> {
            try {
                loop.run();
            } finally {
                rescue();
            }
        };
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group != null && group.getParent() != null) {
            group = group.getParent();
        }
        String threadName = "plimsoll-" + name + "-" + started.incrementAndGet();
        Thread thread = new Thread(group, loopThenRescue, threadName, 0, false);
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setContextClassLoader(null);
        return thread;
    }
}
