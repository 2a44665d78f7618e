package dev.plimsoll.budget;

/**
 * Grants everything and counts nothing.
 *
 * <p><b>Threading:</b> immutable.
 */
final class UnlimitedLedger implements Ledger {
    @Override
    public void deposit(long now) {
        // A budget without limit need not know how many calls there are.
    }

    @Override
    public boolean tryWithdraw(long now) {
        return true;
    }

    @Override
    public void giveBack(long withdrawn) {
        // Nothing was taken.
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        return new RetryBudget.Snapshot(0, 0, Long.MAX_VALUE, 0, 0);
    }

    @Override
    public String toString() {
        return "unlimited";
    }
}
