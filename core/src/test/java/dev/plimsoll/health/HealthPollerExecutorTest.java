package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: the health-check poller, and an executor that does not do what it is given. */
final class HealthPollerExecutorTest {

    private static final Duration TURN = ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private HealthPoller poller = HealthPoller.start("unused", p -> p.check(() -> true), time);

    private void start(Executor executor) {
        poller.close();
        poller = HealthPoller.start(
                "prices", p -> p.check(() -> true).every(TURN).jitter(0).executor(executor), time);
    }

    @AfterEach
    void close() {
        poller.close();
        assertThat(time.pendingTimers()).as("no timer is left").isZero();
    }

    @Test
    @DisplayName("HL-1 a check that the executor silently drops is handed over again at the next turn")
    void poller_whenExecutorDrops_handsOverAgain() {
        Executor hands = new dev.plimsoll.time.Delivery(time);
        AtomicInteger given = new AtomicInteger();
        start(task -> {
            if (given.incrementAndGet() == 2) {
                time.takeBack(task);
            } else {
                hands.execute(task);
            }
        });
        time.advance(ofMillis(1_500));
        assertThat(poller.snapshot().good()).isEqualTo(1);
        time.advance(ofSeconds(2));
        assertThat(poller.snapshot().notRun()).isEqualTo(1);
        assertThat(poller.snapshot().good()).isEqualTo(3);
        assertThat(poller.read().status()).isEqualTo(HEALTHY);
    }

    @Test
    @DisplayName("HL-1 an executor that keeps who hands over waiting is not handed the same check by a second thread")
    void poller_whenExecutorBlocks_handsOverOnce() {
        AtomicInteger given = new AtomicInteger();
        start(task -> {
            time.takeBack(task);
            given.incrementAndGet();
            time.parkUntil(given, time.precise() + ofMillis(3_200).toNanos());
        });
        time.advance(ofMillis(3_100));
        assertThat(given).hasValue(1);
        time.advance(TURN);
        assertThat(given).hasValue(2);
    }

    @Test
    @DisplayName("HL-1 a stuck executor is not filled: one check is handed over again at turns 1, 2, 4, 8 … only")
    void poller_whenExecutorIsStuck_handsOverSeldom() {
        List<Runnable> queue = new CopyOnWriteArrayList<>();
        start(task -> {
            time.takeBack(task);
            queue.add(task);
        });
        time.advance(ofMillis(100_500));
        assertThat(queue).as("once, and at the turns 1, 2, 4, 8, 16, 32, 64").hasSize(8);
        assertThat(poller.snapshot().notRun()).isEqualTo(100);
        Objects.requireNonNull(queue.get(7)).run();
        assertThat(poller.snapshot().good()).isEqualTo(1);
        queue.clear();
        time.advance(ofSeconds(4));
        assertThat(queue).as("the next one counts anew").hasSize(3);
    }

    @Test
    @DisplayName("HL-1 an executor whose refusal cannot be put into words has refused all the same")
    void poller_whenRefusalHasNoText_goesOn() {
        AtomicInteger given = new AtomicInteger();
        start(task -> {
            given.incrementAndGet();
            throw new Wordless();
        });
        time.advance(ofMillis(3_500));
        assertThat(given).hasValue(4);
        assertThat(poller.snapshot().notRun()).isEqualTo(4);
        assertThat(poller.read().reason()).endsWith("the executor refused it: " + Wordless.class.getName());
    }

    @Test
    @DisplayName("HL-1 a check whose failure cannot be put into words has failed all the same")
    void poller_whenFailureHasNoText_isUnhealthy() {
        poller.close();
        poller = HealthPoller.start(
                "prices",
                p -> p.every(TURN).jitter(0).check(() -> {
                    throw new Wordless();
                }),
                time);
        time.advance(ofMillis(2_500));
        assertThat(poller.snapshot().bad()).isEqualTo(3);
        assertThat(poller.read().status()).isEqualTo(UNHEALTHY);
        assertThat(poller.read().reason()).endsWith("Wordless");
    }

    /** It cannot say what it is. */
    private static final class Wordless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no words");
        }
    }
}
