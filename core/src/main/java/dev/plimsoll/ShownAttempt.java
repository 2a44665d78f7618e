package dev.plimsoll;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Deadline;

/** An attempt as its work sees it. */
record ShownAttempt(String dependency, int number, Deadline deadline) implements Attempt {

    /** For work that does not look at it. */
    static final Attempt UNSEEN = new ShownAttempt("", 0, Deadline.none());
}
