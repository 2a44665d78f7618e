package dev.plimsoll.budget;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A retry or hedge that a {@link RetryBudget} has granted, to be given back when it is never started.
 *
 * <p>It knows by which terms it was granted, so that a budget which was reconfigured meanwhile gets back exactly what it
 * was charged, and nothing when it counts anew.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Grant {

    private final Ledger ledger;
    private final long instant;
    private final FailureKind failure;
    private final AtomicBoolean returned = new AtomicBoolean();

    Grant(Ledger ledger, long instant, FailureKind failure) {
        this.ledger = ledger;
        this.instant = instant;
        this.failure = failure;
    }

    /**
     * Gives back what was granted, because the retry never started. A grant that has left the window is not given back,
     * for it is no longer charged; nor is the charge for a failure, which did happen. The second time it does nothing.
     */
    public void giveBack() {
        if (returned.compareAndSet(false, true)) {
            ledger.giveBack(instant, failure);
        }
    }

    /**
     * After what it was granted.
     *
     * @return as it was asked for
     */
    public FailureKind failure() {
        return failure;
    }

    boolean isOf(Ledger other) {
        return ledger == other;
    }
}
