package dev.plimsoll.console;

import org.jspecify.annotations.Nullable;

/**
 * Something of the service itself that the console looks at again and again, for it tells nobody of all its changes.
 *
 * <p><b>Threading:</b> {@link #look} belongs to the console's thread, all else to any.
 */
sealed interface Watch permits DrainWatch, LevelWatch, ShedWatch {

    /** What is looked at. */
    Object watched();

    /** What it is called. */
    String name();

    /** Looks, and puts what has changed on the timeline. Gives back whether anything has. */
    boolean look();

    /** What is to be said of it at the top of the page; null when there is nothing. */
    @Nullable
    Banner banner();

    /** Whether it has come to its end, after which nothing changes. */
    boolean isOver();

    /** Whether so much time has passed since then that nobody has to see it any more. */
    boolean isForgotten();

    /** It is not looked at any more. */
    void close();
}
