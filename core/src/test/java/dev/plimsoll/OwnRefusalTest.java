package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RT-2: a refusal by the guard in which the work is nested is known however it comes. */
final class OwnRefusalTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    @DisplayName("RT-2 CA-8 by a gate that it shares with others")
    void refusal_bySharedGate_isNotRetried() {
        Bulkhead pool = Bulkhead.create("pool", b -> b.maxConcurrent(1), time);
        Guard guard = guards.guard("own", g -> g.bulkhead(pool).retry(Retry.immediate()));

        assertThatThrownBy(() -> guard.get(() -> {
                    runs.incrementAndGet();
                    return guard.get(() -> "nested");
                }))
                .isInstanceOf(RejectedException.class);

        assertThat(runs).hasValue(1);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("RT-2 CA-8 in the wrapper of a stage that was waited for; that is thrown as it is")
    void refusal_thatIsWrapped_isNotRetried() {
        Guard guard =
                guards.guard("own", g -> g.bulkhead(1).retry(Retry.immediate().nonIdempotent()));

        assertThatThrownBy(() -> guard.get(() -> {
                    runs.incrementAndGet();
                    return guard.callAsync(() -> CompletableFuture.completedFuture("nested"))
                            .join();
                }))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RejectedException.class);

        assertThat(runs).hasValue(1);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("CA-3 a refusal is found in what clients and stages wrap it in, and nowhere else")
    void refusal_isFoundInWrappers() {
        Guard full = guards.guard("full", g -> g.bulkhead(1));
        Throwable refused = full.get(() -> catchThrowable(() -> full.get(() -> "never")));

        assertThat(RejectedException.in(refused)).isSameAs(refused);
        assertThat(RejectedException.in(new CompletionException(refused))).isSameAs(refused);
        assertThat(RejectedException.in(new IOException("in an adapter", refused)))
                .isSameAs(refused);
        assertThat(RejectedException.in(new IOException("lost"))).isNull();
        assertThat(RejectedException.in(new AssertionError(refused))).isNull();
    }

    @Test
    @DisplayName("CA-2 a timeout is found in what clients and stages wrap it in, and nowhere else")
    void timeout_isFoundInWrappers() {
        TimeoutExceededException timeout = TimeoutExceededException.byOuterDeadline("slow", 1, false);

        assertThat(TimeoutExceededException.in(timeout)).isSameAs(timeout);
        assertThat(TimeoutExceededException.in(new CompletionException(timeout)))
                .isSameAs(timeout);
        assertThat(TimeoutExceededException.in(new IOException("in an adapter", timeout)))
                .isSameAs(timeout);
        assertThat(TimeoutExceededException.in(new IOException("lost"))).isNull();
        assertThat(TimeoutExceededException.in(new AssertionError(timeout))).isNull();
    }
}
