package dev.plimsoll.budget;

import dev.plimsoll.bench.lincheck.Alone;
import dev.plimsoll.bench.lincheck.Linearizability;
import dev.plimsoll.bench.lincheck.Race;
import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.budget.WindowedRatio.Combination;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.function.Function;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Retry budgets of all kinds against the naive ones, which keep lists of everything: calls are paid in, retries are granted,
 * given back and answered. T-69, and for budgets what T-88 is for rates: check, then act.
 *
 * <p>Without the compare-and-set of {@code ChargedWindow.tryCharge()} (a plain write of the charges) the windowed kinds fail:
 * two are granted the last retry. In the token buckets the lines are the compare-and-exchange of
 * {@code Tokens.tryTake()} and the compare-and-set of {@code Tokens.takeAtMost()}.
 */
@Tag("lincheck")
final class RetryBudgetLincheckTest {

    private static final long STEP = Duration.ofSeconds(4).toNanos();
    private static final WindowedRatio MAX =
            WindowedRatio.defaults().ratio(0.5).minimumPerSecond(0.1).over(Duration.ofSeconds(10));
    private static final WindowedRatio SUM = MAX.combinedAs(Combination.SUM);
    private static final FixedCount COUNT = FixedCount.defaults().count(2).over(Duration.ofSeconds(10));
    private static final TokenBucket RETRIES = TokenBucket.aws().capacity(10);
    private static final TokenBucket FAILURES = TokenBucket.grpc(4, 0.5);

    @Test
    @GuardingLine(
            against = "T-69",
            in = ChargedWindow.class,
            method = "tryCharge",
            line = "if (CHARGES.compareAndSet(this, before, before.plus(epoch))) {",
            without = "charges = before.plus(epoch); if (true) {",
            then = "writes whatever was charged meanwhile")
    @DisplayName("RB-1 T-69 a share of the calls, or a minimum, in every interleaving")
    void windowedRatio_inEveryInterleaving() {
        Linearizability.explore(Max.class, MaxModel.class, lastOne(Max.class), charge(Max.class));
    }

    @Test
    @Tag("racing")
    @DisplayName("RB-1 T-69 a share of the calls and a minimum, of threads that race")
    void windowedRatio_ofRacingThreads() {
        Linearizability.stress(Sum.class, SumModel.class, lastOne(Sum.class), charge(Sum.class));
    }

    @Test
    @GuardingLine(
            against = "T-69",
            in = ChargedWindow.class,
            method = "tryCharge",
            line = "if (CHARGES.compareAndSet(this, before, before.plus(epoch))) {",
            without = "charges = before.plus(epoch); if (true) {",
            then = "writes whatever was charged meanwhile")
    @DisplayName("RB-1 T-69 so many per window, in every interleaving")
    void fixedCount_inEveryInterleaving() {
        Linearizability.explore(Count.class, CountModel.class, lastOne(Count.class), charge(Count.class));
    }

    @Test
    @Tag("racing")
    @DisplayName("RB-1 T-69 so many per window, of threads that race")
    void fixedCount_ofRacingThreads() {
        Linearizability.stress(Count.class, CountModel.class, lastOne(Count.class), charge(Count.class));
    }

    @Test
    @GuardingLine(
            against = "T-69",
            in = Tokens.class,
            method = "tryTake",
            line = "long seen = left.compareAndExchange(before, before - cost);",
            without = "long seen = before; left.set(before - cost);",
            then = "writes whatever is left")
    @DisplayName("RB-1 T-69 tokens that retries take, in every interleaving")
    void tokensForRetries_inEveryInterleaving() {
        Linearizability.explore(Retries.class, RetriesModel.class, lastOne(Retries.class), charge(Retries.class));
    }

    @Test
    @GuardingLine(
            in = Tokens.class,
            method = "takeAtMost",
            line = "while (before > 0 && !left.compareAndSet(before, Math.max(0, before - cost))) {",
            without = "if (before > 0) { left.set(Math.max(0, before - cost)); } if (false) {",
            then = "writes whatever is left")
    @DisplayName("RB-1 T-69 tokens that failures take, in every interleaving")
    void tokensForFailures_inEveryInterleaving() {
        Linearizability.explore(Failures.class, FailuresModel.class, charge(Failures.class), bothFail());
    }

    @Test
    @Tag("racing")
    @DisplayName("RB-1 T-69 tokens, of threads that race")
    void tokens_ofRacingThreads() {
        Linearizability.stress(Retries.class, RetriesModel.class, lastOne(Retries.class), charge(Retries.class));
    }

    /** One is left, and two ask for it. */
    private static Race lastOne(Class<?> operations) {
        return Race.of(operations)
                .does("deposit", 0)
                .does("deposit", 0)
                .does("withdraw", 2)
                .thread()
                .does("withdraw", 0)
                .thread()
                .does("withdraw", 1);
    }

    /** A retry is given back while another one is asked for, and more is paid in. */
    private static Race charge(Class<?> operations) {
        return Race.of(operations)
                .does("withdraw", 0)
                .does("fail", 0)
                .thread()
                .does("giveBack", 0)
                .does("deposit", 0)
                .thread()
                .does("succeed", 1)
                .does("withdraw", 1)
                .then()
                .does("withdraw", 2)
                .does("withdraw", 0);
    }

    /** Two failures take their tokens at once, after which there are too few for a retry. */
    private static Race bothFail() {
        return Race.of(Failures.class)
                .thread()
                .does("fail", 0)
                .thread()
                .does("fail", 1)
                .then()
                .does("withdraw", 0);
    }

    /** The greater of half the calls and one. */
    public static final class Max extends Operations {
        public Max() {
            super(time -> RetryBudget.create(unused -> MAX, time));
        }
    }

    /** Half of the calls, and one. */
    public static final class Sum extends Operations {
        public Sum() {
            super(time -> RetryBudget.create(unused -> SUM, time));
        }
    }

    /** Two. */
    public static final class Count extends Operations {
        public Count() {
            super(time -> RetryBudget.fixedCount(COUNT, time));
        }
    }

    /** Ten tokens, five for each retry. */
    public static final class Retries extends Operations {
        public Retries() {
            super(time -> RetryBudget.tokenBucket(RETRIES, time));
        }
    }

    /** Four tokens, one for each failure, and retries while there are more than two. */
    public static final class Failures extends Operations {
        public Failures() {
            super(time -> RetryBudget.tokenBucket(FAILURES, time));
        }
    }

    /** What calls do with a budget; each keeps what it was granted in a slot. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    public abstract static class Operations {

        private final @Nullable Grant[] grants = new Grant[3];
        private final RetryBudget budget;
        private long now = Long.MAX_VALUE;

        Operations(Function<VirtualTime, RetryBudget> budget) {
            this.budget = budget.apply(VirtualTime.startingAt(now, 1));
        }

        @Operation
        public void deposit(@Param(name = "slot") int slot) {
            budget.deposit(now);
        }

        @Operation
        public boolean withdraw(@Param(name = "slot") int slot) {
            Grant grant = grants[slot] == null ? budget.withdraw(now, FailureKind.TRANSIENT) : null;
            if (grant == null) {
                return false;
            }
            grants[slot] = grant;
            return true;
        }

        @Operation
        public void giveBack(@Param(name = "slot") int slot) {
            Grant grant = grants[slot];
            grants[slot] = null;
            if (grant != null) {
                grant.giveBack();
            }
        }

        @Operation
        public void succeed(@Param(name = "slot") int slot) {
            Grant grant = grants[slot];
            grants[slot] = null;
            budget.succeeded(grant);
        }

        @Operation
        public void fail(@Param(name = "slot") int slot) {
            budget.failed(FailureKind.TRANSIENT);
        }

        @Alone
        @Operation
        public void tick(@Param(name = "slot") int slot) {
            now += STEP;
        }
    }

    /** As {@link Max}. */
    public static final class MaxModel extends RatioModel {
        public MaxModel() {
            super(MAX);
        }
    }

    /** As {@link Sum}. */
    public static final class SumModel extends RatioModel {
        public SumModel() {
            super(SUM);
        }
    }

    /** The naive budget, which keeps a list of all calls and retries. */
    public abstract static class RatioModel extends Model {
        private final NaiveRetryBudget budget;

        RatioModel(WindowedRatio settings) {
            this.budget = new NaiveRetryBudget(settings, 0);
        }

        @Override
        public void deposit(int slot) {
            budget.deposit(now);
        }

        @Override
        boolean grants() {
            return budget.tryWithdraw(now);
        }

        @Override
        void takesBack(long instant) {
            budget.giveBack(instant);
        }
    }

    /** The naive count, which keeps a list of all retries. */
    public static final class CountModel extends Model {
        private final NaiveFixedCount budget = new NaiveFixedCount(COUNT, 0);

        @Override
        boolean grants() {
            return budget.tryWithdraw(now);
        }

        @Override
        void takesBack(long instant) {
            budget.giveBack(instant);
        }
    }

    /** As {@link Retries}. */
    public static final class RetriesModel extends TokenModel {
        public RetriesModel() {
            super(RETRIES);
        }
    }

    /** As {@link Failures}. */
    public static final class FailuresModel extends TokenModel {
        public FailuresModel() {
            super(FAILURES);
        }
    }

    /** The naive bucket, a balance. */
    public abstract static class TokenModel extends Model {
        private final NaiveTokenBucket budget;

        TokenModel(TokenBucket settings) {
            this.budget = new NaiveTokenBucket(settings);
        }

        @Override
        boolean grants() {
            return budget.tryWithdraw(FailureKind.TRANSIENT);
        }

        @Override
        void takesBack(long instant) {
            budget.giveBack(FailureKind.TRANSIENT);
        }

        @Override
        public void fail(int slot) {
            budget.failed(FailureKind.TRANSIENT);
        }

        @Override
        void answered(boolean retried) {
            if (retried) {
                budget.succeededAfter(FailureKind.TRANSIENT);
            } else {
                budget.succeeded();
            }
        }
    }

    /** Who was granted a retry, and when; what that takes is the kinds' business. */
    public abstract static class Model {
        private final @Nullable Long[] grants = new Long[3];
        long now;

        abstract boolean grants();

        abstract void takesBack(long instant);

        void answered(boolean retried) {}

        public void deposit(int slot) {}

        public boolean withdraw(int slot) {
            if (grants[slot] != null || !grants()) {
                return false;
            }
            grants[slot] = now;
            return true;
        }

        public void giveBack(int slot) {
            if (grants[slot] != null) {
                takesBack(grants[slot]);
            }
            grants[slot] = null;
        }

        public void succeed(int slot) {
            answered(grants[slot] != null);
            grants[slot] = null;
        }

        public void fail(int slot) {}

        public void tick(int slot) {
            now += STEP;
        }
    }
}
