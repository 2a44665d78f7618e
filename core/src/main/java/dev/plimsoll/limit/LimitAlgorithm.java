package dev.plimsoll.limit;

import java.time.Duration;

/**
 * Says how many calls may be under way, and from what was seen then, how many from now on.
 *
 * <p>An algorithm is an immutable value: its settings, and what it has learnt. {@link #next(LimitSample)} is a pure
 * function of the two: it reads no clock, draws no random numbers and changes nothing, so that the same samples always
 * give the same limits. The {@link ConcurrencyLimit} does all the rest. There are {@link Aimd}, {@link Vegas},
 * {@link Gradient2} and {@link Elasticity}; anybody may write another one.
 *
 * <p>All of them keep these rules, and so should yours: the limit stays within its bounds; a sample that differs by more
 * drops never leads to a higher limit; one with more drops than are tolerated never raises it, and neither does one in
 * which the limit was not needed.
 *
 * <p><b>Threading:</b> implementations are immutable, and answer at once: they are asked on the threads of calls, and on the
 * timer thread when an asynchronous one has taken too long.
 */
public interface LimitAlgorithm {

    /**
     * The same algorithm, with nothing learnt yet. When a limit is configured anew while it moves, this may be asked more
     * than once, and only one of the answers be used.
     *
     * @param limit where to start, within the bounds
     * @param min the lowest limit there may be, at least 1
     * @param max the highest limit there may be, at least {@code min}
     * @return to be used from now on
     */
    LimitAlgorithm startingAt(int limit, int min, int max);

    /**
     * How many calls may be under way now.
     *
     * @return from the bounds
     */
    int limit();

    /**
     * Learns from what was seen under the present limit.
     *
     * @param sample what was seen in a window of at least {@link #span()} in which at least {@link #calls()} ended
     * @return to be used from now on
     */
    LimitAlgorithm next(LimitSample sample);

    /**
     * How many calls a window must have seen.
     *
     * @return at least 1; 10 unless overridden
     */
    default int calls() {
        return 10;
    }

    /**
     * How long a window must have been.
     *
     * @return zero or more; one second unless overridden
     */
    default Duration span() {
        return Duration.ofSeconds(1);
    }

    /**
     * How many drops end a window at once, however short it was and however few calls it has seen.
     *
     * @return at least 1; never reached unless overridden
     */
    default int drops() {
        return Integer.MAX_VALUE;
    }

    /**
     * A name for people.
     *
     * @return such as "vegas"
     */
    String name();

    /**
     * What it has learnt, for people.
     *
     * @return such as "7 queued, 10 ms without load"
     */
    String explain();
}
