package dev.plimsoll.bench;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/** Whether the latest iterations of a warm-up agree, none of which was disturbed by the compiler. */
final class Agreement {

    /** So many iterations have to agree. */
    static final int ITERATIONS = 3;

    /** The fastest of them may be so many times as fast as the slowest. */
    private static final double MOST = 1.1;

    private final Deque<Double> latest = new ArrayDeque<>();

    /** Nothing is known any more. */
    void forget() {
        latest.clear();
    }

    /** One more; if the compiler was at work, those before it say nothing either. */
    void add(double score, boolean rests) {
        if (!rests) {
            latest.clear();
            return;
        }
        latest.add(score);
        if (latest.size() > ITERATIONS) {
            latest.remove();
        }
    }

    /** Whether there are enough of them by now. */
    boolean isReached() {
        return latest.size() == ITERATIONS && spread(latest) <= MOST;
    }

    /** How many times the least of them is the greatest. */
    static double spread(Collection<Double> scores) {
        double least = scores.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double most = scores.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        return most / least;
    }
}
