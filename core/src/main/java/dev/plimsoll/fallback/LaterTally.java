package dev.plimsoll.fallback;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;

/**
 * How much a queue for later holds and may hold.
 *
 * <p><b>Threading:</b> guarded by the queue's lock.
 */
final class LaterTally {

    private static final String GATE = "queue for later";

    private final String name;
    private final long maxItems;
    private final long maxBytes;
    private long items;
    private long bytes;
    private long offered;
    private long acknowledged;
    private long refused;

    LaterTally(String name, long maxItems, long maxBytes) {
        this.name = name;
        this.maxItems = maxItems;
        this.maxBytes = maxBytes;
    }

    /** Refuses an item there is no room for. */
    void checkRoom(long size) {
        if (items < maxItems && size <= maxBytes - bytes) {
            return;
        }
        refused++;
        String detail = "which holds " + items + " of " + maxItems + " items, " + bytes + " of " + maxBytes + " bytes";
        throw new Rejection(name, GATE, Rejection.Reason.STORE_FULL, detail, Rejection.UNKNOWN).exception(false);
    }

    RejectedException closed() {
        return new Rejection(name, GATE, Rejection.Reason.SHUT_DOWN, "which is closed", Rejection.UNKNOWN)
                .exception(false);
    }

    /** An item was found from an earlier life. */
    void found(long size) {
        items++;
        bytes += size;
    }

    void added(long size) {
        offered++;
        found(size);
    }

    void done(long size) {
        acknowledged++;
        items--;
        bytes -= size;
    }

    LaterSnapshot snapshot() {
        return new LaterSnapshot(name, items, bytes, offered, acknowledged, refused);
    }
}
