package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Deadline;

/** The first attempt of a call that nobody waits for. */
final class AnyAttempt implements Attempt {

    @Override
    public String dependency() {
        return "stress";
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public Deadline deadline() {
        return Deadline.none();
    }
}
