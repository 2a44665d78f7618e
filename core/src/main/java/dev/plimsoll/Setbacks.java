package dev.plimsoll;

import dev.plimsoll.budget.Grant;
import dev.plimsoll.call.EarlierErrors;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong in one call so far. Made with the first setback: a call that goes well has none.
 *
 * <p><b>Threading:</b> for the thread of the call.
 */
final class Setbacks {

    private int attempts;
    private boolean counted;
    private boolean charged;
    private long pauseNanos;
    private @Nullable Grant lastRetry;
    private @Nullable Ending last;
    private @Nullable Rejection refusal;
    private @Nullable EarlierErrors earlier;
    private @Nullable Course course;

    /** Adds how an attempt ended, or that it was not admitted. */
    static Setbacks after(@Nullable Setbacks before, Ending ending) {
        Setbacks all = before != null ? before : new Setbacks();
        all.add(ending);
        return all;
    }

    void add(Ending ending) {
        counted |= ending.counted();
        if (ending.ran()) {
            attempts++;
            charged = false;
        }
        if (ending.refusal() != null) {
            refusal = ending.refusal();
            return;
        }
        if (last != null && last.error() != null) {
            keep(last.error());
        }
        last = ending;
    }

    /** Remembers for who will hear of the end how what was added last went, and when it was over. */
    void note(Ending ending, long sinceBegun) {
        Course all = course != null ? course : new Course();
        course = all;
        all.add(ending.ran() ? attempts : attempts + 1, ending, sinceBegun);
    }

    /** How the attempts went that were noted. */
    @Nullable
    Course course() {
        return course;
    }

    private void keep(Throwable error) {
        if (earlier == null) {
            earlier = new EarlierErrors();
        }
        earlier.add(error);
    }

    /** Whether who closes the guards knows of this call, for it was tried again or may be: then its end has to be counted. */
    boolean isCounted() {
        return counted;
    }

    /** Another attempt was charged to the budget, to follow after a pause. */
    void charge(Grant grant, long pause) {
        counted = true;
        charged = true;
        pauseNanos = pause;
        lastRetry = grant;
        if (course != null) {
            course.pause(pause);
        }
    }

    /** How long the latest pause between two attempts was; 0 when there was none. */
    long pauseNanos() {
        return pauseNanos;
    }

    /** What was charged for an attempt that has not run, to be given back; null when there is nothing. */
    @Nullable
    Grant takeCharge() {
        Grant taken = charged ? lastRetry : null;
        charged = false;
        return taken;
    }

    /** What the budget was charged for the latest attempt; null when it was charged nothing. */
    @Nullable
    Grant lastRetry() {
        return lastRetry;
    }

    /** How many attempts were started. */
    int attempts() {
        return attempts;
    }

    /** How the last attempt that was admitted ended, or the wait for it; null when none was. */
    @Nullable
    Ending last() {
        return last;
    }

    Outcome outcome() {
        return last == null ? Outcome.returned(null) : new Outcome(last.value(), last.error());
    }

    /** Why the last attempt was not admitted; null when it was. */
    @Nullable
    Rejection refusal() {
        return refusal;
    }

    /** The rungs of a fallback have failed too; that explains the error of the call like its earlier ones. */
    void addRungs(List<Throwable> failures) {
        failures.forEach(this::keep);
    }

    /** The errors before the last one, oldest first. */
    List<Throwable> earlier() {
        return earlier == null ? List.of() : earlier.all();
    }

    /** All errors, oldest first. */
    List<Throwable> allErrors() {
        if (last != null && last.error() != null) {
            keep(last.error());
        }
        return earlier();
    }

    /** How the call ends, before any fallback. */
    Event.End end() {
        if (last == null) {
            return Event.End.REFUSED;
        }
        return switch (last.how()) {
            case TIMED_OUT, STALLED ->
                last.error() instanceof TimeoutExceededException ? Event.End.TIMED_OUT : Event.End.FAILED;
            case INTERRUPTED ->
                last.error() instanceof TimeoutExceededException ? Event.End.TIMED_OUT : Event.End.CANCELLED;
            case REFUSED -> Event.End.REFUSED;
            case RETURNED -> last.judgement().verdict().isBad() ? Event.End.FAILED : Event.End.ANSWERED;
            case THREW -> saysNothing(last) ? Event.End.CANCELLED : Event.End.FAILED;
        };
    }

    private static boolean saysNothing(Ending ending) {
        Throwable error = ending.error();
        return (error == null || RejectedException.in(error) == null)
                && ending.judgement().verdict() == Verdict.IGNORED
                && ending.judgement().repeat() == Repeat.NEVER;
    }

    /** Hangs the earlier errors on the last one, unless that is everybody's. */
    Throwable explained(Throwable error) {
        return earlier == null || error == Ending.LOST.error() ? error : earlier.explain(error);
    }
}
