package dev.plimsoll.window;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which stripe of a striped count the current thread uses, and the access to the cells.
 *
 * <p>Stripes are 128 bytes apart: a cache line has 64, and processors fetch lines in pairs.
 */
final class Stripes {
    /** How many stripes a contended count has: a power of two, twice the processors or more, 64 at most. */
    static final int COUNT = count(Runtime.getRuntime().availableProcessors());

    /** How many longs keep two cells from sharing a cache line, and any cell from sharing one with its array's length. */
    static final int PAD = 16;

    /** Atomic access to the elements of a {@code long[]}. */
    static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private Stripes() {}

    static int count(int processors) {
        int least = Math.min(64, Math.max(2, 2 * processors));
        return 1 << (32 - Integer.numberOfLeadingZeros(least - 1));
    }

    /**
     * A number that is the same at each call by one thread and spread over threads; its low bits choose the stripe.
     *
     * <p>The thread's number is one load away and consecutive for the threads of a pool. Its use here needs no
     * uniqueness, which is why {@code getId()} is good enough although a subclass may override it.
     */
    @SuppressWarnings("deprecation") // threadId() is newer than the Java this is compiled for
    static int mine() {
        return (int) Thread.currentThread().getId();
    }
}
