package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each call draws its pauses by its own last one, in both engines. */
final class DecorrelatedPausesTest {

    private static final long BASE = Duration.ofMillis(100).toNanos();
    private static final long CAP = Duration.ofSeconds(20).toNanos();

    private final VirtualTime time = VirtualTime.create();
    private final Heard heard = new Heard();

    private Guard guard(Guards guards, Retry retry) {
        return guards.guard(
                "prices",
                g -> g.retry(retry.cap(Duration.ofNanos(CAP)).maxAttempts(25)).retryBudget(RetryBudget.unlimited()));
    }

    /** How long one call, all of whose attempts fail, pauses between them. */
    private List<Long> pauses(Engines engine, Guard guard) {
        heard.clear();
        long begun = time.precise();
        Deed fails = new Deed(Duration.ZERO, new IOException("lost"), "");
        assertThatThrownBy(() -> engine.call(guard, time, () -> fails)).isInstanceOf(IOException.class);
        List<Long> pauses = new ArrayList<>();
        heard.of(RetryScheduled.class).forEach(retry -> pauses.add(retry.pauseNanos()));
        long together = pauses.stream().mapToLong(Long::longValue).sum();
        assertThat(time.precise() - begun).isEqualTo(together);
        return pauses;
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("RT-1 decorrelated pauses lie between the base and three times the one before of the same call")
    void pauses_areDrawnByTheOneBeforeOfTheCall(Engines engine) {
        for (Retry retry : List.of(
                Retry.decorrelated(Duration.ofNanos(BASE)),
                Retry.exponential(Duration.ofNanos(BASE)).decorrelatedJitter())) {
            try (Guards guards = Guards.create(g -> g.time(time).logging(false).observer(heard))) {
                Guard guard = guard(guards, retry);
                long longest = 0;
                for (int call = 0; call < 20; call++) {
                    long before = 0; // a call starts afresh, whatever the one before it has come to
                    List<Long> pauses = pauses(engine, guard);
                    assertThat(pauses).hasSize(24);
                    for (long pause : pauses) {
                        assertThat(pause).isBetween(BASE, Math.min(CAP, 3 * Math.max(BASE, before)));
                        longest = Math.max(longest, pause);
                        before = pause;
                    }
                }
                assertThat(longest).isGreaterThan(9 * BASE);
            }
        }
    }

    @Test
    @DisplayName("RT-1 a jitter that goes not with the pauses is a problem of the guard, by name")
    void jitter_thatDoesNotGoWithThePauses_isAProblem() {
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            assertThatThrownBy(() -> guard(
                            guards, Retry.decorrelated(Duration.ofNanos(BASE)).fullJitter()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "retry.backoff.jitter must not be named where the pauses are decorrelated: full");
        }
    }
}
