package dev.plimsoll;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.timeout.Pulse;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as its work sees it.
 *
 * @param pulse hears the work's beats; null when nobody listens for them
 */
record ShownAttempt(
        String dependency,
        int number,
        Deadline deadline,
        @Nullable Pulse pulse) implements Attempt {

    /** For work that does not look at it. */
    static final Attempt UNSEEN = new ShownAttempt("", 0, Deadline.none(), null);

    @Override
    public void beat() {
        if (pulse != null) {
            pulse.beat();
        }
    }
}
