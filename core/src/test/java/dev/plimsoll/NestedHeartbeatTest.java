package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * CA-8 and TO-3: a limit that is no deadline does not keep an inner pause from beginning, as RT-5 would, and so it has to
 * end it.
 */
final class NestedHeartbeatTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Heard heardOuter = new Heard();
    private final Heard heardInner = new Heard();
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    private Object call(Engines engine, Guard outer, Guard inner) throws Throwable {
        IOException lost = new IOException("lost");
        return switch (engine) {
            case BLOCKING ->
                outer.<Object, Exception>call(() -> inner.<Object, Exception>call(() -> {
                    runs.incrementAndGet();
                    throw lost;
                }));
            case ASYNC ->
                Engines.await(
                        outer.<Object>callAsync(() -> inner.callAsync(() -> {
                            runs.incrementAndGet();
                            return CompletableFuture.failedFuture(lost);
                        })),
                        time);
        };
    }

    private static void assertSilent(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
            assertThat(timeout.limit()).isEqualTo(Limit.HEARTBEAT);
            assertThat(timeout.dependency()).isEqualTo("outer");
            assertThat(timeout.after()).isEqualTo(SECOND);
        });
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CA-8 T-66 TO-3 an outer heartbeat timeout in an inner backoff ends the call as that outer timeout")
    void outerHeartbeat_inInnerPause_endsTheCall(Engines engine) {
        Guard outer = guards.guard("outer", g -> g.heartbeatTimeout(SECOND).observer(heardOuter));
        Guard inner = guards.guard(
                "inner", g -> g.retry(Retry.fixed(ofMillis(400)).maxAttempts(9)).observer(heardInner));

        Throwable thrown = catchThrowable(() -> call(engine, outer, inner));

        assertSilent(thrown);
        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
        assertThat(heardOuter.only(CallEnded.class).end()).isEqualTo(End.TIMED_OUT);
        CallEnded ended = heardInner.only(CallEnded.class);
        assertThat(ended.end()).isEqualTo(engine == Engines.BLOCKING ? End.TIMED_OUT : End.CANCELLED);
        assertThat(ended.attempts()).isEqualTo(3);
        if (engine == Engines.BLOCKING) {
            assertSilent(Objects.requireNonNull(ended.error()));
        }
        time.advance(Duration.ofMinutes(1));
        assertThat(runs).as("no attempt after the end").hasValue(3);
    }
}
