package dev.plimsoll;

import dev.plimsoll.call.Event.Tried;
import dev.plimsoll.call.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * How the attempts of one call went, for whoever hears of its end. Kept only while somebody does, and made with the first
 * setback: a call that goes well at once has none.
 *
 * <p><b>Threading:</b> for the thread of the call.
 */
final class Course {

    private static final int KEPT = 10;

    private final ArrayDeque<Tried> last = new ArrayDeque<>(2);
    private long since; // when the attempt that is next comes to the gates, in nanoseconds since the call began

    /** That of a call whose first attempt was good. */
    static List<Tried> ofOne(long elapsedNanos) {
        return List.of(good(1, 0, elapsedNanos));
    }

    private static Tried good(int number, long from, long until) {
        return new Tried(number, from, until, Verdict.SUCCESS, null, null);
    }

    /** An attempt was not good, or was not started. */
    void add(int number, Ending ending, long until) {
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(new Tried(number, since, until, ending.judgement().verdict(), ending.error(), ending.refusal()));
        since = until;
    }

    /** The next attempt follows after a pause. */
    void pause(long nanos) {
        since += nanos;
    }

    /** {@return all so far} */
    List<Tried> all() {
        return List.copyOf(last);
    }

    /** {@return all so far, and the one that was good} */
    List<Tried> answered(int number, long until) {
        List<Tried> all = new ArrayList<>(last);
        if (all.size() == KEPT) {
            all.remove(0);
        }
        all.add(good(number, Math.min(since, until), until));
        return List.copyOf(all);
    }
}
