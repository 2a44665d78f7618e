package dev.plimsoll.budget;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many retries a budget has granted and refused since it was made, whatever its ledger was meanwhile.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; exact at quiescence.
 */
final class Tally {
    private final LongAdder withdrawn = new LongAdder();
    private final LongAdder denied = new LongAdder();

    /** Counts an answer, and passes it on. */
    boolean granted(boolean isGranted) {
        (isGranted ? withdrawn : denied).increment();
        return isGranted;
    }

    /** How many were ever granted, those given back included. */
    long withdrawn() {
        return withdrawn.sum();
    }

    /** How many were ever refused. */
    long denied() {
        return denied.sum();
    }
}
