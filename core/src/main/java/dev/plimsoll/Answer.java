package dev.plimsoll;

import org.jspecify.annotations.Nullable;

/**
 * A value, and how it came about.
 *
 * @param value what the caller gets; may be null
 * @param rung who answered
 * @param attempts how many attempts were started, 0 when the first was refused
 * @param <T> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record Answer<T extends @Nullable Object>(T value, Rung rung, int attempts) {

    /** Who answered. */
    public enum Rung {
        /** The work itself. */
        WORK,
        /** What the caller provided for the case that the work is refused. */
        REFUSED,
        /** A slower path of the fallback. */
        SLOWER,
        /** The last good value, by the fallback. */
        STALE,
        /** The default of the fallback. */
        DEFAULT,
        /** Nobody yet: the fallback has put into a queue what was asked for. */
        LATER
    }
}
