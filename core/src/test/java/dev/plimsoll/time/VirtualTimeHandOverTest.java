package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What virtual time makes of tasks that are handed to other threads. */
final class VirtualTimeHandOverTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long MILLISECOND = 1_000_000;

    private final VirtualTime time = VirtualTime.create();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    private void note(String what) {
        log.add(what + " at " + time.precise() / MILLISECOND);
    }

    private void sleep(long millis) {
        try {
            time.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 time stands still from a hand-over until the task has ended")
    void handOver_holdsTheTime() {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (String name : List.of("task", "other")) {
                pool.execute(time.handOver(() -> {
                    note(name);
                    sleep(10);
                    note(name);
                }));
            }

            sleep(5);
            note("main");
            sleep(10);
            note("main");
        } finally {
            pool.shutdownNow();
        }

        assertThat(log.subList(0, 2)).containsExactlyInAnyOrder("task at 0", "other at 0");
        assertThat(log.get(2)).isEqualTo("main at 5");
        assertThat(log.subList(3, 5)).containsExactlyInAnyOrder("task at 10", "other at 10");
        assertThat(log.get(5)).isEqualTo("main at 15");
    }

    @Test
    @DisplayName("EV-4 after its task a pool thread is unknown again, and may wait for the next one as it likes")
    void handOver_endsWithTheTask() {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try {
            pool.execute(time.handOver(() -> sleep(10)));
            sleep(20);
            pool.execute(() -> {
                try {
                    time.park("nothing");
                } catch (IllegalStateException refused) {
                    thrown.set(refused);
                }
            });
            Rendezvous.await(() -> thrown.get() != null, "the pool thread was refused");
        } finally {
            pool.shutdownNow();
        }
        assertThat(time.precise()).isEqualTo(20 * MILLISECOND);
    }

    @Test
    @DisplayName("A task that its caller runs itself leaves the caller registered")
    void handOver_runByTheCaller_keepsItRegistered() {
        time.handOver(() -> sleep(10)).run();
        sleep(10);

        assertThat(time.precise()).isEqualTo(20 * MILLISECOND);
    }

    @Test
    @DisplayName("A task that was refused can be taken back; else time would stand still for good")
    void takeBack_letsTimeGoOn() throws InterruptedException {
        Thread sleeper = time.start("sleeper", () -> sleep(1000));
        Runnable task = time.handOver(() -> note("never"));

        time.takeBack(task);
        time.takeBack(task);
        time.takeBack(() -> {});
        time.join(sleeper);

        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
        assertThat(log).isEmpty();
    }

    @Test
    @DisplayName("Another thread taking a task back wakes the parked, who move the time")
    void takeBack_byAnotherThread_movesTheTime() {
        Runnable task = time.handOver(() -> note("never"));
        Thread self = Thread.currentThread();
        Thread stranger = new Thread(() -> {
            Rendezvous.parked(self);
            time.takeBack(task);
        });
        stranger.start();

        sleep(1000);

        Rendezvous.join(stranger);
        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
    }
}
