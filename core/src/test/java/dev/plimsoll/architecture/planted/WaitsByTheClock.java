package dev.plimsoll.architecture.planted;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.Assertions;

/** Waits in each way that a test must not, and in some that it may. */
final class WaitsByTheClock {
    private WaitsByTheClock() {}

    static void sleepsAThread() throws InterruptedException {
        Thread.sleep(1);
    }

    static void sleepsAUnit() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1);
    }

    static void parksForNanos() {
        LockSupport.parkNanos(1);
    }

    static void joinsForMillis(Thread thread) throws InterruptedException {
        thread.join(1);
    }

    static void awaitsALatch(CountDownLatch latch) throws Exception {
        latch.await(1, TimeUnit.SECONDS);
    }

    static Runnable refersToATimedWait(CompletableFuture<String> future) {
        return () -> future.orTimeout(1, TimeUnit.SECONDS);
    }

    static void getsAValue(CompletableFuture<String> future) throws Exception {
        future.get(1, TimeUnit.SECONDS);
    }

    static void waitsForAProcess(Process process) throws InterruptedException {
        process.waitFor(1, TimeUnit.SECONDS);
    }

    static void pollsAQueue(LinkedBlockingQueue<String> queue) throws InterruptedException {
        queue.poll(1, TimeUnit.SECONDS);
    }

    static void acquiresAPermit(Semaphore semaphore) throws InterruptedException {
        semaphore.tryAcquire(1, TimeUnit.SECONDS);
    }

    static void awaitsTheEndOfAPool(ExecutorService pool) throws InterruptedException {
        pool.awaitTermination(1, TimeUnit.SECONDS);
    }

    static void waitsOnAMonitor(StringBuilder monitor) throws InterruptedException {
        synchronized (monitor) {
            while (monitor.length() == 0) {
                monitor.wait(1);
            }
        }
    }

    static void assertsSuccessInTime(CompletableFuture<String> future) {
        Assertions.assertThat(future).succeedsWithin(Duration.ofSeconds(1));
    }

    static void mayWaitWithoutALimit(CountDownLatch latch, Thread thread) throws InterruptedException {
        latch.await();
        thread.join();
    }

    static long mayPollAndConvert(LinkedBlockingQueue<String> queue) {
        queue.poll();
        return TimeUnit.SECONDS.convert(1, TimeUnit.DAYS);
    }
}
