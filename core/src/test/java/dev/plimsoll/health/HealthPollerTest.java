package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: the health-check poller, on virtual time. */
final class HealthPollerTest {

    private static final Duration TURN = ofSeconds(1);

    private final List<HealthChanged> changes = new CopyOnWriteArrayList<>();
    private final AtomicReference<Work<Boolean, ?>> check = new AtomicReference<>(() -> true);
    private VirtualTime time = VirtualTime.create();
    private HealthPoller poller = HealthPoller.start("unused", p -> p.check(() -> true), time);

    /** Asks every second, for 200 ms at most, what {@link #check} says; the first time at once. */
    private HealthPoller start(UnaryOperator<HealthPollerBuilder> more) {
        poller.close();
        poller = HealthPoller.start(
                "prices",
                p -> more.apply(
                        p.check(() -> Objects.requireNonNull(check.get()).call())
                                .every(TURN)
                                .timeout(ofMillis(200))
                                .jitter(0)
                                .rise(2)
                                .fall(3)
                                .observer(event -> changes.add((HealthChanged) event))),
                time);
        return poller;
    }

    private HealthPoller start() {
        return start(p -> p);
    }

    @AfterEach
    void close() {
        poller.close();
        poller.close();
        assertThat(time.pendingTimers()).as("no timer is left").isZero();
    }

    /** One check each, in the middle of whose second it is looked at. */
    private List<HealthStatus> after(Boolean... answers) {
        List<HealthStatus> seen = new ArrayList<>();
        for (Boolean answer : answers) {
            check.set(() -> answer);
            time.advance(TURN);
            seen.add(poller.read().status());
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 3_000_000_000L, Long.MIN_VALUE})
    @DisplayName("HL-1 the first check decides; then it takes fall bad ones in a row, or rise good ones")
    void poller_whenChecksSpeak_risesAndFalls(long origin) {
        time = VirtualTime.startingAt(origin, 3);
        start();
        assertThat(poller.read().status()).isEqualTo(UNKNOWN);
        time.advance(ofMillis(500));
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
        assertThat(after(false, false, true, false, false, false))
                .containsExactly(HEALTHY, HEALTHY, HEALTHY, HEALTHY, HEALTHY, UNHEALTHY);
        assertThat(poller.read().reason()).isEqualTo("3 checks in a row failed: it said no");
        assertThat(poller.read().since()).isEqualTo(ofMillis(500));
        assertThat(after(true, false, true, true)).containsExactly(UNHEALTHY, UNHEALTHY, UNHEALTHY, HEALTHY);
        assertThat(changes).extracting(HealthChanged::to).containsExactly(HEALTHY, UNHEALTHY, HEALTHY);
        assertThat(changes).extracting(HealthChanged::sequence).containsExactly(1L, 2L, 3L);
        assertThat(poller.snapshot().good()).isEqualTo(5);
        assertThat(poller.snapshot().bad()).isEqualTo(6);
    }

    @Test
    @DisplayName("HL-1 an unhealthy dependency may be the first thing that is known")
    void poller_whenFirstCheckFails_isUnhealthy() {
        check.set(() -> {
            throw new IOException("connection refused");
        });
        start();
        time.advance(ofMillis(1));
        assertThat(poller.read().status()).isEqualTo(UNHEALTHY);
        assertThat(poller.read().reason()).isEqualTo("1 check failed: IOException: connection refused");
        assertThat(poller).hasToString("prices: UNHEALTHY: 1 check failed: IOException: connection refused");
    }

    @Test
    @DisplayName("HL-1 an overdue check has failed, its thread is interrupted, and no interrupt reaches the next one")
    void poller_whenCheckIsOverdue_interruptsIt() {
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        check.set(() -> {
            flags.add(Thread.currentThread().isInterrupted());
            while (!Thread.currentThread().isInterrupted()) { // it sees the interrupt, and leaves it there
                time.parkUntil(flags, time.precise() + 60_000_000_000L);
            }
            return true;
        });
        AtomicInteger leaks = new AtomicInteger();
        Executor oneThread = new Executor() {
            private final Executor hands = new dev.plimsoll.time.Delivery(time);

            @Override
            public void execute(Runnable task) {
                hands.execute(() -> {
                    task.run();
                    leaks.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                });
            }
        };
        start(p -> p.executor(oneThread));
        time.advance(ofMillis(2_500));
        assertThat(poller.snapshot().bad()).isEqualTo(3);
        assertThat(poller.read().reason()).isEqualTo("3 checks in a row failed: it took longer than 200 ms");
        assertThat(flags).containsExactly(false, false, false);
        assertThat(leaks).hasValue(0);
    }

    @Test
    @DisplayName("HL-1 a check that does not obey keeps others from beginning, and counts as failed at each turn")
    void poller_whenCheckDoesNotEnd_neverOverlaps() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        check.set(() -> {
            begun.incrementAndGet();
            assertThat(running.incrementAndGet()).isEqualTo(1);
            long until = time.precise() + 3_500_000_000L;
            while (until - time.precise() > 0) {
                try {
                    time.sleep(until - time.precise());
                } catch (InterruptedException stubborn) {
                    // it goes on all the same
                }
            }
            running.decrementAndGet();
            return true;
        });
        start();
        time.advance(ofMillis(3_600));
        assertThat(poller.snapshot().bad()).as("its timeout, and three turns").isEqualTo(4);
        assertThat(poller.snapshot().good()).as("it came too late").isZero();
        assertThat(begun).hasValue(1);
        assertThat(poller.read().reason()).isEqualTo("4 checks in a row failed: the one before has not ended");
        check.set(() -> true);
        time.advance(ofSeconds(2));
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
    }

    @Test
    @DisplayName("HL-1 a check that is longer than the span between two, and in time, is simply waited for")
    void poller_whenCheckIsLong_waits() {
        check.set(() -> {
            time.sleep(ofMillis(2_500));
            return true;
        });
        start(p -> p.timeout(ofSeconds(10)));
        time.advance(ofSeconds(6));
        assertThat(poller.snapshot().good()).isEqualTo(2);
        assertThat(poller.snapshot().bad()).isZero();
    }

    @Test
    @DisplayName("HL-1 a check may be a stage; at its timeout it is cancelled")
    void poller_whenCheckIsAStage_cancelsIt() {
        CompletableFuture<Boolean> never = new CompletableFuture<>();
        CompletableFuture<Boolean> soon = new CompletableFuture<>();
        List<CompletableFuture<Boolean>> stages = new ArrayList<>(List.of(
                CompletableFuture.completedFuture(true),
                CompletableFuture.failedFuture(new IOException("no")),
                never,
                soon));
        start(p -> p.checkAsync(() -> stages.remove(0)));
        time.advance(ofMillis(1_500));
        assertThat(poller.read().reason()).isEqualTo("1 check failed: IOException: no");
        time.advance(TURN);
        assertThat(poller.read().reason()).isEqualTo("2 checks in a row failed: it took longer than 200 ms");
        assertThat(never).isCancelled();
        time.advance(ofMillis(600));
        assertThat(soon.complete(true)).isTrue();
        assertThat(poller.read().reason()).isEqualTo("1 check succeeded");
        poller.close();
    }

    @Test
    @DisplayName("HL-1 what cannot be run says nothing about the dependency; after fall of those it is unknown")
    void poller_whenExecutorRefuses_isUnknown() {
        AtomicReference<Executor> executor = new AtomicReference<>(new dev.plimsoll.time.Delivery(time));
        start(p -> p.executor(task -> Objects.requireNonNull(executor.get()).execute(task)));
        time.advance(ofMillis(500));
        executor.set(task -> {
            throw new RejectedExecutionException("full");
        });
        time.advance(ofSeconds(2));
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
        time.advance(TURN);
        assertThat(poller.read().status()).isEqualTo(UNKNOWN);
        assertThat(poller.read().reason()).startsWith("3 checks in a row were not run: the executor refused it");
        assertThat(poller.snapshot().notRun()).isEqualTo(3);
    }

    @Test
    @DisplayName("HL-1 a check that waits in the executor's queue is not late, and is not run twice")
    void poller_whenExecutorIsBusy_doesNotBlameTheDependency() {
        List<Runnable> queue = new CopyOnWriteArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        check.set(() -> asked.incrementAndGet() > 0);
        start(p -> p.executor(task -> {
            time.takeBack(task); // it may take any time
            queue.add(task);
        }));
        time.advance(ofMillis(2_500));
        assertThat(queue)
                .as("handed over again at each turn, for it may have been dropped")
                .hasSize(3);
        assertThat(poller.snapshot().notRun()).isEqualTo(2);
        assertThat(poller.read().reason()).endsWith("the executor has not begun it");
        queue.forEach(Runnable::run);
        assertThat(asked).as("it is one check all the same").hasValue(1);
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
        queue.clear();
        time.advance(TURN);
        poller.close();
        assertThat(queue).hasSize(1);
        queue.get(0).run();
        assertThat(asked).as("the poller is closed").hasValue(1);
    }

    @Test
    @DisplayName("HL-1 never the timer thread: not even with an executor that runs on the thread that it is given")
    void poller_whenExecutorRunsAtOnce_isNotOnTheTimerThread() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        check.set(() -> threads.add(Thread.currentThread()));
        start(p -> p.executor(Runnable::run));
        time.advance(ofMillis(1_500)); // timers fire on this thread
        assertThat(threads).hasSize(2).doesNotContain(Thread.currentThread());
    }

    @Test
    @DisplayName("HL-1 an interruption, a cancellation and another guard's refusal say nothing about the dependency")
    void poller_whenCheckIsCancelled_countsNothing() {
        check.set(() -> {
            throw new Rejection("prices", "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "open", 1).exception(false);
        });
        start();
        time.advance(ofMillis(500));
        check.set(() -> {
            throw new InterruptedException();
        });
        time.advance(TURN);
        assertThat(poller.snapshot().notRun()).isEqualTo(2);
        assertThat(poller.read().status()).isEqualTo(UNKNOWN);
    }

    @Test
    @DisplayName("HL-1 nothing and null are no")
    @NullUnmarked // a check that no compiler has checked
    void poller_whenCheckSaysNothing_isBad() {
        check.set(() -> null);
        start();
        time.advance(ofMillis(500));
        assertThat(poller.read().reason()).isEqualTo("1 check failed: it said nothing");
    }

    @Test
    @DisplayName("HL-1 closing ends the check under way, leaves no timer, and the dependency is unknown")
    void poller_whenClosed_stops() {
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<Object> seen = new AtomicReference<>();
        check.set(() -> {
            asked.incrementAndGet();
            try {
                time.sleep(ofSeconds(60));
            } catch (InterruptedException e) {
                seen.set(e);
                throw e;
            }
            return true;
        });
        start(p -> p.timeout(ofSeconds(90)));
        time.advance(ofMillis(500));
        poller.close();
        assertThat(time.pendingTimers()).isZero();
        time.advance(ofSeconds(5));
        assertThat(seen.get()).isInstanceOf(InterruptedException.class);
        assertThat(asked).hasValue(1);
        assertThat(poller.read().status()).isEqualTo(UNKNOWN);
        assertThat(poller.read().reason()).isEqualTo("the poller is closed");
    }

    @Test
    @DisplayName("HL-1 pauses differ by the jitter, and the first check is early by chance too")
    void poller_withJitter_drifts() {
        List<Long> begun = new CopyOnWriteArrayList<>();
        check.set(() -> begun.add(time.precise()));
        start(p -> p.jitter(0.1));
        time.advance(ofSeconds(60));
        assertThat(begun.get(0)).isBetween(0L, 100_000_000L);
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < begun.size(); i++) {
            pauses.add(begun.get(i) - begun.get(i - 1));
        }
        assertThat(pauses)
                .hasSizeGreaterThan(50)
                .allSatisfy(each -> assertThat(each).isBetween(900_000_000L, 1_100_000_000L));
        assertThat(pauses.stream().distinct().count()).isGreaterThan(40);
        long spread = pauses.stream().mapToLong(each -> each).max().orElse(0)
                - pauses.stream().mapToLong(each -> each).min().orElse(0);
        assertThat(spread).isGreaterThan(120_000_000L);
    }

    @Test
    @DisplayName("HL-1 an observer that throws changes nothing, and one that is removed hears nothing")
    void poller_whenObserverThrows_goesOn() {
        List<Object> heard = new CopyOnWriteArrayList<>();
        dev.plimsoll.call.Observer second = heard::add;
        start(p -> p.observer(event -> {
            throw new IllegalStateException("broken");
        }));
        poller.observe(second);
        time.advance(ofMillis(500));
        assertThat(heard).hasSize(1);
        poller.forget(second);
        after(false, false, false);
        assertThat(heard).hasSize(1);
        assertThat(changes).hasSize(2);
    }

    @Test
    @DisplayName("CA-4 HL-1 everything that is wrong with a set-up is told at once")
    void start_whenSetUpIsWrong_isRefused() {
        assertThatThrownBy(() -> HealthPoller.start(
                        "a b",
                        p -> p.every(ofMillis(0))
                                .timeout(ofMillis(-1))
                                .jitter(Double.NaN)
                                .rise(0)
                                .fall(-1),
                        time))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(thrown -> assertThat(((ConfigurationException) thrown).problems())
                        .hasSize(7)
                        .allSatisfy(problem ->
                                assertThat(problem).matches("(name|check|every|timeout|jitter|rise|fall) .*")));
        assertThat(Arrays.asList(CheckResult.values())).hasSize(4);
    }
}
