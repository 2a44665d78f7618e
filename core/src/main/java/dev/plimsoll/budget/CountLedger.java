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
    private final Tally tally;

    /** An empty ledger of sound settings. */
    CountLedger(FixedCount settings, long origin, Tally tally) {
        this(settings, new ChargedWindow(settings.over().toNanos(), origin), tally);
    }

    private CountLedger(FixedCount settings, ChargedWindow retries, Tally tally) {
        this.settings = settings;
        this.retries = retries;
        this.tally = tally;
    }

    /** The ledger by other settings: with the same retries while the window is as long. */
    CountLedger with(FixedCount others, long now) {
        if (others.equals(settings)) {
            return this;
        }
        return others.over().equals(settings.over())
                ? new CountLedger(others, retries, tally)
                : new CountLedger(others, now, tally);
    }

    @Override
    public boolean tryWithdraw(long now, FailureKind failure) {
        return tally.granted(retries.tryCharge(now, settings.count()));
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
                tally.withdrawn(),
                tally.denied());
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
