package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
    @Test
    void threads_runsTheTaskOnceInEach_allAtTheSameTime() {
        CyclicBarrier all = new CyclicBarrier(4);
        AtomicInteger runs = new AtomicInteger();

        Rendezvous.threads(4, () -> {
            Rendezvous.meet(all);
            runs.incrementAndGet();
        });

        assertThat(runs).hasValue(4);
    }

    @Test
    void threads_whenTasksThrow_throwsOneWithTheOthersSuppressed() {
        assertThatThrownBy(() -> Rendezvous.threads(3, () -> {
                    throw new Exception("planted");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("3 of 3 threads failed")
                .hasMessageContaining("planted")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }

    @Test
    void get_givesTheValueOrTheFailureOrTheCancellation() throws ExecutionException {
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);

        assertThat(Rendezvous.get(CompletableFuture.completedFuture("value"))).isEqualTo("value");
        assertThatThrownBy(() -> Rendezvous.get(CompletableFuture.failedFuture(new Exception("planted"))))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("planted");
        assertThatThrownBy(() -> Rendezvous.get(cancelled)).isInstanceOf(CancellationException.class);
    }

    @Test
    void everyWait_whenInterrupted_failsAndKeepsTheFlag() {
        assertInterruptFails(() -> Rendezvous.await(new CountDownLatch(1)));
        assertInterruptFails(() -> Rendezvous.await(() -> false, "never"));
        assertInterruptFails(() -> Rendezvous.get(new CompletableFuture<>()));
        assertInterruptFails(() -> Rendezvous.meet(new CyclicBarrier(2)));
        assertInterruptFails(() -> Rendezvous.join(Thread.currentThread()));
    }

    private static void assertInterruptFails(Rendezvous.ThrowingRunnable wait) {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(wait::run).isInstanceOf(AssertionError.class).hasMessageContaining("Interrupted");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void parked_returnsWhenTheThreadWaits_andJoinWhenItHasEnded() {
        AtomicBoolean released = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            while (!released.get()) {
                LockSupport.park();
            }
        });
        thread.setDaemon(true);
        thread.start();

        Rendezvous.parked(thread);
        released.set(true);
        LockSupport.unpark(thread);
        Rendezvous.join(thread);

        assertThat(thread.isAlive()).isFalse();
        assertThatThrownBy(() -> Rendezvous.parked(thread)).hasMessageContaining("ended instead of waiting");
    }

    @Test
    void exit_givesTheExitCode() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();

        assertThat(Rendezvous.exit(new ProcessBuilder(java, "--version")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()))
                .isZero();
    }
}
