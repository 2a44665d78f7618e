package dev.plimsoll.window;

/**
 * How many calls of each kind there were, at one moment.
 *
 * @param good fast successes
 * @param slow slow successes
 * @param failed fast failures
 * @param slowFailed slow failures
 */
public record Counts(long good, long slow, long failed, long slowFailed) {

    /** No calls. */
    public static final Counts NONE = new Counts(0, 0, 0, 0);

    /**
     * Both together.
     *
     * @param other counts of other calls
     * @return the sums, kind by kind
     */
    public Counts plus(Counts other) {
        return new Counts(good + other.good, slow + other.slow, failed + other.failed, slowFailed + other.slowFailed);
    }

    /**
     * All calls.
     *
     * @return 0 or more
     */
    public long total() {
        return good + slow + failed + slowFailed;
    }

    /**
     * All failures, fast and slow.
     *
     * @return 0 or more
     */
    public long allFailed() {
        return failed + slowFailed;
    }

    /**
     * All slow calls, successes and failures.
     *
     * @return 0 or more
     */
    public long allSlow() {
        return slow + slowFailed;
    }
}
