package dev.plimsoll;

import java.lang.Thread.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where tests wait. A test says what it waits for, never how long: all waits share one generous limit that
 * no sound run comes near, and a wait that reaches it fails the test and shows what the threads were doing.
 *
 * <p>An interrupt while waiting fails the test too, and leaves the flag set. All methods may be called by any thread.
 */
public final class Rendezvous {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 200_000;

    private Rendezvous() {}

    /** A task of {@link #threads} that may throw anything. */
    @FunctionalInterface
    public interface ThrowingRunnable {
        /**
         * Runs the task.
         *
         * @throws Throwable whatever should fail the test
         */
        void run() throws Throwable;
    }

    /** Waits until the latch is at zero. */
    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw late("the latch still counts " + latch.getCount() + everyThread());
            }
        } catch (InterruptedException e) {
            throw interrupted("the latch", e);
        }
    }

    /**
     * Waits until the condition holds, asking again and again. The condition should be cheap and free of side effects.
     *
     * @param what the condition in words, for the failure message: "the queue is empty"
     */
    public static void await(BooleanSupplier condition, String what) {
        await(condition, what, Duration.ofNanos(POLL_NANOS));
    }

    /**
     * Waits until the condition holds, asking again and again, but not all the time: it is another process that is asked.
     *
     * @param what the condition in words, for the failure message: "the alert fires"
     * @param between how much time there is between two questions
     */
    public static void await(BooleanSupplier condition, String what, Duration between) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(what, new InterruptedException());
            }
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw late("never true: " + what + everyThread());
            }
            LockSupport.parkNanos(between.toNanos());
        }
    }

    /** Waits until the thread is parked, blocked or waiting, so that what it does next needs somebody else. */
    public static void parked(Thread thread) {
        await(
                () -> switch (thread.getState()) {
                    case WAITING, TIMED_WAITING, BLOCKED -> true;
                    case TERMINATED -> throw new AssertionError(thread.getName() + " ended instead of waiting");
                    case NEW, RUNNABLE -> false;
                },
                thread.getName() + " waits");
    }

    /** Waits until the thread has ended. */
    public static void join(Thread thread) {
        try {
            thread.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(thread.getName(), e);
        }
        if (thread.getState() != State.TERMINATED) {
            throw late(thread.getName() + " has not ended" + dump(thread, thread.getStackTrace()));
        }
    }

    /**
     * Waits for the future's value.
     *
     * @throws ExecutionException as {@link Future#get()} does, with the failure as its cause
     * @throws java.util.concurrent.CancellationException if the future was cancelled
     */
    public static <T extends @Nullable Object> T get(Future<T> future) throws ExecutionException {
        try {
            return future.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late("the future is not done: " + future + everyThread());
        } catch (InterruptedException e) {
            throw interrupted("the future", e);
        }
    }

    /** Waits until the process has ended and returns its exit code. A process that does not end is killed. */
    public static int exit(Process process) {
        try {
            if (process.waitFor(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw interrupted("the end of process " + process.pid(), e);
        }
        process.destroyForcibly();
        throw late("process " + process.pid() + " has not ended: "
                + process.info().commandLine().orElse("unknown command line"));
    }

    /**
     * Waits at the barrier for the other parties.
     *
     * @return the arrival index, as {@link CyclicBarrier#await()} gives it: 0 is the last to arrive
     */
    public static int meet(CyclicBarrier barrier) {
        try {
            return barrier.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late("only part of the " + barrier.getParties() + " parties came" + everyThread());
        } catch (BrokenBarrierException e) {
            throw new AssertionError("Another party left the barrier before all had come", e);
        } catch (InterruptedException e) {
            throw interrupted("the other parties", e);
        }
    }

    /**
     * Runs the task in {@code n} new threads that start it together, and returns when all have ended. What a task throws
     * is thrown here in an {@link AssertionError}, the failures of other threads suppressed in it.
     *
     * @param n how many threads, at least 1
     */
    public static void threads(int n, ThrowingRunnable task) {
        CyclicBarrier start = new CyclicBarrier(n);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            Thread thread = new Thread(() -> runTogether(start, task, failures), "rendezvous-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        threads.forEach(Rendezvous::join);
        synchronized (failures) {
            if (!failures.isEmpty()) {
                AssertionError error = new AssertionError(
                        failures.size() + " of " + n + " threads failed: " + failures.get(0), failures.get(0));
                failures.subList(1, failures.size()).forEach(error::addSuppressed);
                throw error;
            }
        }
    }

    private static void runTogether(CyclicBarrier start, ThrowingRunnable task, List<Throwable> failures) {
        try {
            meet(start);
            task.run();
        } catch (Throwable e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    private static AssertionError late(String what) {
        return new AssertionError("Waited " + LIMIT.toSeconds() + " s, " + what);
    }

    private static AssertionError interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new AssertionError("Interrupted while waiting for " + what, cause);
    }

    private static String everyThread() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append(dump(entry.getKey(), entry.getValue()));
        }
        return text.toString();
    }

    private static String dump(Thread thread, StackTraceElement[] stack) {
        StringBuilder text =
                new StringBuilder("\n\"").append(thread.getName()).append("\" ").append(thread.getState());
        for (StackTraceElement frame : stack) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }
}
