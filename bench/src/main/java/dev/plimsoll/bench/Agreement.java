package dev.plimsoll.bench;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Whether a warm-up has come to its end: its latest iterations, none of which was disturbed by the compiler, agree, or their
 * median agrees with that of as many before them. Where threads contend for one word single iterations may never agree,
 * however long they are warm.
 */
final class Agreement {

    /** So many iterations have to agree. */
    static final int ITERATIONS = 3;

    /** The fastest of them, or the greater of two medians, may be so many times as fast as the other. */
    private static final double MOST = 1.1;

    private final Deque<Double> latest = new ArrayDeque<>();
    private boolean underWay;

    /** Nothing is known any more. */
    void forget() {
        latest.clear();
        underWay = false;
    }

    /**
     * One more; if the compiler was at work, those before it say nothing either.
     *
     * @param score how many calls in so much time
     * @param worked whether the compiler had much to do meanwhile, by what it has finished
     * @param works whether something is under way there, or waits, at the end; if so at the end before as well, that may be
     *     one long compilation, after which everything is different
     */
    void add(double score, boolean worked, boolean works) {
        boolean disturbed = worked || (works && underWay);
        underWay = works;
        if (disturbed) {
            latest.clear();
            return;
        }
        latest.add(score);
        if (latest.size() > 2 * ITERATIONS) {
            latest.remove();
        }
    }

    /** Whether it has come to its end by now. */
    boolean isReached() {
        List<Double> all = List.copyOf(latest);
        if (underWay || all.size() < ITERATIONS) {
            return false;
        }
        List<Double> last = all.subList(all.size() - ITERATIONS, all.size());
        if (spread(last) <= MOST) {
            return true;
        }
        List<Double> before = all.subList(0, all.size() - ITERATIONS);
        return before.size() == ITERATIONS
                && spread(List.of(Measurement.median(before), Measurement.median(last))) <= MOST;
    }

    /** How many times the least of them is the greatest. */
    static double spread(Collection<Double> scores) {
        double least = scores.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double most = scores.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        return most / least;
    }
}
