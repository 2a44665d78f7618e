package dev.plimsoll.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * What the first came to: a value, which may be null, or an exception.
 *
 * @param value null when it failed
 * @param error null when it did not
 * @param <T> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record Result<T extends @Nullable Object>(
        @Nullable T value, @Nullable Exception error) {

    /**
     * It has returned.
     *
     * @param value what
     * @param <T> its type
     * @return a result without an error
     */
    public static <T extends @Nullable Object> Result<T> returned(T value) {
        return new Result<>(value, null);
    }

    /**
     * It has thrown.
     *
     * @param error what
     * @param <T> the type of the value that it has not
     * @return a result without a value
     */
    public static <T extends @Nullable Object> Result<T> threw(Exception error) {
        return new Result<>(null, error);
    }
}
