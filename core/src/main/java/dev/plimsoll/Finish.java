package dev.plimsoll;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt with several legs ended, to be told by who takes the path from there.
 *
 * @param leg whose end this is; 0 when they were all stopped
 * @param value what that leg's work returned
 * @param ending how that leg ended; null when it was simply good
 * @param elapsed how long that leg ran
 * @param foreign an {@link Error} that comes before all that; null for none
 * @param counted whether the breaker has counted as good what is not
 */
record Finish(
        int leg,
        @Nullable Object value,
        @Nullable Ending ending,
        long elapsed,
        @Nullable Throwable foreign,
        boolean counted) {

    /** Stands for one that there is no memory for. */
    static final Finish LOST = new Finish(0, null, Ending.LOST, 0, null, false);

    @SuppressWarnings("ReferenceEquality") // there is one
    boolean isLost() {
        return this == LOST;
    }

    /** Throws nothing: whoever waits for the end of a race has to be told of one. */
    static Finish of(
            int leg,
            @Nullable Object value,
            @Nullable Ending ending,
            long elapsed,
            @Nullable Throwable foreign,
            boolean counted) {
        try {
            return new Finish(leg, value, ending, elapsed, foreign, counted);
        } catch (Throwable noMemory) {
            return LOST;
        }
    }
}
