package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CA-8: a guard that waits by its own clock until the very instant at which the timeout around it is due. Which of the two is
 * first is drawn from the seed.
 */
final class TiedNestingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private VirtualTime time = VirtualTime.create();
    private Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Heard around = new Heard();
    private final Heard within = new Heard();

    private void begin(long seed) {
        time = VirtualTime.startingAt(seed % 2 == 0 ? Long.MAX_VALUE - 5 : -1, seed);
        guards = Guards.create(g -> g.time(time).logging(false));
    }

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    private Guard outer(UnaryOperator<GuardBuilder> more) {
        return guards.guard("outer", g -> more.apply(g.attemptTimeout(SECOND).observer(around)));
    }

    private Guard inner(UnaryOperator<GuardBuilder> more) {
        return guards.guard("inner", g -> more.apply(g.observer(within)));
    }

    private Object sleepLong() throws InterruptedException {
        time.sleep(Duration.ofMinutes(10));
        return "slept";
    }

    private void assertTimedOutAround(Guard outer, Guard inner) {
        assertThatThrownBy(() -> outer.call(() -> inner.call(this::sleepLong)))
                .isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
                    assertThat(timeout.dependency()).isEqualTo("outer");
                    assertThat(timeout.limit()).isEqualTo(Limit.ATTEMPT);
                });
        assertThat(around.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(around.only(CallEnded.class).end()).isEqualTo(Event.End.TIMED_OUT);
        Rendezvous.await(() -> !within.of(CallEnded.class).isEmpty(), "the inner call has ended");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    @DisplayName("CA-8 CA-2 a timeout around a pooled guard is that timeout, whichever of the two looks first")
    void pooledInside_endsAtTheTimeoutAround(long seed) {
        begin(seed);

        assertTimedOutAround(
                outer(g -> g), inner(g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool())));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    @DisplayName(
            "CA-8 CA-2 a pooled guard's timeout around a pooled guard is that timeout, whichever of the two looks first")
    void pooledInsidePooled_endsAtTheTimeoutAround(long seed) {
        begin(seed);

        assertTimedOutAround(
                outer(g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool())),
                inner(g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool())));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    @DisplayName(
            "CA-8 CB-13 a guard between the two had no time of its own, and blames nobody, whichever of them looks first")
    void guardBetween_blamesNobodyForTheTimeoutAround(long seed) {
        begin(seed);
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(Duration.ofMillis(100)));
        Guard between = guards.guard("between", g -> g.circuitBreaker().observer(around));
        Guard inner = inner(g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));

        assertThatThrownBy(() -> outer.call(() -> between.call(() -> inner.call(this::sleepLong))))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        timeout -> assertThat(timeout.dependency()).isEqualTo("outer"));

        assertThat(around.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(around.only(CallEnded.class).end()).isEqualTo(Event.End.TIMED_OUT);
        Rendezvous.await(() -> !within.of(CallEnded.class).isEmpty(), "the inner call has ended");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    @DisplayName("CA-8 CB-13 a timeout around a wait in a queue is that timeout, and no refusal from elsewhere")
    void queueInside_endsAtTheTimeoutAround(long seed) throws InterruptedException {
        begin(seed);
        Guard inner = inner(g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(1)));
        Thread holder = time.start(
                "holder",
                () -> assertThatThrownBy(() -> inner.call(this::sleepLong)).isInstanceOf(InterruptedException.class));
        time.advance(Duration.ZERO);

        assertTimedOutAround(outer(g -> g), inner);

        holder.interrupt();
        time.join(holder);
    }
}
