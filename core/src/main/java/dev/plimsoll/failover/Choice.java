package dev.plimsoll.failover;

import dev.plimsoll.time.Time;
import java.util.List;

/**
 * The power of two choices: draws two replicas by chance, and takes the one with less to do. That keeps the longest queue
 * near that of the best choice of all, without that everybody runs to the same one.
 *
 * <p>What there is to do is measured as Finagle does: by how many calls are under way, and how long the replica takes for
 * one. The number alone would see no difference between a quick replica and a slow one while there is less than one call at
 * a time, and a share of those calls would be slow for no reason.
 */
final class Choice {
    /*
     * A replica that starts slowly is drawn with its weight: who draws it keeps it with that probability, or draws again. As
     * the second it counts with its weight as well, for it has nothing to do yet and would win each comparison.
     *
     * Source: M. Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (2001).
     */
    private static final int MOST_DRAWS = 8;

    private Choice() {}

    /** One of some, of which there is at least one. */
    static <C> Replica<C> among(List<Replica<C>> some, long now, ReplicasConfig config, Time time) {
        int size = some.size();
        if (size == 1) {
            return some.get(0);
        }
        int first = draw(some, now, config, time);
        int second = (first + 1 + below(size - 1, time)) % size;
        Replica<C> one = some.get(first);
        Replica<C> other = some.get(second);
        double weight = other.weight(now, config);
        if (weight < 1 && time.random() * one.weight(now, config) >= weight) {
            return one;
        }
        return one.isLighterThan(other, now, config) ? one : other;
    }

    private static <C> int draw(List<Replica<C>> some, long now, ReplicasConfig config, Time time) {
        int drawn = 0;
        for (int i = 0; i < MOST_DRAWS; i++) {
            drawn = below(some.size(), time);
            double weight = some.get(drawn).weight(now, config);
            if (weight >= 1 || time.random() < weight) {
                return drawn;
            }
        }
        return drawn;
    }

    private static int below(int bound, Time time) {
        return (int) (time.random() * bound);
    }
}
