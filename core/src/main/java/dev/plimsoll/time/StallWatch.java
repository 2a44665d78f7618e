package dev.plimsoll.time;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Somebody wants to know when this process itself stands still, see {@link Time#watchStalls()}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class StallWatch implements AutoCloseable {

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Runnable end;

    StallWatch(Runnable end) {
        this.end = end;
    }

    /** Ends it; closing twice does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            end.run();
        }
    }
}
