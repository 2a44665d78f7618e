package dev.plimsoll.hedge;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A leg of an attempt is over: exactly one of these per leg that was started, of attempts that may be hedged.
 *
 * @param dependency the guard's name
 * @param number which attempt, from 1
 * @param leg which leg of it, from 1
 * @param result what became of it
 * @param verdict what its outcome meant to the gates; IGNORED when it was cancelled, unless it had been slow by then
 * @param elapsedNanos how long it ran
 * @param error what it threw; null when it did not
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record LegEnded(
        String dependency,
        int number,
        int leg,
        Result result,
        Verdict verdict,
        long elapsedNanos,
        @Nullable Throwable error)
        implements Event {

    /** What became of a leg. */
    public enum Result {
        /** It has decided how the attempt ended. */
        DECIDED,
        /** It failed, and others were under way, or had decided before. */
        FAILED,
        /** It was cancelled, for another one had decided. */
        CANCELLED,
        /** It ended when another one had decided just before. */
        TOO_LATE
    }
}
