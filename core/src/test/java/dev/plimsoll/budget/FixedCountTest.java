package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.budget.RetryBudget.Kind;
import dev.plimsoll.budget.RetryBudget.Snapshot;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RB-1 fixed count of retries per window")
final class FixedCountTest {
    private static final long SECOND = 1_000_000_000;

    private static int withdrawAll(RetryBudget budget, long now) {
        int granted = 0;
        while (budget.tryWithdraw(now, FailureKind.TIMEOUT)) {
            granted++;
        }
        return granted;
    }

    @Test
    @DisplayName("RB-1 100 retries in 60 s by default, whatever the calls")
    void defaults_areAHundredInAMinute() {
        long start = Long.MAX_VALUE - 30 * SECOND;
        VirtualTime time = VirtualTime.startingAt(start, 1);
        RetryBudget budget = RetryBudget.fixedCount(FixedCount.defaults(), time);
        for (int i = 0; i < 10_000; i++) {
            budget.deposit(start);
        }

        assertThat(withdrawAll(budget, start)).isEqualTo(100);
        assertThat(withdrawAll(budget, start + 60 * SECOND)).isZero();
        assertThat(withdrawAll(budget, start + 66 * SECOND)).isEqualTo(100);
        assertThat(budget.hearsSuccesses()).isFalse();
        assertThat(budget.hearsFailures()).isFalse();
    }

    @Test
    @DisplayName("RB-1 a retry that never started is given back; the snapshot shows count and window")
    void retryGivenBack_canBeHadAgain() {
        VirtualTime time = VirtualTime.startingAt(-1, 1);
        FixedCount three = FixedCount.defaults().count(3).over(Duration.ofSeconds(1));
        RetryBudget budget = RetryBudget.fixedCount(three, time);
        Grant unused = Objects.requireNonNull(budget.withdraw(-1, FailureKind.TIMEOUT));
        assertThat(withdrawAll(budget, -1)).isEqualTo(2);

        unused.giveBack();
        budget.succeeded(null);
        budget.failed(FailureKind.TIMEOUT);

        assertThat(budget.snapshot()).isEqualTo(new Snapshot(Kind.FIXED_COUNT, 0, 2, 3, 0, 0, 3, 1));
        assertThat(withdrawAll(budget, 5)).isEqualTo(1);
        assertThat(budget).hasToString("RetryBudget[FixedCount[count=3, over=PT1S]]");
        assertThat(withdrawAll(RetryBudget.fixedCount(three.count(0)), 0)).isZero();
    }

    @Test
    @DisplayName("RB-1 a configuration error names field, rule and value")
    void wrongSettings_areAllNamed() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> RetryBudget.fixedCount(new FixedCount(-1, Duration.ofMillis(99))))
                .satisfies(wrong -> assertThat(wrong.problems())
                        .containsExactly(
                                "count must be 0 to 1000000: -1", "over must be 100 ms to one hour: PT0.099S"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> RetryBudget.fixedCount(new FixedCount(1_000_001, Duration.ofHours(1))));
    }

    @Test
    @DisplayName("T-69 of simultaneous failures no more are retried than the window allows")
    void threads_neverGetMoreThanTheCount() {
        RetryBudget budget = RetryBudget.fixedCount(FixedCount.defaults(), VirtualTime.startingAt(0, 1));
        AtomicInteger granted = new AtomicInteger();
        Rendezvous.threads(20, () -> {
            for (int i = 0; i < 50; i++) {
                if (budget.tryWithdraw(0, FailureKind.TRANSIENT)) {
                    granted.incrementAndGet();
                }
            }
        });
        assertThat(granted).hasValue(100);
    }
}
