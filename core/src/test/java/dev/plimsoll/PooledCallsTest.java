package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls whose work runs on the threads of a bulkhead. */
final class PooledCallsTest {

    private static final ThreadLocal<String> MDC = new ThreadLocal<>();

    private final Guards guards = Guards.create(g -> g.logging(false).contextCarrier(PooledCallsTest::captured));

    private static ContextCarrier.Snapshot captured() {
        String mine = MDC.get();
        if ("error".equals(mine)) {
            throw new AssertionError("carrier");
        }
        if ("exception".equals(mine)) {
            throw new IllegalStateException("carrier");
        }
        return () -> {
            MDC.set(mine);
            return MDC::remove;
        };
    }

    @AfterEach
    void close() {
        MDC.remove();
        guards.close();
        assertThat(Thread.interrupted()).isFalse();
    }

    private Guard pooled() {
        return guards.guard("pooled", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
    }

    private static int available(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead()).snapshot().available();
    }

    @Test
    @DisplayName("CA-6 CA-5 deadline, context and class loader reach the pool, and the outcome comes back as it is")
    void context_reachesThePool() throws Exception {
        Guard guard = pooled();
        MDC.set("request 7");
        List<Object> seen = new ArrayList<>();

        Deadline.in(Duration.ofMinutes(5))
                .run(() -> guard.run(() -> {
                    seen.add(Thread.currentThread().getName());
                    seen.add(MDC.get());
                    seen.add(Deadline.current().isNone());
                    seen.add(Thread.currentThread().getContextClassLoader());
                }));

        assertThat(seen)
                .containsExactly(
                        "plimsoll-pooled-1",
                        "request 7",
                        false,
                        Thread.currentThread().getContextClassLoader());
        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IOException("lost");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> guard.call(() -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName("CA-6 T-36 an Error of a carrier reaches the caller and leaks no permit; an exception changes nothing")
    void brokenCarrier_leaksNoPermit() {
        Guard guard = pooled();
        MDC.set("error");
        assertThatThrownBy(() -> guard.get(() -> "never")).isInstanceOf(AssertionError.class);
        assertThat(available(guard)).isEqualTo(1);

        MDC.set("exception");
        assertThat(guard.get(() -> "good")).isEqualTo("good");
        assertThat(guard.snapshot().faults()).isEqualTo(1);
    }

    @Test
    @DisplayName("T-42 T-65 BH-3 TO-1 a caller of stuck work is told in time; the permit stays with the work")
    void stuckWork_doesNotHoldItsCaller() {
        VirtualTime time = VirtualTime.create();
        List<Object> late = new CopyOnWriteArrayList<>();
        try (Guards virtual = Guards.create(g -> g.time(time).logging(false))) {
            Guard guard = virtual.guard(
                    "stuck",
                    g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool())
                            .attemptTimeout(Duration.ofMillis(20))
                            .withoutInterrupt()
                            .onLateResult(late::add));

            assertThatThrownBy(() -> guard.call(() -> {
                        time.sleep(Duration.ofSeconds(10));
                        return "late";
                    }))
                    .isInstanceOf(TimeoutExceededException.class);
            assertThat(available(guard)).isZero();
            assertThatThrownBy(() -> guard.get(() -> "second"))
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            e -> assertThat(e.reason()).isEqualTo(Rejection.Reason.BULKHEAD_FULL));

            time.advance(Duration.ofSeconds(10));
            Rendezvous.await(() -> available(guard) == 1, "the permit is back");
            assertThat(late).containsExactly("late");
        }
    }

    @Test
    @DisplayName("T-63 T-31 an interrupted caller goes on, and its work is interrupted")
    void interruptedCaller_interruptsItsWork() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Guard guard = pooled();
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            Rendezvous.await(begun);
            caller.interrupt();
        });
        interrupter.start();

        assertThatThrownBy(() -> guard.call(() -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    return "never";
                }))
                .isInstanceOf(CallInterruptedException.class);

        assertThat(Thread.interrupted()).isTrue();
        Rendezvous.await(interrupted);
        Rendezvous.await(() -> available(guard) == 1, "the permit is back");
        Rendezvous.join(interrupter);
    }

    @Test
    @DisplayName("BH-6 CA-6 work in a pool that calls its own guard is refused as reentrant")
    void nestedInItsOwnPool_isReentrant() {
        Guard guard = guards.guard(
                "pool", g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(3).ownPool()));

        assertThatThrownBy(() -> guard.get(() -> guard.get(() -> "nested")))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Rejection.Reason.REENTRANT));
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName("RT-6 retries run in the pool, each with a permit of its own")
    void retries_runInThePool() throws IOException {
        int[] runs = new int[1];
        Guard guard = guards.guard(
                "again", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()).retry(Retry.immediate()));

        Answer<String> answer = guard.<String, IOException>answer(() -> {
            if (++runs[0] < 3) {
                throw new IOException("lost");
            }
            return "good";
        });

        assertThat(answer).isEqualTo(new Answer<>("good", Answer.Rung.WORK, 3, 1));
        assertThat(available(guard)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "BH-1 BH-3 TO-1 on own virtual threads a call ends in time and leaves an orphan; before Java 21, an error")
    void ownVirtualThreads_boundTheCall() {
        VirtualTime time = VirtualTime.create();
        Guards virtual = Guards.create(g -> g.time(time).logging(false));
        Supplier<Guard> setUp = () -> virtual.guard(
                "virtual",
                g -> g.attemptTimeout(Duration.ofMillis(20))
                        .withoutInterrupt()
                        .bulkhead(b -> b.maxConcurrent(1).ownVirtualThreads()));
        if (Runtime.version().feature() < 21) {
            assertThatThrownBy(setUp::get)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("bulkhead.ownVirtualThreads needs Java 21 or newer: ");
            return;
        }
        Guard guard = setUp.get();

        assertThatThrownBy(() -> guard.run(() -> time.sleep(Duration.ofSeconds(10))))
                .isInstanceOf(TimeoutExceededException.class);

        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().orphans())
                .isEqualTo(1);
        time.advance(Duration.ofSeconds(10));
        Rendezvous.await(() -> available(guard) == 1, "the permit is back");
        virtual.close();
    }
}
