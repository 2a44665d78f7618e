package dev.plimsoll.budget;

/**
 * Grants everything and counts nothing.
 *
 * <p><b>Threading:</b> immutable.
 */
final class UnlimitedLedger implements Ledger {
    @Override
    public boolean tryWithdraw(long now, FailureKind failure) {
        return true;
    }

    @Override
    public void giveBack(long withdrawn, FailureKind failure) {
        // Nothing was taken.
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        return new RetryBudget.Snapshot(RetryBudget.Kind.UNLIMITED, 0, 0, Long.MAX_VALUE, 0, 0, 0, 0);
    }

    @Override
    public String toString() {
        return "unlimited";
    }
}
