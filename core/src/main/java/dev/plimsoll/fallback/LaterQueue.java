package dev.plimsoll.fallback;

import dev.plimsoll.call.RejectedException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is to be done later, in order and bounded. {@link MemoryLaterQueue} keeps it as long as the process lives,
 * {@link FileLaterQueue} until it is done; others may be written.
 *
 * <p>What is offered is handed out at least once: an item stays the head until it is acknowledged, so that one whose
 * receiver had just done it when the process died is handed out again. Its key lets the receiver see that.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; one of them at a time takes items out, see {@link Replay}.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public interface LaterQueue extends AutoCloseable {

    /**
     * Adds an item at the end.
     *
     * @param item what is to be done
     * @return its position; when this returns, the item is kept as surely as this queue keeps anything
     * @throws RejectedException STORE_FULL when it holds as much as it may, SHUT_DOWN when it is closed; the item is not
     *     kept
     * @throws UncheckedIOException when it cannot be kept for certain; it may have been kept all the same
     */
    long offer(Later item);

    /**
     * The oldest item that was not acknowledged. It stays where it is.
     *
     * @return null when there is none, or the queue is closed
     * @throws UncheckedIOException when it cannot be read
     */
    @Nullable
    Queued peek();

    /**
     * Says that the oldest item is done, so that it need not be handed out again.
     *
     * @param position that of {@link #peek()}
     * @throws IllegalStateException when that is not the oldest item's
     * @throws UncheckedIOException when this cannot be kept
     */
    void acknowledge(long position);

    /**
     * The queue at this moment.
     *
     * @return an immutable value
     */
    LaterSnapshot snapshot();

    /** Refuses everything from now on. What the queue keeps beyond its own life, it keeps. */
    @Override
    void close();
}
