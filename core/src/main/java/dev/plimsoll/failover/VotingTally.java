package dev.plimsoll.failover;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a {@link Voting} has done.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class VotingTally {

    private final LongAdder decided = new LongAdder();
    private final LongAdder undecided = new LongAdder();
    private final LongAdder givenUp = new LongAdder();
    private final LongAdder dissents = new LongAdder();

    void ended(boolean majority, int against) {
        (majority ? decided : undecided).increment();
        dissents.add(against);
    }

    void givenUp() {
        givenUp.increment();
    }

    VotingSnapshot snapshot(String name) {
        return new VotingSnapshot(name, decided.sum(), undecided.sum(), givenUp.sum(), dissents.sum());
    }
}
