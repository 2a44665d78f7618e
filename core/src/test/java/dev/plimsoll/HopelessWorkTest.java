package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DL-3: what cannot end in time is mostly not begun, in both engines. */
final class HopelessWorkTest {

    private static final Duration MEDIAN = Duration.ofMillis(40);
    private static final Duration LITTLE = Duration.ofMillis(12);

    private final VirtualTime time = VirtualTime.startingAt(-1, 7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard guard = guards.guard("prices", g -> g.refuseHopeless().circuitBreaker());
    private final AtomicInteger begun = new AtomicInteger();

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    /** Calls under a deadline; how many were refused. */
    private int refused(Engines engine, int calls, Duration left, Duration takes) {
        int refused = 0;
        for (int i = 0; i < calls; i++) {
            Throwable thrown = catchThrowable(() -> Deadline.in(time, left).call(() -> answer(engine, takes)));
            refused += thrown instanceof RejectedException ? 1 : 0;
        }
        return refused;
    }

    private Object answer(Engines engine, Duration takes) throws Exception {
        try {
            return engine.call(guard, time, () -> {
                begun.incrementAndGet();
                return new Engines.Deed(takes, null, "price");
            });
        } catch (Exception | Error error) {
            throw error;
        } catch (Throwable neither) {
            throw new AssertionError(neither);
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName(
            "DL-3 with less time left than half of the answers take, at most one attempt in five is refused, with the numbers")
    void attempt_whenItCannotEndInTime_isRefusedOneInFive(Engines engine) throws Exception {
        assertThat(refused(engine, 99, Duration.ofSeconds(1), MEDIAN)).isZero();
        assertThat(refused(engine, 10, LITTLE, Duration.ofMillis(1))).isZero(); // not enough is known yet
        assertThat(refused(engine, 100, Duration.ofSeconds(1), MEDIAN)).isZero();

        begun.set(0);
        int refused = refused(engine, 200, LITTLE, MEDIAN);
        assertThat(refused).isBetween(40, 50); // a fifth, and the ten that were saved
        assertThat(begun.get()).isEqualTo(200 - refused);
        assertThat(guard.snapshot().refusals()).containsEntry(Reason.HOPELESS, (long) refused);

        Throwable last = null;
        while (!(last instanceof RejectedException)) {
            last = catchThrowable(() -> Deadline.in(time, LITTLE).call(() -> answer(engine, MEDIAN)));
        }
        assertThat(((RejectedException) last).reason()).isEqualTo(Reason.HOPELESS);
        assertThat(last)
                .hasMessageMatching(
                        "prices: refused by the deadline, 12 ms left, half of the answers take 4[0-2](\\.\\d+)? ms or longer");
        time.advance(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("DL-3 CB-13 without a deadline, or with time enough, nothing is refused; refusals are no evidence")
    void attempt_whenThereIsTime_isAdmitted(Engines engine) throws Exception {
        for (int i = 0; i < 200; i++) {
            assertThat(answer(engine, MEDIAN)).isEqualTo("price");
        }
        assertThat(refused(engine, 200, Duration.ofMillis(43), MEDIAN)).isZero();
        int refused = refused(engine, 20, LITTLE, MEDIAN);
        assertThat(refused).isPositive();
        assertThat(guard.circuitBreaker()).isNotNull();
        assertThat(guard.snapshot().breaker().orElseThrow().judged().totalGood())
                .isEqualTo(400);
        assertThat(guard.describe())
                .startsWith("[refuse hopeless → circuit breaker (")
                .endsWith(") → work]");
        time.advance(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("DL-3 a dependency that has become faster is seen to be, though all attempts had looked hopeless")
    void refusals_whenTheDependencyRecovers_end(Engines engine) throws Exception {
        refused(engine, 300, Duration.ofSeconds(1), MEDIAN);
        assertThat(refused(engine, 100, LITTLE, MEDIAN)).isPositive();

        long recovered = time.precise();
        while (time.precise() - recovered < Duration.ofSeconds(30).toNanos()) {
            refused(engine, 10, LITTLE, Duration.ofMillis(8));
        }

        assertThat(refused(engine, 500, LITTLE, Duration.ofMillis(8))).isZero();
    }
}
