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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: the poller, whose check is a stage that cannot be cancelled. A {@code CompletionStage} may be such a one. */
final class UncancellableCheckTest {

    private static final class Uncancellable extends CompletableFuture<Boolean> {

        @Override
        public CompletableFuture<Boolean> toCompletableFuture() {
            throw new UnsupportedOperationException("not this one");
        }
    }

    private final VirtualTime time = VirtualTime.create();
    private final Uncancellable stage = new Uncancellable();
    private final AtomicInteger begun = new AtomicInteger();

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

    @Test
    @DisplayName("HL-1 no other check begins before a late stage has ended that cannot be cancelled")
    void poller_whenStageCannotBeCancelled_neverOverlaps() {
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
}
