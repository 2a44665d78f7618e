package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import dev.plimsoll.Rendezvous;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SystemTimeTest {
    private static final long MILLISECOND = 1_000_000;
    private static final Object BLOCKER = "the test";
    private static final InheritableThreadLocal<String> APPLICATION = new InheritableThreadLocal<>();

    private final Time time = Time.system();

    /** A timer as a mechanism would have it, with two fields of its own. */
    private static final class Sized extends Timer {
        private final Object first;
        private final Object second;

        Sized(Object first, Object second) {
            this.first = first;
            this.second = second;
        }

        @Override
        protected void fire(long lateNanos) {
            throw new AssertionError(first + " and " + second + " are never started");
        }
    }

    @Test
    @DisplayName("There is one system time")
    void system_isOneObject() {
        assertThat(Time.system()).isSameAs(time);
        assertThat(time.random()).isBetween(0.0, 1.0);
        assertThat(Duration.between(Instant.now(), time.wall()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("The coarse clock is never ahead of the precise one")
    void coarse_isNeverAhead() {
        long before = time.precise();
        for (int i = 0; i < 100_000; i++) {
            long coarse = time.coarse();
            assertThat(time.precise() - coarse >= 0).isTrue();
        }
        assertThat(time.lateness(before)).isBetween(0L, time.precise() - before);
    }

    @Test
    @DisplayName("Spans are cut to 0 … 2^62 ns")
    void nanos_saturates() {
        assertThat(Time.nanos(Duration.ofSeconds(Long.MIN_VALUE))).isZero();
        assertThat(Time.nanos(Duration.ofNanos(-1))).isZero();
        assertThat(Time.nanos(Duration.ofMillis(2))).isEqualTo(2 * MILLISECOND);
        assertThat(Time.nanos(Duration.ofNanos(Time.LONGEST - 1))).isEqualTo(Time.LONGEST - 1);
        assertThat(Time.nanos(Duration.ofNanos(Time.LONGEST))).isEqualTo(Time.LONGEST);
        assertThat(Time.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Time.LONGEST);
    }

    @Test
    @DisplayName("CA-5 the timer thread is a daemon, knows no application's class loader and inherits no thread-local")
    void timerThread_knowsNoApplication() {
        APPLICATION.set("an application");
        CountDownLatch fired = new CountDownLatch(1);
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<String> inherited = new AtomicReference<>();
        Probe probe = new Probe(late -> {
            thread.set(Thread.currentThread());
            inherited.set(APPLICATION.get());
            fired.countDown();
        });

        time.start(probe, 0);
        Rendezvous.await(fired);
        APPLICATION.remove();

        Thread timerThread = Objects.requireNonNull(thread.get());
        assertThat(timerThread.getName()).isEqualTo("plimsoll-timer");
        assertThat(timerThread.isDaemon()).isTrue();
        assertThat(timerThread.getContextClassLoader()).isNull();
        assertThat(inherited.get()).isNull();
        assertThat(probe.late()).isNotNegative();
    }

    @Test
    @DisplayName("CA-5 the coarse clock's thread is a daemon without a context class loader")
    void clockThread_knowsNoApplication() {
        time.coarse();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("plimsoll-clock"))
                .isNotEmpty()
                .allMatch(thread -> thread.isDaemon() && thread.getContextClassLoader() == null);
    }

    @Test
    @DisplayName("TO-1 a timer with two fields of its own is one object of 40 bytes at most")
    void timer_isSmall() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Sized[] kept = new Sized[100_000];
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < kept.length; i++) {
            kept[i] = new Sized(BLOCKER, time);
        }
        long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;

        assertThat((double) bytes / kept.length).isBetween(16.0, 40.5);
    }

    @Test
    @DisplayName("A pending system timer counts until it is cancelled")
    void pendingTimers_countsThem() {
        Probe probe = new Probe();
        int before = time.pendingTimers();
        time.start(probe, Long.MAX_VALUE);

        assertThat(time.pendingTimers()).isPositive();
        assertThat(probe.cancel()).isTrue();
        assertThat(time.pendingTimers()).isBetween(0, Math.max(before, 1));
    }

    @Test
    @DisplayName("Sleeping takes at least as long as asked for")
    void sleep_isNotShort() throws InterruptedException {
        long before = time.precise();
        time.sleep(Duration.ofMillis(3));
        assertThat(time.precise() - before).isGreaterThanOrEqualTo(3 * MILLISECOND);

        time.sleep(0);
        time.sleep(-5);
        time.parkUntil(BLOCKER, time.precise() - 1);
    }

    @Test
    @DisplayName("An interrupt ends a sleep, with the flag cleared")
    void sleep_interrupted_throws() {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        AtomicBoolean clean = new AtomicBoolean();
        Thread sleeper = new Thread(() -> {
            thrown.set(catchThrowable(() -> time.sleep(Duration.ofSeconds(Long.MAX_VALUE))));
            clean.set(!Thread.currentThread().isInterrupted());
        });
        sleeper.start();
        Rendezvous.parked(sleeper);

        sleeper.interrupt();
        Rendezvous.join(sleeper);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(clean).isTrue();
    }

    @Test
    @DisplayName("Park and unpark are the machine's; a handed-over task is the task itself")
    void parkAndHandOver_areTheMachines() {
        Thread current = Thread.currentThread();
        time.unpark(current);
        time.park(BLOCKER);

        AtomicBoolean released = new AtomicBoolean();
        Thread parker = new Thread(() -> {
            while (!released.get()) {
                time.park(BLOCKER);
            }
        });
        parker.start();
        Rendezvous.parked(parker);
        released.set(true);
        time.unpark(parker);
        Rendezvous.join(parker);

        Runnable task = () -> {};
        assertThat(time.handOver(task)).isSameAs(task);
        time.takeBack(task);
    }
}
