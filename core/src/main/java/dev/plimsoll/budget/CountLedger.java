package dev.plimsoll.budget;

/**
 * Grants a retry while those of the window are fewer than a fixed number. The window and its bound are those of
 * {@link ChargedWindow}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class CountLedger implements Ledger {
    private final FixedCount settings;
    private final ChargedWindow retries;

    /** An empty ledger of sound settings. */
    CountLedger(FixedCount settings, long origin) {
        this.settings = settings;
        this.retries = new ChargedWindow(settings.over().toNanos(), origin);
    }

    @Override
    public boolean tryWithdraw(long now, FailureKind failure) {
        return retries.tryCharge(now, settings.count());
    }

    @Override
    public void giveBack(long withdrawn, FailureKind failure) {
        retries.giveBack(withdrawn);
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        return new RetryBudget.Snapshot(
                RetryBudget.Kind.FIXED_COUNT,
                0,
                retries.count(now),
                settings.count(),
                0,
                0,
                retries.withdrawn(),
                retries.denied());
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
