package dev.plimsoll;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a call ends that did not go well: with the fallback for refusals, with the last value, or with the last error.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Conclusion {

    private final GuardCounts counts;
    private final boolean withStack;

    Conclusion(Parts parts) {
        this.counts = parts.counts();
        this.withStack = parts.timing().withStack();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the value is the work's, the error is the work's or unchecked
    <T extends @Nullable Object, X extends Exception> T of(
            Setbacks setbacks, long begun, @Nullable Function<? super RejectedException, ? extends T> refused)
            throws X {
        Rejection refusal = setbacks.refusal();
        Ending last = setbacks.last();
        RejectedException rejected =
                refusal != null && (last == null || refused != null) ? refusal.exception(withStack) : null;
        Throwable error = last == null ? rejected : last.error();
        counts.callEnded(begun, setbacks, error);
        if (refused != null && rejected != null) {
            return refused.apply(rejected);
        }
        if (error == null) {
            return (T) last.value();
        }
        throw Conclusion.<X>thrown(setbacks.explained(error));
    }

    /** Throws an error as it is, whatever its type: a cast to the type of the work would be checked at run time. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E thrown(Throwable error) throws E {
        throw (E) error;
    }
}
