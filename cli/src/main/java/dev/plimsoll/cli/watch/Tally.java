package dev.plimsoll.cli.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a watch has seen so far, as far as the screen shows it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Tally {
    static final int STRIP = 60;

    private static final int MOVES = 8;
    private static final long MOST_NANOS = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Deque<Result> strip = new ArrayDeque<>();
    private final Deque<Moved> moves = new ArrayDeque<>();
    private final Map<Result, Long> counts = new EnumMap<>(Result.class);
    private final Histogram asked = new Histogram(MOST_NANOS, DIGITS);
    private final Histogram refused = new Histogram(MOST_NANOS, DIGITS);
    private int failuresInARow;
    private @Nullable Called last;

    Tally() {
        for (Result result : Result.values()) {
            counts.put(result, 0L);
        }
    }

    /**
     * Times of calls, in nanoseconds; all zero when there was none.
     *
     * @param count how many calls
     * @param p50 half of them took at most this long
     * @param p99 all but one of a hundred took at most this long
     * @param max the longest
     */
    record Times(long count, long p50, long p99, long max) {}

    /**
     * What was seen until one moment.
     *
     * @param counts how many calls ended how; has every result
     * @param asked the times of the calls that reached out
     * @param refused the times of the calls that the guard refused
     * @param failuresInARow how many calls have failed since the last good one; refusals change nothing
     * @param strip how the last calls ended, oldest first, at most 60
     * @param moves the last changes of state, oldest first
     * @param last the last call; null when there was none
     */
    record Seen(
            Map<Result, Long> counts,
            Times asked,
            Times refused,
            int failuresInARow,
            List<Result> strip,
            List<Moved> moves,
            @Nullable Called last) {}

    synchronized void called(Called call) {
        Result result = call.tried().result();
        counts.merge(result, 1L, Long::sum);
        push(strip, result, STRIP);
        last = call;
        if (result != Result.REFUSED) {
            failuresInARow = result == Result.OK ? 0 : failuresInARow + 1;
        }
        (result == Result.REFUSED ? refused : asked).recordValue(Math.min(Math.max(call.nanos(), 0), MOST_NANOS));
    }

    synchronized void moved(Moved move) {
        push(moves, move, MOVES);
    }

    synchronized Seen seen() {
        return new Seen(
                Map.copyOf(counts),
                times(asked),
                times(refused),
                failuresInARow,
                List.copyOf(strip),
                List.copyOf(moves),
                last);
    }

    private static <T> void push(Deque<T> queue, T item, int most) {
        queue.addLast(item);
        if (queue.size() > most) {
            queue.removeFirst();
        }
    }

    private static Times times(Histogram histogram) {
        return new Times(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getMaxValue());
    }
}
