package dev.plimsoll.call;

import org.jspecify.annotations.Nullable;

/**
 * Work that wants to know about the attempt it is run in.
 *
 * @param <T> what it returns; may be null
 * @param <X> the checked exception it may throw; {@link RuntimeException} when it throws none
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
@FunctionalInterface
public interface AttemptWork<T extends @Nullable Object, X extends Exception> {

    /**
     * Does the work, once per attempt.
     *
     * @param attempt the attempt it is run in
     * @return the result
     * @throws X as the work does; it reaches the caller as it is, never wrapped
     */
    T call(Attempt attempt) throws X;
}
