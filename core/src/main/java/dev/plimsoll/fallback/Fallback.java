package dev.plimsoll.fallback;

import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to answer when a call was refused or failed: a ladder of rungs, asked in the order in which they were named until
 * one answers. A value to be given along with a call.
 *
 * <pre>{@code
 * Price price = prices.call(
 *         () -> client.priceOf(item),
 *         Fallback.<Price>onRefusedOrFailed()
 *                 .slower(() -> replica.priceOf(item))
 *                 .stale(lastPrices, item)
 *                 .orElse(Price.list(item)));
 * }</pre>
 *
 * <p>It is outermost: it is asked once, after the last attempt, and not bound by the guard's own total timeout. It says
 * in its first word what it catches; an {@link Error}, an interruption, a cancellation and the caller's own mistake are
 * never caught. When no rung answers, the caller gets what it would have got without a fallback.
 *
 * <p><b>Threading:</b> immutable; its rungs run on the thread of the call, or, where they would block an asynchronous
 * one, on the guard's executor.
 *
 * @param <T> what is asked for; may be null
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public abstract sealed class Fallback<T extends @Nullable Object> permits Ladder, Complete {

    /** Which ends of a call are caught. */
    enum Catches {
        REFUSED,
        FAILED,
        BOTH
    }

    final Catches catches;
    final List<Step<T>> steps;

    Fallback(Catches catches, List<Step<T>> steps) {
        this.catches = catches;
        this.steps = steps;
    }

    /**
     * A ladder for calls that the guard refused, in the first or a later attempt.
     *
     * @param <T> what is asked for
     * @return without a rung yet
     */
    public static <T extends @Nullable Object> Ladder<T> onRefused() {
        return new Ladder<>(Catches.REFUSED, List.of());
    }

    /**
     * A ladder for calls that failed: with an exception, a timeout, or a result that was judged bad.
     *
     * @param <T> what is asked for
     * @return without a rung yet
     */
    public static <T extends @Nullable Object> Ladder<T> onFailed() {
        return new Ladder<>(Catches.FAILED, List.of());
    }

    /**
     * A ladder for calls that were refused or failed.
     *
     * @param <T> what is asked for
     * @return without a rung yet
     */
    public static <T extends @Nullable Object> Ladder<T> onRefusedOrFailed() {
        return new Ladder<>(Catches.BOTH, List.of());
    }

    /**
     * Whether it is to be asked. For those who write engines.
     *
     * @param end how the call ended
     * @param refused whether the last attempt was refused, also where an earlier error is what the caller would be thrown
     * @param verdict what the outcome of the last attempt that ran meant; NOT_RUN when none ran
     * @return false for what must reach the caller as it is
     */
    public boolean catches(End end, boolean refused, Verdict verdict) {
        if (end == End.CANCELLED || end == End.ANSWERED) {
            return false;
        }
        if (refused && catches != Catches.FAILED) {
            return true;
        }
        boolean failed = end == End.TIMED_OUT || (end == End.FAILED && verdict != Verdict.SUCCESS);
        return failed && catches != Catches.REFUSED;
    }

    /**
     * The work has answered well: the stale rungs remember it. For those who write engines.
     *
     * @param value what it answered
     */
    public void remember(T value) {
        for (Step<T> step : steps) {
            step.remember(value);
        }
    }

    /**
     * Begins to ask. For those who write engines.
     *
     * @param dependency the guard's name
     * @param outcome what the caller would get
     * @param time what to wait on
     * @return to be taken down the ladder once, by either of its two ways
     */
    public Descent<T> descend(String dependency, Outcome outcome, Time time) {
        return new Descent<>(
                this,
                Objects.requireNonNull(dependency, "dependency"),
                Objects.requireNonNull(outcome, "outcome"),
                Objects.requireNonNull(time, "time"));
    }

    List<Step<T>> with(Step<T> step) {
        List<Step<T>> more = new ArrayList<>(steps);
        more.add(step);
        return List.copyOf(more);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("on ")
                .append(
                        switch (catches) {
                            case REFUSED -> "refused";
                            case FAILED -> "failed";
                            case BOTH -> "refused or failed";
                        });
        for (Step<T> step : steps) {
            text.append(" → ").append(step.rung().name().toLowerCase(java.util.Locale.ROOT));
        }
        return text.toString();
    }
}
