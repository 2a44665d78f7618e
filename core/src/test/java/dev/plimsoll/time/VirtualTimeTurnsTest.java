package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Threads that take turns on virtual time. */
final class VirtualTimeTurnsTest {

    private static final int THREADS = 4;
    private static final Duration MILLI = Duration.ofMillis(1);

    private final AtomicInteger working = new AtomicInteger();
    private final List<String> log = new ArrayList<>(); // not safe for threads: one works at a time

    private static VirtualTime inTurns(long seed) {
        VirtualTime time = VirtualTime.create(seed);
        time.takeTurns();
        return time;
    }

    /** Work that would be seen if anybody else worked at the same time. */
    private void work(VirtualTime time, String what) {
        assertThat(working.incrementAndGet()).as("threads at work").isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            Thread.onSpinWait();
        }
        log.add(what + " at " + time.precise() / MILLI.toNanos());
        working.decrementAndGet();
    }

    private void sleep(VirtualTime time) {
        try {
            time.sleep(MILLI);
        } catch (InterruptedException interrupt) {
            log.add("interrupted");
        }
    }

    private List<String> scene(long seed) throws InterruptedException {
        log.clear();
        VirtualTime time = inTurns(seed);
        ExecutorService pool = Executors.newCachedThreadPool();
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < THREADS; i++) {
                String name = "thread " + i;
                threads.add(time.start(name, () -> {
                    work(time, name);
                    sleep(time);
                    pool.execute(time.handOver(() -> work(time, "task of " + name)));
                    work(time, name);
                    threads.forEach(time::unpark);
                    sleep(time);
                    work(time, name);
                }));
            }
            for (Thread thread : threads) {
                time.join(thread);
            }
        } finally {
            pool.shutdown();
        }
        return List.copyOf(log);
    }

    @Test
    @DisplayName("EV-4 who takes turns works alone, and in an order that the seed decides")
    void turns_areDrawnFromTheSeed() throws InterruptedException {
        Set<List<String>> orders = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            List<String> once = scene(seed);
            assertThat(scene(seed)).as("seed " + seed).isEqualTo(once);
            assertThat(once).hasSize(4 * THREADS);
            orders.add(once);
        }
        assertThat(orders).hasSizeGreaterThan(5);
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 who is interrupted wakes in its turn, and finds its flag set")
    void interrupt_isSeenInTurn() throws InterruptedException {
        VirtualTime time = inTurns(1);
        Thread sleeper = time.start("sleeper", () -> {
            time.parkUntil("long", Duration.ofDays(1).toNanos());
            work(time, "flag " + Thread.currentThread().isInterrupted());
        });
        time.sleep(MILLI);
        sleeper.interrupt();
        work(time, "main");
        time.sleep(MILLI);
        work(time, "main");
        time.join(sleeper);

        assertThat(log).containsExactly("main at 1", "flag true at 1", "main at 2");
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 a thread that may go on does not before whoever works waits")
    void unpark_doesNotStopWhoWorks() throws InterruptedException {
        VirtualTime time = inTurns(1);
        Thread waiter = time.start("waiter", () -> {
            time.park("main");
            work(time, "waiter");
        });
        time.sleep(MILLI);
        time.unpark(waiter);
        work(time, "main");
        time.join(waiter);

        assertThat(log).containsExactly("main at 1", "waiter at 1");
    }

    @Test
    @DisplayName("EV-4 tasks that were handed over begin in their order, on one thread as well")
    void handedOver_beginInOrder() throws InterruptedException {
        VirtualTime time = inTurns(1);
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < 5; i++) {
                String name = "task " + i;
                one.execute(time.handOver(() -> {
                    work(time, name);
                    sleep(time);
                }));
                time.sleep(MILLI.multipliedBy(2));
            }
            Runnable refused = time.handOver(() -> work(time, "refused"));
            time.takeBack(refused);
            time.sleep(MILLI);
        } finally {
            one.shutdown();
        }
        assertThat(log).containsExactly("task 0 at 0", "task 1 at 2", "task 2 at 4", "task 3 at 6", "task 4 at 8");
    }

    @Test
    @DisplayName(
            "EV-4 timers fire on the thread that said that turns are taken, not in the midst of what another one does")
    void timers_fireOnTheThreadThatSaidSo() throws InterruptedException {
        VirtualTime time = inTurns(1);
        List<Thread> firedOn = new ArrayList<>();
        Thread other = time.start("other", () -> {
            for (int i = 0; i < 3; i++) {
                time.start(timer(() -> firedOn.add(Thread.currentThread())), 0);
                sleep(time); // the last one to wait, so it would move the time
            }
            time.start(timer(() -> firedOn.add(Thread.currentThread())), MILLI.toNanos());
        });
        time.join(other);
        time.sleep(MILLI.multipliedBy(2));

        assertThat(firedOn).hasSize(4).containsOnly(Thread.currentThread());
    }

    private static Timer timer(Runnable task) {
        return new Timer() {
            @Override
            protected void fire(long lateNanos) {
                task.run();
            }
        };
    }

    @Test
    @DisplayName("EV-4 turns are taken from the beginning, or not at all")
    void takeTurns_withOthersThere_isRefused() {
        VirtualTime time = VirtualTime.create();
        Thread other = time.start("other", () -> time.park("main"));

        assertThatThrownBy(time::takeTurns).isInstanceOf(IllegalStateException.class);

        time.unpark(other);
        Rendezvous.join(other);
    }

    @Test
    @DisplayName("EV-4 where nobody can ever go on all are told so, in turns as well")
    void deadlock_isReported() {
        VirtualTime time = inTurns(1);
        Thread waiter = time.start("waiter", () -> time.park("nothing"));

        assertThatThrownBy(() -> time.join(waiter))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("deadlock");
        assertThatThrownBy(() -> time.join(waiter)).hasMessageContaining("ended by");
    }
}
