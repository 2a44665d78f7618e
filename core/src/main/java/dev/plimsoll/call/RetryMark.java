package dev.plimsoll.call;

import org.jspecify.annotations.Nullable;

/**
 * Says, among what a thread is inside of (see {@link Ambient}), that somebody further out tries again when this fails: a
 * guard around, or one in the process that sent a request. For those who write engines and adapters.
 *
 * <p>Whoever is inside of any mark is nested: it withdraws from its budget and does not deposit.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public enum RetryMark {
    /** Each layer may try again. */
    EACH_LAYER,
    /** Only the outermost who set this mark tries again, or hedges; nobody inside does. */
    AT_EDGE;

    /** Something to be inside of that may have a mark: a guard, which may retry or not. */
    public interface Bearer {

        /**
         * The mark of the attempts inside.
         *
         * @return null when nobody here tries again
         */
        @Nullable
        RetryMark retryMark();
    }

    /**
     * Whether something has a mark.
     *
     * @param around what a thread is inside of
     * @return true for a mark, and for a {@link Bearer} that has one
     */
    public static boolean isMarked(Object around) {
        return of(around) != null;
    }

    /**
     * Whether something has this mark.
     *
     * @param around what a thread is inside of
     * @return true for this mark, and for a {@link Bearer} that has it
     */
    public boolean isOf(Object around) {
        return of(around) == this;
    }

    /**
     * Whether the current thread is inside of an attempt that somebody tries again when it fails.
     *
     * @return true inside of any mark
     */
    public static boolean isInForce() {
        return Ambient.isUsed() && Ambient.isInsideAny(RetryMark::isMarked);
    }

    /**
     * Whether the current thread is inside of an attempt that is tried again at the edge only.
     *
     * @return true inside of {@link #AT_EDGE}
     */
    public static boolean isAtEdge() {
        return Ambient.isUsed() && Ambient.isInsideAny(AT_EDGE::isOf);
    }

    private static @Nullable RetryMark of(Object around) {
        if (around instanceof Bearer bearer) {
            return bearer.retryMark();
        }
        return around instanceof RetryMark mark ? mark : null;
    }
}
