package dev.plimsoll.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * Keeps who is doing what under which key, and what it came to. {@link MemoryIdempotencyStore} does so for one process;
 * one for several belongs into an adapter.
 *
 * <p>Each operation must be atomic. A store that cannot be reached throws; then nothing is begun.
 *
 * <p><b>Threading:</b> called by any number of threads at once.
 *
 * @param <T> the type of the results
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public interface IdempotencyStore<T extends @Nullable Object> {

    /**
     * Somebody wants to do something under a key. Who is told {@link Begun.First} has a lease on it; when that is over and
     * there is no result, the next one is told so too.
     *
     * @param key of what is to be done
     * @param fingerprint of the same; empty for none
     * @param leaseNanos how long to wait for a result, in nanoseconds, at least 1
     * @return what to do
     */
    Begun<T> begin(String key, String fingerprint, long leaseNanos);

    /**
     * It is done.
     *
     * @param key of what is done
     * @param generation that of {@link Begun.First}
     * @param result what it came to
     * @param keepNanos how long to keep that, in nanoseconds, at least 1
     * @return false when somebody else has begun after the lease was over; then nothing has changed
     */
    boolean complete(String key, long generation, Result<T> result, long keepNanos);

    /**
     * It came to nothing that should be kept: the next one is the first again. Nothing changes when somebody else has begun
     * after the lease was over.
     *
     * @param key of what was to be done
     * @param generation that of {@link Begun.First}
     */
    void abort(String key, long generation);
}
