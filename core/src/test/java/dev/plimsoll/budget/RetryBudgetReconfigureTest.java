package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.budget.RetryBudget.Kind;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("CB-12 RB-1 a retry budget that is reconfigured in use")
final class RetryBudgetReconfigureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE, -1);

    private RetryBudget fewPerSecond(double retries) {
        return RetryBudget.create(b -> b.ratio(0.5).minimumPerSecond(retries).over(SECOND), time);
    }

    private Grant granted(RetryBudget budget) {
        return Objects.requireNonNull(budget.withdraw(time.coarse(), FailureKind.TRANSIENT));
    }

    private boolean refuses(RetryBudget budget) {
        return budget.withdraw(time.coarse(), FailureKind.TRANSIENT) == null;
    }

    @Test
    @DisplayName("CB-12 a window of the same length keeps its calls and its retries, and all that was ever counted")
    void sameWindow_keepsWhatIsCounted() {
        RetryBudget budget = fewPerSecond(2);
        for (int i = 0; i < 10; i++) {
            budget.deposit(time.coarse());
        }
        Grant unused = granted(budget);
        granted(budget);

        budget.reconfigure(b -> b.ratio(0.2).minimumPerSecond(1).over(SECOND));

        assertThat(budget.snapshot()).isEqualTo(new RetryBudget.Snapshot(Kind.WINDOWED_RATIO, 10, 2, 2, 0, 0, 2, 0));
        assertThat(refuses(budget)).isTrue();
        unused.giveBack();
        granted(budget);
        assertThat(refuses(budget)).isTrue();
        assertThat(budget.snapshot().withdrawn()).isEqualTo(3);
        assertThat(budget.snapshot().denied()).isEqualTo(2);
    }

    @Test
    @DisplayName("CB-12 a window of another length begins anew, and is not credited what the one before was charged")
    void otherWindow_beginsAnew() {
        RetryBudget budget = fewPerSecond(1);
        Grant before = granted(budget);

        budget.reconfigure(b -> b.ratio(0).minimumPerSecond(1).over(SECOND.multipliedBy(2)));
        granted(budget);
        granted(budget);
        before.giveBack();

        assertThat(refuses(budget)).isTrue();
        assertThat(budget.snapshot().retries()).isEqualTo(2);
        assertThat(budget.snapshot().withdrawn()).isEqualTo(3);
    }

    @Test
    @DisplayName("CB-12 RB-1 a token bucket that becomes a window counts by the clock that it was given")
    void tokenBucket_whenItBecomesAWindow_goesByItsClock() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.aws(), time);

        budget.reconfigure(b -> b.ratio(0).minimumPerSecond(1).over(SECOND));

        granted(budget);
        assertThat(refuses(budget)).isTrue();
        assertThat(budget.snapshot().retries()).isEqualTo(1);
        time.advance(SECOND.multipliedBy(2));
        assertThat(budget.snapshot().retries()).isZero();
        granted(budget);
        assertThat(budget.snapshot().retries()).isEqualTo(1);
        budget.reconfigure(new FixedCount(1, SECOND));
        granted(budget);
        assertThat(refuses(budget)).isTrue();
        time.advance(SECOND.multipliedBy(2));
        granted(budget);
    }

    @Test
    @DisplayName("CB-12 a fixed count keeps its retries with its window, and another kind begins anew")
    void fixedCount_keepsItsRetries() {
        RetryBudget budget = RetryBudget.fixedCount(new FixedCount(3, SECOND), time);
        Grant first = granted(budget);
        granted(budget);

        budget.reconfigure(new FixedCount(2, SECOND));
        assertThat(refuses(budget)).isTrue();
        first.giveBack();
        Grant second = granted(budget);

        budget.reconfigure(new FixedCount(1, SECOND.multipliedBy(2)));
        assertThat(budget.snapshot().retries()).isZero();
        budget.reconfigure(TokenBucket.aws().capacity(20).initial(10));
        second.giveBack();
        assertThat(budget.snapshot().tokens())
                .as("it was not paid for in tokens")
                .isEqualTo(10);
        assertThat(budget.hearsSuccesses()).isTrue();
        budget.reconfigure(new FixedCount(1, SECOND));
        assertThat(budget.snapshot()).isEqualTo(new RetryBudget.Snapshot(Kind.FIXED_COUNT, 0, 0, 1, 0, 0, 3, 1));
    }

    @Test
    @DisplayName("CB-12 a token bucket keeps the tokens that fit, and gives back the price that was paid")
    void tokenBucket_keepsItsTokens() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.aws().capacity(100));
        Grant paidFive = granted(budget);

        budget.reconfigure(TokenBucket.aws().capacity(50).initial(1).costs(7, 7, 7));
        assertThat(budget.snapshot().tokens()).isEqualTo(50);
        Grant paidSeven = granted(budget);
        budget.reconfigure(TokenBucket.aws().capacity(200));
        assertThat(budget.snapshot().tokens()).isEqualTo(43);

        paidFive.giveBack();
        assertThat(budget.snapshot().tokens()).isEqualTo(48);
        budget.succeeded(paidSeven);
        assertThat(budget.snapshot().tokens())
                .as("the refill, not a refund at another price")
                .isEqualTo(49);
    }

    @Test
    @DisplayName("CB-12 what cannot work changes nothing, and says all that is wrong; the unlimited one stays so")
    void unsoundSettings_changeNothing() {
        RetryBudget budget = fewPerSecond(2);
        granted(budget);
        String before = budget + " " + budget.snapshot();

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> budget.reconfigure(b -> b.ratio(-1).over(Duration.ZERO)))
                .satisfies(e -> assertThat(e.problems()).hasSize(2));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> budget.reconfigure(new FixedCount(-1, SECOND)));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> budget.reconfigure(TokenBucket.aws().capacity(0)));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> RetryBudget.unlimited().reconfigure(TokenBucket.aws()))
                .withMessageContaining("unlimited must stay so");
        assertThat(budget + " " + budget.snapshot()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName(
            "CB-12 RB-1 of each ledger alone, whatever is given back, no more is charged than its own settings allow")
    void randomChanges_keepTheBoundOfEachLedger(long seed) {
        Random random = new Random(seed);
        RetryBudget budget = RetryBudget.fixedCount(new FixedCount(5, SECOND), time);
        List<Grant> held = new ArrayList<>();
        long most = 5; // of all counts since the window was last another one
        Duration window = SECOND;
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    Duration next = SECOND.multipliedBy(1 + random.nextInt(2));
                    long count = random.nextInt(9);
                    budget.reconfigure(new FixedCount(count, next));
                    most = next.equals(window) ? Math.max(most, count) : count;
                    window = next;
                }
                case 1 -> time.advance(Duration.ofMillis(random.nextInt(400)));
                case 2 -> {
                    if (!held.isEmpty()) {
                        held.remove(random.nextInt(held.size())).giveBack();
                    }
                }
                default -> {
                    long before = budget.snapshot().retries();
                    Grant grant = budget.withdraw(time.coarse(), FailureKind.TRANSIENT);
                    if (grant != null) {
                        held.add(grant);
                        assertThat(before).isLessThan(budget.snapshot().allowed());
                    }
                }
            }
            assertThat(budget.snapshot().retries()).isBetween(0L, most);
        }
    }

    @Test
    @DisplayName("CB-12 a bucket that is made smaller while others fill it never holds more than fits")
    void smallerBucket_whileOthersFillIt_holdsWhatFits() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.aws().capacity(100));
        Rendezvous.threads(4, () -> {
            for (int i = 0; i < 3_000; i++) {
                if (i % 10 == 5) {
                    budget.reconfigure(TokenBucket.aws().capacity(20 + i % 50).refill(7));
                }
                budget.succeeded(null);
                budget.tryWithdraw(0, FailureKind.TRANSIENT);
            }
        });
        RetryBudget.Snapshot snapshot = budget.snapshot();
        assertThat(snapshot.tokens()).isBetween(0.0, snapshot.capacity());
        assertThat(snapshot.withdrawn() + snapshot.denied()).isEqualTo(12_000);
    }
}
