package dev.plimsoll.fallback;

import dev.plimsoll.call.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fallback was asked, after the call itself was over: at most one of these per call, after its terminal event.
 *
 * @param dependency the guard's name
 * @param rung which rung answered; null when none did, and the caller got what it would have got without a fallback
 * @param failures what the rungs threw that were asked before, in their order
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record FallbackAsked(String dependency, @Nullable Rung rung, List<Throwable> failures) implements Event {

    /** Copies the list. */
    public FallbackAsked {
        failures = List.copyOf(failures);
    }
}
