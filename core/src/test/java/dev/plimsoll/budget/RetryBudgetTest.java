package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.budget.WindowedRatio.Combination;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RB-1 retry budget")
final class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    @DisplayName("RB-1 by default the greater of 10 % of the calls and 10 per second over 10 s")
    void defaults_areTheGreaterOfShareAndMinimum() {
        RatioLedger few = new RatioLedger(WindowedRatio.defaults(), 7, new Tally());
        RatioLedger many = new RatioLedger(WindowedRatio.defaults(), 7, new Tally());
        deposit(few, 999, 7);
        deposit(many, 5_000, 7);

        assertThat(withdrawAll(few, 7)).isEqualTo(100);
        assertThat(withdrawAll(many, 7)).isEqualTo(500);
    }

    @Test
    @DisplayName("RB-1 the seed's budget: 10 % or 10, whichever is more, in one second")
    void seedsBudget_allowsTenPercentOrTen() {
        WindowedRatio seed = WindowedRatio.defaults().over(Duration.ofSeconds(1));

        RatioLedger idle = new RatioLedger(seed, 0, new Tally());
        assertThat(withdrawAll(idle, 0)).isEqualTo(10);
        assertThat(withdrawAll(idle, SECOND - 1)).isZero();
        assertThat(withdrawAll(idle, SECOND + SECOND / 10)).isEqualTo(10);

        RatioLedger busy = new RatioLedger(seed, 0, new Tally());
        deposit(busy, 250, 0);
        assertThat(withdrawAll(busy, 0)).isEqualTo(25);
    }

    @Test
    @DisplayName("RB-1 share and minimum added, as in Finagle, by name")
    void sum_addsShareAndMinimum() {
        RatioLedger ledger = new RatioLedger(
                WindowedRatio.defaults().ratio(0.2).combinedAs(Combination.SUM), Long.MAX_VALUE, new Tally());
        deposit(ledger, 1_000, Long.MIN_VALUE);

        assertThat(withdrawAll(ledger, Long.MIN_VALUE)).isEqualTo(300);
    }

    @Test
    void ratiosThatBinaryFractionsCannotHold_areExact() {
        for (int percent = 1; percent <= 100; percent++) {
            RatioLedger ledger = new RatioLedger(
                    WindowedRatio.defaults().ratio(percent / 100.0).minimumPerSecond(0), 0, new Tally());
            deposit(ledger, 100, 0);

            assertThat(withdrawAll(ledger, 0)).isEqualTo(percent);
        }
    }

    @Test
    @DisplayName("RB-1 a retry that never started is given back")
    void retryGivenBack_canBeHadAgain() {
        RatioLedger ledger = new RatioLedger(WindowedRatio.defaults().ratio(0), -1, new Tally());
        assertThat(withdrawAll(ledger, -1)).isEqualTo(100);

        ledger.giveBack(-1, FailureKind.TRANSIENT);

        assertThat(ledger.tryWithdraw(5, FailureKind.TRANSIENT)).isTrue();
        assertThat(ledger.tryWithdraw(5, FailureKind.TRANSIENT)).isFalse();
        assertThat(ledger.snapshot(5))
                .isEqualTo(new RetryBudget.Snapshot(RetryBudget.Kind.WINDOWED_RATIO, 0, 100, 100, 0, 0, 101, 2));
    }

    @Test
    void chargeThatHasLeftTheWindow_isNotGivenBackTwice() {
        RatioLedger ledger = new RatioLedger(WindowedRatio.defaults(), 0, new Tally());
        assertThat(withdrawAll(ledger, 0)).isEqualTo(100);
        assertThat(withdrawAll(ledger, 11 * SECOND)).isEqualTo(100);

        ledger.giveBack(0, FailureKind.TRANSIENT);
        ledger.giveBack(5 * SECOND, FailureKind.TRANSIENT);
        ledger.giveBack(50 * SECOND, FailureKind.TRANSIENT);

        assertThat(ledger.tryWithdraw(11 * SECOND, FailureKind.TRANSIENT)).isFalse();
    }

    @Test
    @DisplayName("RB-1 T-06 a clock that runs backwards grants no more")
    void clockThatRunsBackwards_grantsNoMore() {
        RatioLedger ledger = new RatioLedger(WindowedRatio.defaults(), 0, new Tally());
        assertThat(withdrawAll(ledger, 60 * SECOND)).isEqualTo(100);

        assertThat(withdrawAll(ledger, 59 * SECOND)).isZero();
        assertThat(withdrawAll(ledger, 0)).isZero();
        assertThat(withdrawAll(ledger, -1)).isZero();
    }

    @Test
    @DisplayName("T-69 of 1000 simultaneous failures at most 200 are retried with a 20 % budget")
    void simultaneousFailures_stayWithinTheBudget() {
        RetryBudget budget = RetryBudget.create(b -> b.ratio(0.2), VirtualTime.startingAt(0, 1));
        AtomicInteger started = new AtomicInteger();

        for (int i = 0; i < 1_000; i++) {
            budget.deposit(0);
        }
        Rendezvous.threads(50, () -> {
            for (int i = 0; i < 20; i++) {
                if (budget.tryWithdraw(0, FailureKind.TRANSIENT)) {
                    started.incrementAndGet();
                }
            }
        });

        assertThat(started.get()).isEqualTo(200);
    }

    @Test
    @DisplayName("RB-1 threads that withdraw and give back at once keep the books")
    void threadsThatWithdrawAndGiveBack_keepTheBooks() {
        RatioLedger ledger = new RatioLedger(WindowedRatio.defaults().over(Duration.ofSeconds(1)), 0, new Tally());
        AtomicInteger out = new AtomicInteger();

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 5_000; i++) {
                if (ledger.tryWithdraw(3, FailureKind.TRANSIENT)) {
                    assertThat(out.incrementAndGet()).isLessThanOrEqualTo(10);
                    out.decrementAndGet();
                    ledger.giveBack(3, FailureKind.TRANSIENT);
                }
            }
        });

        assertThat(ledger.snapshot(3).retries()).isZero();
        assertThat(ledger.snapshot(3).withdrawn() + ledger.snapshot(3).denied()).isEqualTo(40_000);
    }

    @Test
    @DisplayName("RB-2 five layers of three attempts: 243 times without budgets, at most 1.1^5 = 1.61 times with 10 %")
    void fiveLayers_areAmplifiedNoMoreThanTheirBudgetsAllow() {
        int calls = 5_000;
        RetryBudget[] unlimited = new RetryBudget[5];
        RetryBudget[] limited = new RetryBudget[5];
        for (int i = 0; i < 5; i++) {
            unlimited[i] = RetryBudget.unlimited();
            limited[i] = RetryBudget.create(b -> b.minimumPerSecond(0), VirtualTime.startingAt(0, 1));
        }

        long storm = 0;
        long contained = 0;
        for (int i = 0; i < calls; i++) {
            long now = i * SECOND / 100;
            storm += bottomCalls(unlimited, 0, now);
            contained += bottomCalls(limited, 0, now);
        }

        assertThat(storm).isEqualTo(243L * calls);
        assertThat(contained).isGreaterThan(calls).isLessThanOrEqualTo((long) (Math.pow(1.1, 5) * calls));
    }

    @Test
    void snapshot_isOfTheBudgetsOwnClock() {
        VirtualTime time = VirtualTime.startingAt(0, 1);
        RetryBudget budget = RetryBudget.create(b -> b.ratio(0.5), time);
        for (int i = 0; i < 300; i++) {
            budget.deposit(time.coarse());
        }
        assertThat(budget.tryWithdraw(time.coarse(), FailureKind.TRANSIENT)).isTrue();

        assertThat(budget.snapshot())
                .isEqualTo(new RetryBudget.Snapshot(RetryBudget.Kind.WINDOWED_RATIO, 300, 1, 150, 0, 0, 1, 0));
        assertThat(budget)
                .hasToString("RetryBudget[WindowedRatio[ratio=0.5, minimumPerSecond=10.0, over=PT10S, "
                        + "combinedAs=MAX]]");
    }

    @Test
    void unlimited_grantsEverything() {
        RetryBudget budget = RetryBudget.unlimited();
        budget.deposit(1);

        Objects.requireNonNull(budget.withdraw(1, FailureKind.TRANSIENT)).giveBack();
        assertThat(budget.snapshot())
                .isEqualTo(new RetryBudget.Snapshot(RetryBudget.Kind.UNLIMITED, 0, 0, Long.MAX_VALUE, 0, 0, 0, 0));
        assertThat(RetryBudget.unlimited()).isSameAs(budget).hasToString("RetryBudget[unlimited]");
    }

    @Test
    @DisplayName("CA-4 budgets are shared objects, compared by identity; their settings by value")
    void budgets_areComparedByIdentity() {
        assertThat(RetryBudget.ratio(0.1)).isNotEqualTo(RetryBudget.ratio(0.1));
        assertThat(WindowedRatio.defaults().ratio(0.2).over(Duration.ofSeconds(1)))
                .isEqualTo(new WindowedRatio(0.2, 10, Duration.ofSeconds(1), Combination.MAX));
    }

    @Test
    void settingsThatCannotWork_areAllListed() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> RetryBudget.create(
                        b -> b.ratio(Double.NaN).minimumPerSecond(-1).over(Duration.ZERO)))
                .satisfies(e -> assertThat(e.problems())
                        .containsExactly(
                                "ratio must be 0 to 10: NaN",
                                "minimumPerSecond must be 0 to 1000000: -1.0",
                                "over must be 100 ms to one hour: PT0S"));
        assertThat(WindowedRatio.defaults().minimumPerSecond(0.05).problems())
                .containsExactly("minimumPerSecond must be 0 or come to at least one retry over PT10S: 0.05");
        assertThat(WindowedRatio.defaults()
                        .over(Duration.ofSeconds(Long.MAX_VALUE))
                        .problems())
                .hasSize(1);
        assertThat(WindowedRatio.defaults()
                        .ratio(10)
                        .minimumPerSecond(1e6)
                        .over(Duration.ofHours(1))
                        .problems())
                .isEmpty();
        assertThat(WindowedRatio.defaults().ratio(0).minimumPerSecond(0).problems())
                .isEmpty();
    }

    @Test
    @DisplayName("RB-1 kinds of failure: overload by the verdict, timeouts by their type, else transient")
    void failureKinds_areToldApart() {
        TimeoutExceededException own =
                new TimeoutExceededException("prices", TimeoutExceededException.Limit.ATTEMPT, 1, false);
        assertThat(FailureKind.of(Outcome.threw(own), Judgement.OVERLOAD)).isEqualTo(FailureKind.OVERLOAD);
        for (Exception timeout :
                new Exception[] {own, new TimeoutException(), new SocketTimeoutException(), new CompletionException(own)
                }) {
            assertThat(FailureKind.of(Outcome.threw(timeout), Judgement.TRANSIENT))
                    .isEqualTo(FailureKind.TIMEOUT);
        }
        for (Outcome outcome : new Outcome[] {
            Outcome.returned("pending"), Outcome.threw(new IOException()), Outcome.threw(new CompletionException(null))
        }) {
            assertThat(FailureKind.of(outcome, Judgement.TRANSIENT)).isEqualTo(FailureKind.TRANSIENT);
        }
    }

    private static long bottomCalls(RetryBudget[] layers, int layer, long now) {
        if (layer == layers.length) {
            return 1;
        }
        layers[layer].deposit(now);
        long calls = bottomCalls(layers, layer + 1, now);
        for (int retry = 0; retry < 2 && layers[layer].tryWithdraw(now, FailureKind.TRANSIENT); retry++) {
            calls += bottomCalls(layers, layer + 1, now);
        }
        return calls;
    }

    private static void deposit(Ledger ledger, int calls, long now) {
        for (int i = 0; i < calls; i++) {
            ledger.deposit(now);
        }
    }

    private static int withdrawAll(Ledger ledger, long now) {
        int granted = 0;
        while (ledger.tryWithdraw(now, FailureKind.TRANSIENT)) {
            granted++;
        }
        return granted;
    }
}
