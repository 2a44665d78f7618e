package dev.plimsoll.architecture.planted.retry;

import dev.plimsoll.architecture.planted.call.KnowsAMechanism;
import dev.plimsoll.time.Time;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Does each thing that only time may do, and one that all may. */
public final class ReadsClocks {
    private ReadsClocks() {}

    static long readsTheClock() {
        return System.nanoTime();
    }

    static LongSupplier refersToTheClock() {
        return System::currentTimeMillis;
    }

    static Instant readsTheDate() {
        return Instant.now();
    }

    static Instant readsTheTimeOfDay(Time time) {
        return time.wall();
    }

    static void parks() {
        LockSupport.park();
    }

    static void waitsOnAMonitor(StringBuilder monitor) throws InterruptedException {
        synchronized (monitor) {
            while (monitor.length() == 0) {
                monitor.wait();
            }
        }
    }

    static void waitsForACondition(Condition condition, StringBuilder text) throws InterruptedException {
        long left = 1;
        while (text.length() == 0 && left > 0) {
            left = condition.awaitNanos(left);
        }
    }

    static @Nullable String pollsAQueue(LinkedBlockingQueue<String> queue) throws InterruptedException {
        return queue.poll(1, TimeUnit.SECONDS);
    }

    static CompletableFuture<String> boundsAStage(CompletableFuture<String> stage) {
        return stage.orTimeout(1, TimeUnit.SECONDS);
    }

    static int drawsANumber() {
        return ThreadLocalRandom.current().nextInt();
    }

    static void mayDoThis() {
        Thread.onSpinWait();
    }

    static Class<?> mayKnowTheVocabulary() {
        return KnowsAMechanism.class;
    }
}
