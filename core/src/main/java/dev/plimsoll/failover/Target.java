package dev.plimsoll.failover;

import java.util.concurrent.atomic.LongAdder;

/**
 * The primary, or a backup.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
record Target<C>(String name, C client, Tally tally) {

    /** What it has done; outlives a configuration. */
    static final class Tally {
        final LongAdder answered = new LongAdder();
        final LongAdder passedOver = new LongAdder();
        final LongAdder ended = new LongAdder();
    }

    FailoverSnapshot.Target snapshot() {
        return new FailoverSnapshot.Target(name, tally.answered.sum(), tally.passedOver.sum(), tally.ended.sum());
    }
}
