package dev.plimsoll.failover;

import org.jspecify.annotations.Nullable;

/**
 * What is to be asked of one of several that can do the same.
 *
 * @param <C> what is asked: a client, a connection, a guard with its client
 * @param <T> what it answers; for asynchronous asking, a stage of that
 * @param <X> the checked exception it may throw; {@link RuntimeException} when it throws none
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
@FunctionalInterface
public interface Ask<C, T extends @Nullable Object, X extends Exception> {

    /**
     * Asks one.
     *
     * @param one of the several
     * @return its answer
     * @throws X as it does; it reaches the caller as it is, never wrapped
     */
    T of(C one) throws X;
}
