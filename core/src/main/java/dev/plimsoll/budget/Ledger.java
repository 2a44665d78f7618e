package dev.plimsoll.budget;

/** The kind of a budget: what it takes to be granted a retry. */
sealed interface Ledger permits RatioLedger, UnlimitedLedger {

    /** See {@link RetryBudget#deposit(long)}. */
    void deposit(long now);

    /** See {@link RetryBudget#tryWithdraw(long)}. */
    boolean tryWithdraw(long now);

    /** See {@link RetryBudget#giveBack(long)}. */
    void giveBack(long withdrawn);

    /** See {@link RetryBudget#snapshot()}. */
    RetryBudget.Snapshot snapshot(long now);
}
