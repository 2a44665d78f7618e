package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.VirtualTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HL-1: the poller, whose check is a stage that cannot be cancelled. A {@code CompletionStage} may be such a one. */
final class UncancellableCheckTest {

    private static final class Uncancellable extends CompletableFuture<Boolean> {

        private RuntimeException why = new UnsupportedOperationException("not this one");

        @Override
        public CompletableFuture<Boolean> toCompletableFuture() {
            throw why;
        }
    }

    private final VirtualTime time = VirtualTime.create();
    private final Uncancellable stage = new Uncancellable();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger passed = new AtomicInteger();

    @Test
    @DisplayName("HL-1 closing a poller whose stage cannot be cancelled ends it all the same, and is told")
    void close_whenStageCannotBeCancelled_isTold() {
        List<HealthChanged> changes = new CopyOnWriteArrayList<>();
        HealthPoller poller = HealthPoller.start(
                "prices",
                p -> p.checkAsync(() -> begun.incrementAndGet() == 1 ? CompletableFuture.completedFuture(true) : stage)
                        .every(ofSeconds(1))
                        .timeout(ofMillis(200))
                        .jitter(0)
                        .observer(event -> changes.add((HealthChanged) event)),
                time);
        time.advance(ofMillis(1_100));
        assertThat(begun).hasValue(2);
        poller.close();
        time.advance(ofMillis(1));
        assertThat(changes)
                .hasSize(2)
                .last()
                .satisfies(each -> assertThat(each.to()).isEqualTo(UNKNOWN));
        assertThat(time.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "HL-1 no other check begins before a late stage has ended that cannot be cancelled, whatever it throws")
    void poller_whenStageCannotBeCancelled_neverOverlaps(boolean asDocumented) {
        if (!asDocumented) {
            stage.why = new IllegalStateException("broken");
        }
        HealthPoller poller = HealthPoller.start(
                "prices",
                p -> p.checkAsync(() -> {
                            begun.incrementAndGet();
                            long until = time.precise() + ofMillis(500).toNanos();
                            while (until - time.precise() > 0) {
                                try {
                                    time.sleep(until - time.precise());
                                } catch (InterruptedException stubborn) {
                                    // its stage comes when its time is up
                                }
                            }
                            return stage;
                        })
                        .every(ofSeconds(1))
                        .timeout(ofMillis(200))
                        .jitter(0),
                time);
        time.advance(ofMillis(3_100));
        assertThat(begun).hasValue(1);
        stage.complete(true);
        time.advance(ofSeconds(1));
        assertThat(begun).hasValue(2);
        poller.close();
    }

    @Test
    @DisplayName("HL-1 a stage that breaks with an Error when it is to be waited for has failed, and others begin")
    void poller_whenStageCannotBeWaitedFor_goesOn() {
        HealthPoller poller = HealthPoller.start(
                "prices",
                p -> p.checkAsync(() -> {
                            begun.incrementAndGet();
                            return new CompletableFuture<Boolean>() {
                                @Override
                                public CompletableFuture<Boolean> whenComplete(
                                        BiConsumer<? super Boolean, ? super Throwable> action) {
                                    throw new AssertionError("broken");
                                }
                            };
                        })
                        .every(ofSeconds(1))
                        .timeout(ofMillis(200))
                        .executor(task -> {
                            try {
                                task.run();
                            } catch (AssertionError passes) {
                                passed.incrementAndGet();
                            }
                        })
                        .jitter(0),
                time);
        time.advance(ofMillis(2_100));
        assertThat(begun).hasValue(3);
        assertThat(passed).hasValue(3);
        poller.close();
        assertThat(time.pendingTimers()).isZero();
    }
}
