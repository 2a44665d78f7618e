package dev.plimsoll;

import dev.plimsoll.call.RejectedException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked last, outside of everything else, when a call did not go well: a function for refusals, or the rungs of a
 * fallback. One of these belongs to one call.
 *
 * <p><b>Threading:</b> for the path of the call, and for its caller when that is over.
 */
abstract sealed class Instead<T extends @Nullable Object> permits Instead.OfRefusal, Rungs {

    /** Asks a function, and only about refusals; what it throws reaches the caller. */
    static final class OfRefusal<T extends @Nullable Object> extends Instead<T> {

        private final Function<? super RejectedException, ? extends T> function;

        OfRefusal(Function<? super RejectedException, ? extends T> function) {
            this.function = function;
        }

        T answer(RejectedException rejected) {
            answeredBy = Answer.Rung.REFUSED;
            return function.apply(rejected);
        }
    }

    static <T extends @Nullable Object> Instead<T> ofRefusal(Function<? super RejectedException, ? extends T> refused) {
        return new OfRefusal<>(Objects.requireNonNull(refused, "refused"));
    }

    /** Who has answered. */
    Answer.Rung answeredBy = Answer.Rung.WORK;

    /** The call is one of these parts; said before it begins. */
    Instead<T> of(Parts ofCall) {
        return this;
    }

    /** The work has answered well. */
    void remember(T value) {}
}
