package dev.plimsoll.call;

import java.util.ArrayList;
import java.util.List;

/**
 * What was thrown in one call before its last error, oldest first, at most the last ten. For those who write engines.
 *
 * <p><b>Threading:</b> for the thread of the call.
 */
public final class EarlierErrors {

    private static final int MOST_EARLIER = 10;
    private static final int MOST_SUPPRESSED = 3;

    private final List<Throwable> errors = new ArrayList<>();

    /** Nothing has gone wrong yet. */
    public EarlierErrors() {}

    /**
     * Adds one; the oldest goes when there are too many.
     *
     * @param error what was thrown
     */
    public void add(Throwable error) {
        if (errors.size() == MOST_EARLIER) {
            errors.remove(0);
        }
        errors.add(error);
    }

    /**
     * All that are kept.
     *
     * @return oldest first
     */
    public List<Throwable> all() {
        return List.copyOf(errors);
    }

    /**
     * Hangs these on the error that the caller is thrown, unless it is among them, cannot take them, or carries enough: an
     * exception that is thrown again and again must not grow.
     *
     * @param error the one to be thrown
     * @return the same
     */
    public Throwable explain(Throwable error) {
        try {
            for (Throwable before : errors) {
                if (before != error && error.getSuppressed().length < MOST_SUPPRESSED && !carries(error, before)) {
                    error.addSuppressed(before);
                }
            }
        } catch (RuntimeException cannot) {
            return error;
        }
        return error;
    }

    private static boolean carries(Throwable error, Throwable other) {
        for (Throwable carried : error.getSuppressed()) {
            if (carried == other) {
                return true;
            }
        }
        return error.getCause() == other || other.getCause() == error;
    }
}
