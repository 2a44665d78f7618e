package dev.plimsoll;

import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Work;
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

    /** Makes a call and says how its answer came about. */
    static <T extends @Nullable Object, X extends Exception> Answer<T> by(
            BlockingEngine engine, Work<T, X> work, @Nullable Instead<T> instead) throws X {
        int[] attempts = new int[1];
        AttemptWork<T, X> counted = attempt -> {
            attempts[0] = attempt.number();
            return work.call();
        };
        T value = engine.call(counted, true, instead);
        return new Answer<>(value, instead == null ? Rung.WORK : instead.answeredBy, attempts[0]);
    }
}
