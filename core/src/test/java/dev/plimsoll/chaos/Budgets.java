package dev.plimsoll.chaos;

import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.budget.WindowedRatio;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.SplittableRandom;

/** A retry budget of any kind. Each is usable again after a minute of good calls, one a second. */
record Budgets(String words, RetryBudget budget) {

    static Budgets draw(SplittableRandom random, VirtualTime time) {
        Duration window = SetUp.millis(random, 1_000, 5_000);
        int many = 1 + random.nextInt(10);
        int kind = random.nextInt(5);
        RetryBudget budget = switch (kind) {
            case 0 ->
                RetryBudget.create(b -> b.ratio(0.1).minimumPerSecond(many).over(window), time);
            case 1 ->
                RetryBudget.create(
                        b -> b.ratio(0.2).minimumPerSecond(many).over(window).combinedAs(WindowedRatio.Combination.SUM),
                        time);
            case 2 -> RetryBudget.tokenBucket(TokenBucket.grpc(4 + many, 0.5), time);
            case 3 ->
                RetryBudget.tokenBucket(TokenBucket.aws().capacity(20 + many).initial(20), time);
            default -> RetryBudget.fixedCount(FixedCount.defaults().count(many).over(window), time);
        };
        return new Budgets("budget " + kind + " of " + many + " over " + window, budget);
    }
}
