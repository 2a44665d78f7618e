package dev.plimsoll.budget;

import org.jspecify.annotations.Nullable;

/** The kind of a budget: what it takes to be granted a retry. */
sealed interface Ledger permits CountLedger, RatioLedger, TokenLedger, UnlimitedLedger {

    /** See {@link RetryBudget#deposit(long)}. */
    default void deposit(long now) {
        // A kind that does not depend on how many calls there are.
    }

    /** See {@link RetryBudget#tryWithdraw(long, FailureKind)}. */
    boolean tryWithdraw(long now, FailureKind failure);

    /** See {@link Grant#giveBack()}. */
    void giveBack(long withdrawn, FailureKind failure);

    /** See {@link RetryBudget#hearsSuccesses()}. */
    default boolean hearsSuccesses() {
        return false;
    }

    /** See {@link RetryBudget#succeeded(Grant)}. */
    default void succeeded(@Nullable FailureKind retriedAfter) {
        // A kind that successes do not refill.
    }

    /** See {@link RetryBudget#hearsFailures()}. */
    default boolean hearsFailures() {
        return false;
    }

    /** See {@link RetryBudget#failed(FailureKind)}. */
    default void failed(FailureKind failure) {
        // A kind that charges retries, not failures.
    }

    /** See {@link RetryBudget#snapshot()}. */
    RetryBudget.Snapshot snapshot(long now);
}
