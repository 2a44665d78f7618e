package dev.plimsoll.window;

/**
 * The four ways a call can end, as numbers 0 to 3 that index arrays: {@value #SLOW} is the bit for slow, {@value #FAILED}
 * the bit for failed.
 *
 * <p>Numbers and not an enum, because a kind is used as an offset and as bits in a word on every call.
 */
public final class Kind {
    /** A fast success. */
    public static final int GOOD = 0;

    /** A slow success. */
    public static final int SLOW = 1;

    /** A fast failure. */
    public static final int FAILED = 2;

    /** A slow failure. */
    public static final int SLOW_FAILED = SLOW | FAILED;

    /** How many kinds there are. */
    static final int KINDS = 4;

    private Kind() {}

    /**
     * The kind of a call.
     *
     * @param failed whether it failed
     * @param slow whether it was slow
     * @return one of the four
     */
    public static int of(boolean failed, boolean slow) {
        return (failed ? FAILED : GOOD) | (slow ? SLOW : GOOD);
    }
}
