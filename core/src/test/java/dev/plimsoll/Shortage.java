package dev.plimsoll;

import org.jspecify.annotations.Nullable;

/**
 * A shortage of memory that is made, not had: classes of a {@link ScarceLoader} ask here before each allocation, and one
 * of them is thrown an {@link OutOfMemoryError}, or all from one of them on.
 *
 * <p><b>Threading:</b> one test at a time; whatever thread allocates meanwhile is counted.
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // they are planted
public final class Shortage {

    private static final int NEVER = Integer.MAX_VALUE;

    private static final OutOfMemoryError AGAIN = new OutOfMemoryError("planted again");

    private static int left = NEVER;
    private static boolean lasts;
    private static boolean measures;
    private static @Nullable Throwable first;

    private Shortage() {}

    /** From now on so many allocations go well. */
    public static synchronized void begin(int allocations, boolean lasting) {
        left = allocations;
        lasts = lasting;
        first = null;
        measures = true;
    }

    /** There is memory again; gives back what was thrown first, null for nothing. */
    public static synchronized @Nullable Throwable end() {
        left = NEVER;
        measures = false;
        return first;
    }

    /** Asked before each allocation. */
    public static synchronized void allocates() {
        if (!measures || left == NEVER) {
            return;
        }
        if (left > 0) {
            left--;
            return;
        }
        if (first != null && !lasts) {
            return;
        }
        if (first != null) {
            throw AGAIN;
        }
        OutOfMemoryError none = new OutOfMemoryError("planted");
        first = none;
        throw none;
    }
}
