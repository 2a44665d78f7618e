package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.GuardException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a refusal or a timeout was thrown is in its stack trace for those who debug, and costs nobody else anything. */
final class RefusalsWithStackTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Deed GOOD = new Deed(Duration.ZERO, null, "good");
    private static final Deed LONG = new Deed(SECOND.multipliedBy(10), null, "late");

    private final VirtualTime time = VirtualTime.create();
    private Guards guards = Guards.create(g -> g.time(time).logging(false));

    static Stream<Arguments> both() {
        return Arrays.stream(Engines.values())
                .flatMap(engine -> Stream.of(true, false).map(traced -> Arguments.of(engine, traced)));
    }

    @AfterEach
    void nothingIsLeft() {
        time.advance(Duration.ofMinutes(1)); // the stages that were let go end as well
        guards.close();
        assertThat(Ambient.depth(Ambient.here())).isZero(); // in use again
        assertThat(time.pendingTimers()).isZero();
    }

    private void begin(boolean traced) {
        guards = traced
                ? Guards.create(g -> g.time(time).logging(false).refusalsWithStack(true))
                : Guards.create(g -> g.time(time).logging(false));
    }

    private static void assertTrace(GuardException thrown, boolean traced) {
        StackTraceElement[] trace = thrown.getStackTrace();
        if (traced) {
            assertThat(trace)
                    .extracting(StackTraceElement::getClassName)
                    .anyMatch(type -> type.startsWith("dev.plimsoll."));
        } else {
            assertThat(trace).isEmpty();
        }
    }

    private void assertRefused(Engines engine, Guard guard, Reason reason, boolean traced) {
        Throwable thrown = catchThrowable(() -> engine.call(guard, time, () -> GOOD));
        assertThat(thrown).isInstanceOfSatisfying(RejectedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertTrace(refused, traced);
        });
    }

    private void assertTimedOut(Engines engine, Guard guard, Limit limit, boolean traced) {
        Throwable thrown = catchThrowable(() -> engine.call(guard, time, () -> LONG));
        assertThat(thrown).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
            assertThat(timeout.limit()).isEqualTo(limit);
            assertTrace(timeout, traced);
        });
    }

    @ParameterizedTest
    @MethodSource("both")
    @DisplayName(
            "CA-2 a refusal has a stack trace if that was asked for, by the short path and with a retry, else none")
    void refusal_hasATraceIfAskedFor(Engines engine, boolean traced) {
        begin(traced);
        UnaryOperator<GuardBuilder> broken = g -> g.circuitBreaker();
        Guard brief = guards.guard("brief", broken);
        Guard retried = guards.guard("retried", g -> broken.apply(g).retry(Retry.immediate()));
        for (Guard guard : new Guard[] {brief, retried}) {
            CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
            breaker.forceOpen("test", "me");
            ShortPathEdgesTest.forgetAmbient(); // only where nothing was around any thread the shortest path is taken
            assertRefused(engine, guard, Reason.CIRCUIT_OPEN, traced);
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    @DisplayName("CA-2 and so has each kind of timeout, an outer deadline's included")
    void timeout_hasATraceIfAskedFor(Engines engine, boolean traced) {
        begin(traced);
        assertTimedOut(engine, guards.guard("attempt", g -> g.attemptTimeout(SECOND)), Limit.ATTEMPT, traced);
        assertTimedOut(engine, guards.guard("total", g -> g.totalTimeout(SECOND)), Limit.TOTAL, traced);
        assertTimedOut(engine, guards.guard("silent", g -> g.heartbeatTimeout(SECOND)), Limit.HEARTBEAT, traced);
        Guard inner = guards.guard("inner", g -> g.totalTimeout(SECOND.multipliedBy(5)));
        Deadline.in(time, SECOND).run(() -> assertTimedOut(engine, inner, Limit.TOTAL, traced));
    }
}
