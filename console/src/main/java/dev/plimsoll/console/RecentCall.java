package dev.plimsoll.console;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import org.jspecify.annotations.Nullable;

/**
 * One of the last calls, in words: nothing of the user's is held on to.
 *
 * @param atMillis the time of day at which it ended, since the epoch
 * @param dependency the guard's name, with its key
 * @param end how it ended
 * @param attempts how many there were
 * @param micros how long it took
 * @param why the error or the refusal; empty when it was answered
 */
record RecentCall(long atMillis, String dependency, Event.End end, int attempts, long micros, String why) {

    private static final int LONGEST = 200;

    static RecentCall of(CallEnded call, long atMillis) {
        return new RecentCall(
                atMillis, call.dependency(), call.end(), call.attempts(), call.elapsedNanos() / 1_000, why(call));
    }

    private static String why(CallEnded call) {
        if (call.end() == Event.End.REFUSED && call.refusal() != null) {
            return call.refusal().gate() + ": " + call.refusal().detail();
        }
        return call.error() == null ? "" : shown(call.error());
    }

    /** An error in words, also one whose message cannot be read. */
    static String shown(Throwable error) {
        String message = messageOf(error);
        String type = error.getClass().getSimpleName();
        String text = message == null ? type : type + ": " + message;
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static @Nullable String messageOf(Throwable error) {
        try {
            return error.getMessage();
        } catch (RuntimeException unreadable) {
            return "(its message cannot be read)";
        }
    }
}
