package dev.plimsoll.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * What a store says to somebody who wants to do something under a key.
 *
 * @param <T> the type of the results
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public sealed interface Begun<T extends @Nullable Object> {

    /**
     * Nobody has: go ahead.
     *
     * @param generation to be given back with the result; of two who went ahead with the same key, the later has another
     * @param <T> the type of the results
     */
    record First<T extends @Nullable Object>(long generation) implements Begun<T> {}

    /**
     * It is done.
     *
     * @param result what the first came to
     * @param <T> the type of the results
     */
    record Done<T extends @Nullable Object>(Result<T> result) implements Begun<T> {}

    /**
     * Somebody is at it.
     *
     * @param askAgainNanos when to ask again at the latest: when the lease is over, or, for a store that other processes
     *     write to, sooner
     * @param <T> the type of the results
     */
    record Running<T extends @Nullable Object>(long askAgainNanos) implements Begun<T> {}

    /**
     * The key was used for something else.
     *
     * @param fingerprint of what it was used for
     * @param <T> the type of the results
     */
    record Mismatch<T extends @Nullable Object>(String fingerprint) implements Begun<T> {}

    /**
     * There is no room for another key.
     *
     * @param detail how full it is, for people
     * @param retryAfterNanos when there will be room; {@link dev.plimsoll.call.Rejection#UNKNOWN} when nobody knows
     * @param <T> the type of the results
     */
    record Full<T extends @Nullable Object>(String detail, long retryAfterNanos) implements Begun<T> {}
}
