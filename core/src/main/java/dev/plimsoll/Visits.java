package dev.plimsoll;

import dev.plimsoll.call.Rejection;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many calls are inside of a guard that may be retired: only one that nobody is inside of is.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class Visits {
    /*
     *      0 ◄──── leaves ── enters ────► n        calls under way
     *      │
     *      └── retires ──► RETIRED ── revives ──► 0
     *
     * Concurrency: one word. Who enters adds one, and is inside if the sum is positive: so entering and retiring exclude
     * each other. Who comes just when it is retired adds to a number that is far below zero and means nothing, and goes to
     * look again; so it is brought back by setting it, not by adding. Who comes later adds nothing: however often they look
     * again, the number stays below zero.
     */
    private static final int RETIRED = Integer.MIN_VALUE;

    private final AtomicInteger inside = new AtomicInteger();
    private final String noRoom;

    private Visits(String noRoom) {
        this.noRoom = noRoom;
    }

    /** Nobody is inside. */
    static Visits none() {
        return new Visits("");
    }

    /** Of a guard that refuses everybody. */
    static Visits refusing(String noRoom) {
        return new Visits(noRoom);
    }

    /** Goes inside; false when it has been retired. */
    boolean enters() {
        return inside.get() >= 0 && inside.incrementAndGet() > 0;
    }

    /** A call is over. */
    void leaves() {
        inside.decrementAndGet();
    }

    /** Lets nobody in from now on; false when somebody is inside. */
    boolean retires() {
        return inside.compareAndSet(0, RETIRED);
    }

    /** It is kept after all. */
    void revives() {
        inside.set(0);
    }

    /** Whether everybody is refused. */
    boolean refuses() {
        return !noRoom.isEmpty();
    }

    /** Why everybody is refused. */
    Rejection refusal(String dependency) {
        return new Rejection(dependency, "keys", Rejection.Reason.KEYS_FULL, noRoom, Rejection.UNKNOWN);
    }
}
