package dev.plimsoll.call;

import org.jspecify.annotations.Nullable;

/**
 * Work that returns a value: what a guard protects.
 *
 * @param <T> what it returns; may be null
 * @param <X> the checked exception it may throw; {@link RuntimeException} when it throws none
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
@FunctionalInterface
public interface Work<T extends @Nullable Object, X extends Exception> extends AttemptWork<T, X> {

    /**
     * Does the work, once per attempt.
     *
     * @return the result
     * @throws X as the work does; it reaches the caller as it is, never wrapped
     */
    T call() throws X;

    @Override
    default T call(Attempt attempt) throws X {
        return call();
    }
}
