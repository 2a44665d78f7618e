package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Work;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CA-2, DL-1: a timeout names the limit that has really ended the call, and its figure. */
final class EndedByTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1000, 7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Deadline.current().isNone()).isTrue();
    }

    private Object sleepLong() throws InterruptedException {
        time.sleep(Duration.ofMinutes(10));
        return "slept";
    }

    private static TimeoutExceededException timeoutOf(Work<?, ?> work) {
        return catchThrowableOfType(TimeoutExceededException.class, work::call);
    }

    private TimeoutExceededException timeoutUnder(Duration outer, Work<?, ?> work) {
        return timeoutOf(() -> Deadline.in(time, outer).call(work));
    }

    private static void assertTotal(TimeoutExceededException timeout, Duration after, String message) {
        assertThat(timeout.limit()).isEqualTo(Limit.TOTAL);
        assertThat(timeout.after()).isEqualTo(after);
        assertThat(timeout).hasMessage(message);
    }

    @ParameterizedTest(name = "own pool: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("CA-2 DL-1 an outer deadline earlier than the guard's own total timeout is named, with what was left")
    void outerDeadline_beforeOwnTotal_isNamed(boolean ownPool) {
        Guard guard = guards.guard(
                "slow",
                g -> g.totalTimeout(MINUTE)
                        .bulkhead(b -> b.maxConcurrent(1)
                                .threads(ownPool ? BulkheadConfig.Threads.OWN_POOL : BulkheadConfig.Threads.CALLERS)));

        TimeoutExceededException timeout = timeoutUnder(Duration.ofMillis(300), () -> guard.call(this::sleepLong));

        assertTotal(
                timeout,
                Duration.ofMillis(300),
                "slow: the outer deadline ended the attempt 300 ms after it began; it may have taken effect");
    }

    @Test
    @DisplayName("CA-2 DL-1 an outer deadline that ends a later attempt counts from that attempt")
    void outerDeadline_inALaterAttempt_countsFromIt() {
        Guard guard = guards.guard(
                "slow",
                g -> g.attemptTimeout(SECOND)
                        .totalTimeout(MINUTE)
                        .retry(Retry.immediate().maxAttempts(9)));

        TimeoutExceededException timeout = timeoutUnder(Duration.ofMillis(2500), () -> guard.call(this::sleepLong));

        assertTotal(
                timeout,
                Duration.ofMillis(500),
                "slow: the outer deadline ended the attempt 500 ms after it began; it may have taken effect");
    }

    @Test
    @DisplayName("CA-2 DL-1 an outer deadline of a guard without a total timeout is named too")
    void outerDeadline_withoutOwnTotal_isNamed() {
        Guard guard = guards.guard("slow", g -> g.attemptTimeout(MINUTE));

        TimeoutExceededException timeout = timeoutUnder(SECOND, () -> guard.call(this::sleepLong));

        assertTotal(
                timeout,
                SECOND,
                "slow: the outer deadline ended the attempt 1 s after it began; it may have taken effect");
    }

    @Test
    @DisplayName("CA-2 the guard's own total timeout is named where it is the earlier one, in any attempt")
    void ownTotal_beforeOuterDeadline_isNamed() {
        Guard guard = guards.guard(
                "slow",
                g -> g.attemptTimeout(SECOND)
                        .totalTimeout(Duration.ofMillis(1500))
                        .retry(Retry.immediate().maxAttempts(9)));

        TimeoutExceededException timeout = timeoutUnder(MINUTE, () -> guard.call(this::sleepLong));

        assertTotal(
                timeout,
                Duration.ofMillis(1500),
                "slow: all attempts together took longer than 1.5 s; it may have taken effect");
    }

    @Test
    @DisplayName("CA-2 an own total timeout below an outer one that was cut short itself is still the own one")
    void ownTotal_belowACutTotal_isNamed() {
        Guard middle = guards.guard("middle", g -> g.totalTimeout(MINUTE));
        Guard inner = guards.guard("inner", g -> g.totalTimeout(Duration.ofMillis(200)));

        TimeoutExceededException timeout = timeoutUnder(SECOND, () -> middle.call(() -> inner.call(this::sleepLong)));

        assertThat(timeout.dependency()).isEqualTo("inner");
        assertTotal(
                timeout,
                Duration.ofMillis(200),
                "inner: all attempts together took longer than 200 ms; it may have taken effect");
    }

    @ParameterizedTest(name = "own pool: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("CA-8 CA-2 what a guard inside sees is the outer deadline as well, and not a total timeout of 0 ms")
    void outerDeadline_isNamedInside(boolean ownPool) {
        Guard outer = guards.guard(
                "outer",
                g -> g.bulkhead(b -> b.maxConcurrent(1)
                        .threads(ownPool ? BulkheadConfig.Threads.OWN_POOL : BulkheadConfig.Threads.CALLERS)));
        Guard inner = guards.guard("inner", g -> g.circuitBreaker());
        TimeoutExceededException[] seen = new TimeoutExceededException[1];

        TimeoutExceededException timeout = timeoutUnder(
                SECOND,
                () -> outer.call(() -> {
                    time.sleep(Duration.ofMillis(400));
                    seen[0] = timeoutOf(() -> inner.call(this::sleepLong));
                    throw new IOException("whatever");
                }));

        String message = "outer: the outer deadline ended the attempt 1 s after it began; it may have taken effect";
        assertTotal(timeout, SECOND, message);
        if (!ownPool) { // the work in a pool goes on alone when its caller has left
            assertTotal(seen[0], SECOND, message);
        }
    }

    @Test
    @DisplayName("CA-2 a limit of less than a millisecond is told as it is, not as 0 ms")
    void shortLimit_isToldAsItIs() {
        Guard guard = guards.guard("slow", g -> g.attemptTimeout(Duration.ofNanos(400_000)));

        assertThat(timeoutOf(() -> guard.call(this::sleepLong)))
                .hasMessage("slow: the attempt took longer than 0.4 ms; it may have taken effect");
    }
}
