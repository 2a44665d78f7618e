package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The executor of the guards: what a timer has caused is told there. */
final class ExecutorTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final List<String> told = new CopyOnWriteArrayList<>();

    private static void inAThread(Runnable task) {
        Thread thread = new Thread(task, "mine");
        thread.setDaemon(true);
        thread.start();
    }

    private void note(Event event) {
        if (event instanceof CircuitTransition transition && transition.to() == BreakerState.HALF_OPEN) {
            told.add("half open on " + Thread.currentThread().getName());
        }
        if (event instanceof WorkAbandoned) {
            told.add("abandoned on " + Thread.currentThread().getName());
        }
    }

    private Guard opened(Guards guards) {
        Guard guard = guards.guard(
                "prices",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(SECOND))
                        .observer(this::note));
        assertThatThrownBy(() -> guard.run(() -> {
                    throw new IOException("down");
                }))
                .isInstanceOf(IOException.class);
        return guard;
    }

    private Guards guards(Executor executor) {
        return Guards.create(g -> g.time(time).logging(false).executor(executor));
    }

    @Test
    @DisplayName("EV-2 TO-1 that time has half-opened a circuit is told on the executor of the guards")
    void transition_byTheTimer_isToldOnTheExecutor() {
        try (Guards guards = guards(ExecutorTest::inAThread)) {
            Guard guard = opened(guards);
            time.advance(SECOND);
            Rendezvous.await(() -> !told.isEmpty(), "it was told");
            assertThat(told).containsExactly("half open on mine");
            assertThat(guard.snapshot().faults()).isZero();
        }
    }

    @Test
    @DisplayName("EV-2 BH-3 that work has grown too old is told there, too")
    void abandonedWork_isToldOnTheExecutor() {
        try (Guards guards = guards(ExecutorTest::inAThread)) {
            Guard guard = guards.guard(
                    "prices",
                    g -> g.attemptTimeout(SECOND)
                            .bulkhead(b -> b.maxConcurrent(1).abandonAfter(SECOND))
                            .observer(this::note));
            CompletableFuture<Object> work = new CompletableFuture<>();
            CompletableFuture<Object> call = guard.callAsync(attempt -> {
                attempt.endsWith(work);
                return new CompletableFuture<>();
            });
            time.advance(SECOND.multipliedBy(3));
            Rendezvous.await(() -> !told.isEmpty(), "it was told");
            assertThat(told).containsExactly("abandoned on mine");
            assertThat(call).isCompletedExceptionally();
            assertThat(work.complete("at last")).isTrue();
        }
    }

    @Test
    @DisplayName(
            "EV-2 TO-1 an executor that takes nothing is a fault that is counted, and it is told all the same, once")
    void transition_whenTheExecutorRefuses_isToldElsewhere() {
        Executor broken = task -> {
            throw new RejectedExecutionException("closed");
        };
        try (Guards guards = guards(broken)) {
            Guard guard = opened(guards);
            time.advance(SECOND);
            Rendezvous.await(() -> !told.isEmpty(), "it was told");
            assertThat(told).containsExactly("half open on plimsoll-delivery");
            assertThat(guard.snapshot().faults()).isEqualTo(1);
        }
    }
}
