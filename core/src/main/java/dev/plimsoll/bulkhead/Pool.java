package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a {@link Bulkhead} that has its own. Every body that runs there holds a permit, so whoever gives the
 * permits bounds the threads.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method waits.
 */
sealed interface Pool permits PlatformPool, VirtualPool {

    /** The threads that are configured; null for those of the callers. */
    static @Nullable Pool of(String name, BulkheadConfig config, Time time) {
        return switch (config.threads()) {
            case CALLERS -> null;
            case OWN_POOL -> new PlatformPool(name, config.maxConcurrent(), time);
            case OWN_VIRTUAL -> new VirtualPool(name, time);
        };
    }

    /** Runs a body. It ends in any case: by itself, or with the reason why it could not be started. */
    void run(PooledBody<?> body, Supplier<Rejection> shutDown);

    /** Follows the number of permits. */
    void resize(int size);

    /** Ends idle threads at once and takes no more bodies. */
    void stop();
}
