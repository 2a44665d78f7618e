package dev.plimsoll.call;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt ended: with a value (which may be null) or with an error.
 *
 * @param value what the work returned; null when it threw
 * @param error what the work threw; null when it returned
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record Outcome(@Nullable Object value, @Nullable Throwable error) {

    /**
     * The outcome of work that returned.
     *
     * @param value what it returned
     * @return an outcome without an error
     */
    public static Outcome returned(@Nullable Object value) {
        return new Outcome(value, null);
    }

    /**
     * The outcome of work that threw.
     *
     * @param error what it threw
     * @return an outcome without a value
     */
    public static Outcome threw(Throwable error) {
        return new Outcome(null, Objects.requireNonNull(error, "error"));
    }
}
