package dev.plimsoll;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Work;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value, and how it came about.
 *
 * @param value what the caller gets; may be null
 * @param rung who answered
 * @param attempts how many attempts were started, 0 when the first was refused
 * @param leg which leg of the last attempt the value is of, 1 for the first: another one where the guard hedges; 0 when it
 *     is not the work's
 * @param <T> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record Answer<T extends @Nullable Object>(T value, Rung rung, int attempts, int leg) {

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
            InForce inForce, Work<T, X> work, @Nullable Instead<T> instead) throws X {
        AtomicReference<@Nullable Attempt> last =
                new AtomicReference<>(); // the legs of one write it on several threads
        AttemptWork<T, X> noted = attempt -> {
            Attempt unused = last.accumulateAndGet(attempt, Answer::later);
            return work.call();
        };
        Assembly now = inForce.entered(); // nothing between here and the call may fail
        T value = now.engine().call(noted, true, instead == null ? null : instead.of(now.parts()));
        Attempt seen = last.get();
        Rung rung = instead == null ? Rung.WORK : instead.answeredBy;
        return new Answer<>(value, rung, seen == null ? 0 : seen.number(), rung == Rung.WORK ? leg(seen) : 0);
    }

    /** A leg that has lost may begin when the next attempt has begun already. */
    private static @Nullable Attempt later(@Nullable Attempt before, @Nullable Attempt now) {
        return before != null && now != null && before.number() > now.number() ? before : now;
    }

    private static int leg(@Nullable Attempt attempt) {
        return attempt instanceof AsyncAttempt<?> hedged ? hedged.decider() : 1;
    }
}
