package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException.Check;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many calls are queued in the dependency, from the time now and the shortest time seen, and keeps that
 * number small.
 *
 * <p>It forgets the shortest time every so often, for the dependency may have changed; under load it then takes a loaded
 * time for an unloaded one, and the limit drifts up. As in {@code VegasLimit} of Netflix concurrency-limits 0.5, fed by
 * windows of its {@code WindowedLimit}; the idea is that of TCP Vegas, Brakmo, O'Malley and Peterson, SIGCOMM 1994.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Vegas implements LimitAlgorithm {
    /*
     *   queue = ceil(limit · (1 − unloaded / time)),   log = max(1, floor(log10 limit))
     *
     *   queue      0 ....... log ........ 3·log ........ 6·log .......
     *   limit      + 6·log     + log        holds          − log            dropped: − log
     *
     * In this order: forget the shortest time if it is due, take a shorter one, both without changing the limit; a drop;
     * a limit of which less than half was in use holds; the table.
     */
    private static final int PROBE_MULTIPLIER = 30;
    private static final int ALPHA = 3;
    private static final int BETA = 6;

    /** What it has learnt; {@code jitter} is 0 until drawn. */
    private record Learnt(double limit, double unloadedNanos, long sinceProbe, double jitter, int queued) {}

    private final double smoothing;
    private final int probeMultiplier;
    private final Bounds bounds;
    private final Learnt learnt;

    private Vegas(double smoothing, int probeMultiplier, Bounds bounds, Learnt learnt) {
        this.smoothing = smoothing;
        this.probeMultiplier = probeMultiplier;
        this.bounds = bounds;
        this.learnt = learnt;
    }

    /** As published: no smoothing, a new shortest time every 30 · limit windows, less a random half. */
    static Vegas published() {
        return new Vegas(1, PROBE_MULTIPLIER, new Bounds(1, 1), new Learnt(1, 0, 0, 0, 0));
    }

    /**
     * Sets which part of a change is made at once.
     *
     * @param share above 0 and at most 1
     * @return a copy with this setting
     */
    public Vegas smoothing(double share) {
        return new Vegas(share, probeMultiplier, bounds, learnt);
    }

    /**
     * Sets after how many windows, times the limit, the shortest time is forgotten.
     *
     * @param multiplier at least 1
     * @return a copy with this setting
     */
    public Vegas probeMultiplier(int multiplier) {
        return new Vegas(smoothing, multiplier, bounds, learnt);
    }

    void check(Check check) {
        check.within("vegas.smoothing", smoothing, 0, 1);
        check.atLeast("vegas.probeMultiplier", probeMultiplier, 1);
    }

    private Vegas with(Learnt next) {
        return new Vegas(smoothing, probeMultiplier, bounds, next);
    }

    @Override
    public Vegas startingAt(int start, int min, int max) {
        return new Vegas(smoothing, probeMultiplier, new Bounds(min, max), new Learnt(start, 0, 0, 0, 0));
    }

    @Override
    public int limit() {
        return (int) learnt.limit;
    }

    @Override
    public Vegas next(LimitSample sample) {
        double time = sample.meanNanos();
        double jitter = learnt.jitter == 0 ? jitter(sample) : learnt.jitter;
        long since = learnt.sinceProbe + 1;
        if (!sample.isTimed()) {
            double limit = sample.isDropped() ? moved(-log()) : learnt.limit;
            return with(new Learnt(limit, learnt.unloadedNanos, since, jitter, learnt.queued));
        }
        if (jitter * probeMultiplier * learnt.limit <= since) {
            return with(new Learnt(learnt.limit, time, 0, jitter(sample), 0));
        }
        if (learnt.unloadedNanos == 0 || time < learnt.unloadedNanos) {
            return with(new Learnt(learnt.limit, time, since, jitter, 0));
        }
        int queued = (int) Math.ceil(learnt.limit * (1 - learnt.unloadedNanos / time));
        return with(new Learnt(decided(sample, queued), learnt.unloadedNanos, since, jitter, queued));
    }

    private static double jitter(LimitSample sample) {
        return 0.5 + sample.random() / 2;
    }

    private double decided(LimitSample sample, int queued) {
        int log = log();
        if (sample.isDropped()) {
            return moved(-log);
        }
        if (sample.mostInFlight() * 2L < learnt.limit) {
            return learnt.limit;
        }
        if (queued <= log) {
            return moved(BETA * log);
        }
        if (queued < ALPHA * log) {
            return moved(log);
        }
        return queued > BETA * log ? moved(-log) : learnt.limit;
    }

    private int log() {
        return Math.max(1, (int) StrictMath.log10((int) learnt.limit));
    }

    private double moved(int by) {
        return (1 - smoothing) * learnt.limit + smoothing * bounds.clamp(learnt.limit + by);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Vegas that
                && smoothing == that.smoothing
                && probeMultiplier == that.probeMultiplier
                && bounds.equals(that.bounds)
                && learnt.equals(that.learnt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(smoothing, probeMultiplier, bounds, learnt);
    }

    @Override
    public String name() {
        return "vegas";
    }

    @Override
    public String toString() {
        return "vegas, smoothing " + smoothing + ", probeMultiplier " + probeMultiplier;
    }

    @Override
    public String explain() {
        return String.format(
                Locale.ROOT, "%d queued, %.1f ms when unloaded", learnt.queued, learnt.unloadedNanos / 1e6);
    }
}
