package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Guards on virtual time for asynchronous calls; to close it proves that nothing is left of them. */
final class AsyncScene implements AutoCloseable {

    private static final Duration SECOND = Duration.ofSeconds(1);

    final VirtualTime time = VirtualTime.create();
    final Heard heard = new Heard();
    final Guards guards = Guards.create(g -> g.time(time).logging(false).observer(heard));

    /** A guard with everything. */
    Guard full() {
        return guards.guard(
                "prices",
                g -> g.attemptTimeout(SECOND)
                        .totalTimeout(SECOND.multipliedBy(10))
                        .retry(Retry.fixed(Duration.ofMillis(100)).maxAttempts(3))
                        .circuitBreaker(b -> b.consecutiveFailures(3))
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(SECOND.multipliedBy(5))));
    }

    static Throwable errorOf(CompletableFuture<?> future) {
        try {
            future.join();
            throw new AssertionError("no error");
        } catch (CompletionException wrapped) {
            return Objects.requireNonNull(wrapped.getCause());
        } catch (CancellationException cancelled) {
            return cancelled;
        }
    }

    static int available(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead()).snapshot().available();
    }

    @Override
    public void close() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        for (Guard guard : guards.all()) {
            if (guard.bulkhead() != null) {
                assertThat(guard.bulkhead().snapshot().active()).isZero();
                assertThat(guard.bulkhead().snapshot().orphans()).isZero();
            }
        }
    }
}
