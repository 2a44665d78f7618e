package dev.plimsoll.budget;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The tokens of a {@link TokenLedger}, in thousandths: never below zero, and never more than the bucket holds.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class Tokens {
    /*
     * One number, changed by compare-and-set after the comparison, so that those who take at the same time see each other.
     *
     * A bucket may be made smaller at any time. Who adds compares with the capacity that he has read before, so he reads
     * it again after adding, and takes out what does not fit; resize() writes the capacity first, and then takes out what
     * does not fit. Of an addition and a resize that overlap, the later one to look sees both.
     */
    private final AtomicLong left;
    private volatile long capacity;

    Tokens(long initial, long capacity) {
        this.left = new AtomicLong(initial);
        this.capacity = capacity;
    }

    long left() {
        return left.get();
    }

    boolean tryTake(long cost) {
        long before = left.get();
        while (before >= cost) {
            long seen = left.compareAndExchange(before, before - cost);
            if (seen == before) {
                return true;
            }
            before = seen;
        }
        return false;
    }

    void takeAtMost(long cost) {
        long before = left.get();
        while (before > 0 && !left.compareAndSet(before, Math.max(0, before - cost))) {
            before = left.get();
        }
    }

    /** While the bucket is full this only reads. */
    void add(long more) {
        long most = capacity;
        long before = left.get();
        while (before < most && !left.compareAndSet(before, Math.min(most, before + more))) {
            before = left.get();
        }
        if (capacity < most) {
            trim();
        }
    }

    /** Makes the bucket larger or smaller; what does not fit any more is gone. */
    void resize(long newCapacity) {
        capacity = newCapacity;
        trim();
    }

    private void trim() {
        long before = left.get();
        while (before > capacity && !left.compareAndSet(before, capacity)) {
            before = left.get();
        }
    }
}
