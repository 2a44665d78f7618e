package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CA-8: guards inside a guard whose work runs in a pool. */
final class PooledNestingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private VirtualTime time = VirtualTime.create();
    private Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    private void begin(long seed) {
        time = VirtualTime.startingAt(seed % 2 == 0 ? Long.MAX_VALUE - 5 : -1, seed);
        guards = Guards.create(g -> g.time(time).logging(false));
    }

    private Object sleepLong() throws InterruptedException {
        time.sleep(Duration.ofMinutes(10));
        return "slept";
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    @DisplayName("CA-8 CB-13 a pooled guard's timeout ends what is inside as that timeout, however waits tie")
    void pooledTimeout_endsInnerRetries(long seed) {
        begin(seed);
        Heard heard = new Heard();
        Guard outer = guards.guard(
                "outer",
                g -> g.attemptTimeout(SECOND).bulkhead(b -> b.maxConcurrent(1).ownPool()));
        Guard inner = guards.guard(
                "inner", g -> g.retry(Retry.immediate().maxAttempts(9)).observer(heard));

        assertThatThrownBy(() -> outer.call(() -> inner.call(this::sleepLong)))
                .isInstanceOf(TimeoutExceededException.class);
        Rendezvous.await(() -> !heard.of(CallEnded.class).isEmpty(), "the inner call has ended");

        assertThat(heard.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.TIMED_OUT);
        assertThat(heard.only(CallEnded.class).error())
                .isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
                    assertThat(timeout.dependency()).isEqualTo("outer");
                    assertThat(timeout.limit()).isEqualTo(Limit.ATTEMPT);
                });
    }

    @Test
    @DisplayName("CA-8 TO-1 the pool's interrupt is not lost when an inner timeout clears its own")
    void pooledTimeout_leavesItsInterrupt() {
        Guard outer = guards.guard(
                "outer",
                g -> g.attemptTimeout(SECOND).bulkhead(b -> b.maxConcurrent(1).ownPool()));
        Guard inner = guards.guard("inner", g -> g.attemptTimeout(Duration.ofMillis(500)));
        AtomicReference<Boolean> interrupted = new AtomicReference<>();

        assertThatThrownBy(() -> outer.run(() -> {
                    assertThatThrownBy(() -> inner.run(() -> time.advance(Duration.ofSeconds(2)))) // deaf to interrupts
                            .isInstanceOf(TimeoutExceededException.class);
                    interrupted.set(Thread.currentThread().isInterrupted());
                }))
                .isInstanceOf(TimeoutExceededException.class);
        time.advance(Duration.ofSeconds(3));
        Rendezvous.await(() -> interrupted.get() != null, "the work has ended");

        assertThat(interrupted).hasValue(true);
    }

    @Test
    @DisplayName("CB-13 TO-1 a pooled guard whose caller is interrupted ends what is inside as cancelled, not as late")
    void pooledCaller_whenInterrupted_isNoTimeout() throws InterruptedException {
        Heard heard = new Heard();
        Guard outer = guards.guard(
                "outer",
                g -> g.attemptTimeout(SECOND).bulkhead(b -> b.maxConcurrent(1).ownPool()));
        Guard inner = guards.guard("inner", g -> g.circuitBreaker().observer(heard));
        Thread caller = time.start(
                "caller",
                () -> assertThatThrownBy(() -> outer.call(() -> inner.call(this::sleepLong)))
                        .isInstanceOf(CallInterruptedException.class));
        time.advance(Duration.ofMillis(1));

        caller.interrupt();
        time.join(caller);
        Rendezvous.await(() -> !heard.of(CallEnded.class).isEmpty(), "the inner call has ended");

        assertThat(heard.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.CANCELLED);
    }
}
