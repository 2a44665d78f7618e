package dev.plimsoll.bench.limits;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Gate;
import dev.plimsoll.limit.ConcurrencyLimit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a client and the server.
 *
 * @param gate the real thing; null for nothing
 * @param size how many it lets through at once, now
 */
record Limit(@Nullable Gate gate, IntSupplier size) {

    static Limit none() {
        return new Limit(null, () -> 0);
    }

    static Limit of(Bulkhead bulkhead, int size) {
        return new Limit(bulkhead, () -> size);
    }

    static Limit of(ConcurrencyLimit limit) {
        return new Limit(limit, limit::limit);
    }

    int now() {
        return size.getAsInt();
    }
}
