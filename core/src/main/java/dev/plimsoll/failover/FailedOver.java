package dev.plimsoll.failover;

import dev.plimsoll.call.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call went on to a backup: one of these per call whose primary was passed over, when the call is over.
 *
 * @param dependency the name of the failover
 * @param target who answered; null when nobody did
 * @param passedOver who refused or failed before, in the order of asking
 * @param errors what they threw, oldest first, at most the last ten; with that of the last one, when nobody answered
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record FailedOver(String dependency, @Nullable String target, List<String> passedOver, List<Throwable> errors)
        implements Event {

    /** Copies the lists. */
    public FailedOver {
        passedOver = List.copyOf(passedOver);
        errors = List.copyOf(errors);
    }
}
