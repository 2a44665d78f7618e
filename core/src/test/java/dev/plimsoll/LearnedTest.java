package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CB-12: what a guard has learned of its dependency outlives a reconfiguration; what it is told anew holds at once. */
final class LearnedTest {

    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final AdaptiveTimeout ADAPTIVE =
            AdaptiveTimeout.between(millis(2), millis(50)).over(WINDOW);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1000, 7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard guard =
            guards.guard("prices", g -> g.attemptTimeout(ADAPTIVE).totalTimeout(Duration.ofSeconds(3)));

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    private static Duration millis(long span) {
        return Duration.ofMillis(span);
    }

    private Duration now() {
        return guard.snapshot().attemptTimeout().orElseThrow();
    }

    /** Two windows of answers that take 3 ms; the timeout is known then. */
    private void learn() throws InterruptedException {
        learnFor(WINDOW.multipliedBy(2));
        assertThat(now()).isBetween(Duration.ofNanos(3_200_000), Duration.ofNanos(3_600_000));
    }

    private void learnFor(Duration span) throws InterruptedException {
        long end = time.precise() + span.toNanos();
        while (end - time.precise() > 0) {
            guard.run(() -> time.sleep(millis(3)));
            time.sleep(millis(1));
        }
        guard.run(() -> time.sleep(millis(1)));
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CB-12 TO-2 the adaptive timeout stays as it is when something else changes, which holds at once")
    void reconfigure_ofSomethingElse_keepsTheTimeout(Engines engine) throws Throwable {
        learn();
        Duration learned = now();

        guard.reconfigure(g -> g.attemptTimeout(ADAPTIVE)
                .totalTimeout(millis(50))
                .retry(Retry.fixed(millis(48)).maxAttempts(2)));

        assertThat(now()).isEqualTo(learned);
        IOException lost = new IOException("lost");
        Engines.Deed[] deeds = {
            new Engines.Deed(millis(1), lost, ""), new Engines.Deed(Duration.ofSeconds(9), null, "late")
        };
        int[] next = new int[1];
        Throwable whole = catchThrowable(() -> engine.call(guard, time, () -> deeds[next[0]++]));
        assertThat(whole).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
            assertThat(timeout.limit()).isEqualTo(Limit.TOTAL);
            assertThat(timeout.after()).isEqualTo(millis(50));
        });
        Throwable attempt = catchThrowable(
                () -> engine.call(guard, time, () -> new Engines.Deed(Duration.ofSeconds(9), null, "late")));
        assertThat(attempt).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
            assertThat(timeout.limit()).isEqualTo(Limit.ATTEMPT);
            assertThat(timeout.after()).isEqualTo(learned);
        });
        time.advance(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("CB-12 TO-1 whether a timeout that was learned interrupts is what the guard was told last")
    void reconfigure_withoutInterrupt_holdsAtOnce() throws Exception {
        learn();
        guard.run(() -> time.sleep(millis(3)));

        guard.reconfigure(g -> g.attemptTimeout(ADAPTIVE).withoutInterrupt());

        Throwable late = catchThrowable(() -> guard.run(() -> {
            time.advance(millis(100));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }));
        assertThat(late).isInstanceOf(TimeoutExceededException.class);
    }

    @Test
    @DisplayName("CB-12 TO-2 DL-3 to refuse hopeless work from now on, or no more, forgets nothing that was learned")
    void reconfigure_ofHopelessWork_keepsTheTimeout() throws Exception {
        learn();
        Duration learned = now();

        guard.reconfigure(g -> g.attemptTimeout(ADAPTIVE).refuseHopeless());

        assertThat(now()).isEqualTo(learned);
        assertThat(hopelessRefusals()).isBetween(1, 2);
        guard.reconfigure(g -> g.attemptTimeout(ADAPTIVE));
        assertThat(now()).isEqualTo(learned);
        assertThat(hopelessRefusals()).isZero();
    }

    /** Of ten calls with less time than half of the answers take. */
    private int hopelessRefusals() throws Exception {
        int refused = 0;
        for (int i = 0; i < 10; i++) {
            Throwable thrown = catchThrowable(() ->
                    Deadline.in(time, millis(1)).run(() -> guard.run(() -> time.sleep(millis(3)))));
            refused += thrown instanceof RejectedException ? 1 : 0;
        }
        return refused;
    }

    @Test
    @DisplayName(
            "CB-12 TO-2 other bounds, another window, and a set-up in between that learns nothing begin with the upper bound")
    void reconfigure_ofBoundsOrWindow_beginsAnew() throws Exception {
        learn();
        guard.reconfigure(g ->
                g.attemptTimeout(AdaptiveTimeout.between(millis(2), millis(70)).over(WINDOW)));
        assertThat(now()).isEqualTo(millis(70));
        UnaryOperator<GuardBuilder> longer = g -> g.attemptTimeout(ADAPTIVE.over(WINDOW.multipliedBy(2)));
        guard.reconfigure(longer);
        assertThat(now()).isEqualTo(millis(50));
        guard.reconfigure(g -> g.attemptTimeout(millis(100)));
        assertThat(now()).isEqualTo(millis(100));
        guard.reconfigure(longer);
        assertThat(now()).isEqualTo(millis(50));
    }
}
