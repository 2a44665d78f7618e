package dev.plimsoll;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import org.jspecify.annotations.Nullable;

/**
 * What was named about running work more than once.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class NamedRepeats {

    @Nullable
    Retry retry;

    @Nullable
    RetryBudget budget;

    @Nullable
    Hedge hedge;

    void check(Check check) {
        if (retry != null) {
            GuardConfig.part(check, "retry", retry::check);
        }
        if (hedge != null) {
            GuardConfig.part(check, "hedge", hedge::check);
            boolean repeatable = retry == null || retry.isIdempotent();
            check.that(repeatable, "hedge", "needs work that may run twice", "retry.nonIdempotent()");
        }
        check.that(
                budget == null || retry != null || hedge != null, "retryBudget", "needs a retry or a hedge", "neither");
    }
}
