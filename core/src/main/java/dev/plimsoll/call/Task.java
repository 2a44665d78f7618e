package dev.plimsoll.call;

/**
 * Work that returns nothing.
 *
 * @param <X> the checked exception it may throw; {@link RuntimeException} when it throws none
 */
@FunctionalInterface
public interface Task<X extends Exception> {

    /**
     * Does the work, once per attempt.
     *
     * @throws X as the work does; it reaches the caller as it is, never wrapped
     */
    void run() throws X;
}
