package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.budget.RetryBudget.Kind;
import dev.plimsoll.budget.RetryBudget.Snapshot;
import dev.plimsoll.budget.TokenBucket.Charging;
import dev.plimsoll.budget.TokenBucket.Costs;
import dev.plimsoll.call.ConfigurationException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RB-1 token bucket refilled by successes")
final class TokenBucketTest {

    private static int withdrawAll(RetryBudget budget, FailureKind failure) {
        int granted = 0;
        while (budget.tryWithdraw(0, failure)) {
            granted++;
        }
        return granted;
    }

    private static void succeed(RetryBudget budget, int times) {
        for (int i = 0; i < times; i++) {
            budget.succeeded(null);
        }
    }

    @Test
    @DisplayName("RB-1 AWS: 500 tokens, a retry costs 5, after a timeout 10, a success brings 1")
    void aws_chargesRetriesByKindOfFailure() {
        assertThat(withdrawAll(RetryBudget.tokenBucket(TokenBucket.aws()), FailureKind.TRANSIENT))
                .isEqualTo(100);
        assertThat(withdrawAll(RetryBudget.tokenBucket(TokenBucket.aws()), FailureKind.OVERLOAD))
                .isEqualTo(100);
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.aws());
        assertThat(withdrawAll(budget, FailureKind.TIMEOUT)).isEqualTo(50);

        succeed(budget, 4);
        assertThat(budget.tryWithdraw(0, FailureKind.TRANSIENT)).isFalse();
        succeed(budget, 1);
        assertThat(budget.tryWithdraw(0, FailureKind.TRANSIENT)).isTrue();
        succeed(budget, 2_000);
        assertThat(budget.snapshot()).isEqualTo(new Snapshot(Kind.TOKEN_BUCKET, 0, 0, 100, 500, 500, 51, 2));
    }

    @Test
    @DisplayName("RB-1 AWS: a success after a retry brings back what the retry has cost; by name only the refill")
    void aws_refundsRetriesThatHelped() {
        RetryBudget refunding = RetryBudget.tokenBucket(TokenBucket.aws().capacity(20));
        RetryBudget keeping =
                RetryBudget.tokenBucket(TokenBucket.aws().capacity(20).refunding(false));
        for (RetryBudget budget : new RetryBudget[] {refunding, keeping}) {
            Grant retry = Objects.requireNonNull(budget.withdraw(0, FailureKind.TIMEOUT));
            assertThat(withdrawAll(budget, FailureKind.TIMEOUT)).isEqualTo(1);
            budget.succeeded(retry);
        }
        assertThat(refunding.snapshot().tokens()).isEqualTo(10);
        assertThat(keeping.snapshot().tokens()).isEqualTo(1);
    }

    @Test
    @DisplayName("RB-1 gRPC: failures cost 1, successes bring the ratio, retries while more than half is left")
    void grpc_chargesFailures() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.grpc(10, 0.1));
        assertThat(budget.snapshot().allowed()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            budget.failed(FailureKind.TIMEOUT);
            Objects.requireNonNull(budget.withdraw(0, FailureKind.TIMEOUT)).giveBack(); // it was the failure that paid
        }
        budget.failed(FailureKind.TRANSIENT);
        assertThat(budget.withdraw(0, FailureKind.TRANSIENT)).isNull();
        assertThat(budget.snapshot()).isEqualTo(new Snapshot(Kind.TOKEN_BUCKET, 0, 0, 0, 5, 10, 4, 1));

        budget.succeeded(null);
        assertThat(budget.snapshot().tokens()).isEqualTo(5.1);
        assertThat(budget.tryWithdraw(0, FailureKind.TRANSIENT)).isTrue();
        for (int i = 0; i < 30; i++) {
            budget.failed(FailureKind.TRANSIENT);
        }
        assertThat(budget.snapshot().tokens()).isZero();
        succeed(budget, 50);
        assertThat(budget.tryWithdraw(0, FailureKind.TRANSIENT)).isFalse();
        succeed(budget, 1);
        assertThat(budget.tryWithdraw(0, FailureKind.TRANSIENT)).isTrue();
    }

    @Test
    @DisplayName("RB-1 a retry that never started is given back at its price, and never beyond the capacity")
    void retryGivenBack_canBeHadAgain() {
        RetryBudget budget =
                RetryBudget.tokenBucket(TokenBucket.aws().capacity(12).initial(11));
        Grant unused = Objects.requireNonNull(budget.withdraw(3, FailureKind.TIMEOUT));
        assertThat(budget.withdraw(3, FailureKind.TRANSIENT)).isNull();

        unused.giveBack();
        assertThat(budget.snapshot().tokens()).isEqualTo(11);
        unused.giveBack();
        assertThat(budget.snapshot().tokens())
                .as("the second time it does nothing")
                .isEqualTo(11);

        Grant before = Objects.requireNonNull(budget.withdraw(3, FailureKind.TIMEOUT));
        succeed(budget, 5);
        before.giveBack();
        assertThat(budget.snapshot().tokens()).isEqualTo(12);
        assertThat(budget)
                .hasToString("RetryBudget[TokenBucket[capacity=12.0, initial=11.0, refill=1.0, "
                        + "costs=Costs[transientFailure=5.0, overload=5.0, timeout=10.0], charging=RETRIES, "
                        + "refunding=true]]");
    }

    @Test
    @DisplayName("RB-1 a configuration error names field, rule and value")
    void wrongSettings_areAllNamed() {
        TokenBucket wrong = new TokenBucket(10, 11, 0, new Costs(11, 0, Double.NaN), Charging.RETRIES, true);
        assertThat(wrong.check().problems())
                .containsExactly(
                        "initial must be 0 to the capacity, 10.0: 11.0",
                        "refill must be 0.001 to the capacity, 10.0: 0.0",
                        "costs.transientFailure must be 0.001 to the capacity, 10.0: 11.0",
                        "costs.overload must be 0.001 to the capacity, 10.0: 0.0",
                        "costs.timeout must be 0.001 to the capacity, 10.0: NaN");
        assertThat(TokenBucket.grpc(2, 0.1)
                        .refunding(true)
                        .costs(0.5, 1, 0.5)
                        .check()
                        .problems())
                .containsExactly(
                        "costs.overload must be 0.001 to less than half of the capacity, 2.0, or there is never a "
                                + "retry: 1.0",
                        "refunding must be false where failures are charged: true");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        RetryBudget.tokenBucket(TokenBucket.aws().capacity(0.5).refill(0.1)))
                .withMessageContaining("capacity must be 1 to 1000000: 0.5");
        assertThat(TokenBucket.aws().capacity(1e6).check().problems()).isEmpty();
    }

    @Test
    @DisplayName("T-69 however many threads ask at once, no more is granted than the tokens pay for")
    void threads_neverOverdraw() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.aws());
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

    @Test
    void threadsThatTakeGiveBackAndSucceed_keepTheBooks() {
        RetryBudget budget = RetryBudget.tokenBucket(
                TokenBucket.aws().capacity(60).initial(20).costs(5, 5, 10));
        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 5_000; i++) {
                Grant unused = budget.withdraw(0, FailureKind.TIMEOUT);
                if (unused != null) {
                    assertThat(budget.snapshot().tokens()).isBetween(0.0, 60.0);
                    unused.giveBack();
                }
            }
            for (int i = 0; i < 4; i++) {
                budget.succeeded(null);
            }
        });
        Snapshot snapshot = budget.snapshot();
        assertThat(snapshot.tokens()).isEqualTo(52);
        assertThat(snapshot.withdrawn() + snapshot.denied()).isEqualTo(40_000);
    }
}
