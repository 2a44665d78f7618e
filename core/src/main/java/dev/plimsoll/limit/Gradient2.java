package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException.Check;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares the time now with its average over a long while, shrinks when it is half as long again, and grows otherwise.
 *
 * <p>In a long overload the average becomes that of the overload, and the limit keeps growing until calls time out or it
 * is at its maximum: give it one that the dependency can bear. As in {@code Gradient2Limit} of Netflix concurrency-limits 0.5, fed by windows of its
 * {@code WindowedLimit}, with one thing added: a window in which something was dropped does not raise the limit.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Gradient2 implements LimitAlgorithm {
    /*
     *   average  = exponential, of 600 windows; of the first ten their mean; times 0.95 more when above twice the time now
     *   gradient = tolerance · average / time now, within 0.5 and 1
     *   limit    = 0.8 · limit + 0.2 · (limit · gradient + 4), unless less than half of it was in use
     */
    private static final Settings PUBLISHED = new Settings(0.2, 1.5, 4, 600);
    private static final int WARM_UP = 10;
    private static final double STEEPEST = 0.5;
    private static final double DRIFTED = 2;
    private static final double DRIFT_BACK = 0.95;

    private record Settings(double smoothing, double tolerance, int queueSize, int longWindow) {}

    /** What it has learnt: the average, of the first windows their number and sum, and the last gradient. */
    private record Learnt(double limit, double averageNanos, int windows, double sumNanos, double gradient) {

        static Learnt nothing(int limit) {
            return new Learnt(limit, 0, 0, 0, 1);
        }
    }

    private final Settings settings;
    private final Bounds bounds;
    private final Learnt learnt;

    private Gradient2(Settings settings, Bounds bounds, Learnt learnt) {
        this.settings = settings;
        this.bounds = bounds;
        this.learnt = learnt;
    }

    /** As published: smoothing 0.2, tolerance 1.5, queue size 4, long window 600. */
    static Gradient2 published() {
        return new Gradient2(PUBLISHED, new Bounds(1, 1), Learnt.nothing(1));
    }

    private Gradient2 with(Settings changed) {
        return new Gradient2(changed, bounds, learnt);
    }

    /**
     * Sets which part of a change is made at once.
     *
     * @param share above 0 and at most 1
     * @return a copy with this setting
     */
    public Gradient2 smoothing(double share) {
        return with(new Settings(share, settings.tolerance, settings.queueSize, settings.longWindow));
    }

    /**
     * Sets how many times its average the time may be before the limit shrinks.
     *
     * @param times at least 1
     * @return a copy with this setting
     */
    public Gradient2 tolerance(double times) {
        return with(new Settings(settings.smoothing, times, settings.queueSize, settings.longWindow));
    }

    /**
     * Sets how many the limit grows by, before smoothing, while the time is good.
     *
     * @param calls at least 1
     * @return a copy with this setting
     */
    public Gradient2 queueSize(int calls) {
        return with(new Settings(settings.smoothing, settings.tolerance, calls, settings.longWindow));
    }

    /**
     * Sets over how many windows the average goes.
     *
     * @param windows at least 10
     * @return a copy with this setting
     */
    public Gradient2 longWindow(int windows) {
        return with(new Settings(settings.smoothing, settings.tolerance, settings.queueSize, windows));
    }

    void check(Check check) {
        check.within("gradient2.smoothing", settings.smoothing, 0, 1);
        boolean finite = settings.tolerance < Double.POSITIVE_INFINITY;
        check.that(settings.tolerance >= 1 && finite, "gradient2.tolerance", "must be at least 1", settings.tolerance);
        check.atLeast("gradient2.queueSize", settings.queueSize, 1);
        check.atLeast("gradient2.longWindow", settings.longWindow, WARM_UP);
    }

    @Override
    public Gradient2 startingAt(int start, int min, int max) {
        return new Gradient2(settings, new Bounds(min, max), Learnt.nothing(start));
    }

    @Override
    public int limit() {
        return (int) learnt.limit;
    }

    @Override
    public Gradient2 next(LimitSample sample) {
        if (!sample.isTimed()) {
            return this;
        }
        double time = sample.meanNanos();
        boolean early = learnt.windows < WARM_UP;
        int windows = early ? learnt.windows + 1 : WARM_UP;
        double sum = early ? learnt.sumNanos + time : learnt.sumNanos;
        double average = early ? sum / windows : smoothed(time);
        double kept = average / time > DRIFTED ? average * DRIFT_BACK : average;
        if (sample.mostInFlight() < learnt.limit / 2) {
            return with(new Learnt(learnt.limit, kept, windows, sum, learnt.gradient));
        }
        double gradient = Math.max(STEEPEST, Math.min(1, settings.tolerance * average / time));
        double wanted = learnt.limit * gradient + settings.queueSize;
        double limit = bounds.clamp(learnt.limit * (1 - settings.smoothing) + wanted * settings.smoothing);
        double allowed = sample.isDropped() ? Math.min(limit, learnt.limit) : limit;
        return with(new Learnt(allowed, kept, windows, sum, gradient));
    }

    private Gradient2 with(Learnt next) {
        return new Gradient2(settings, bounds, next);
    }

    private double smoothed(double time) {
        double factor = 2.0 / (settings.longWindow + 1);
        return learnt.averageNanos * (1 - factor) + time * factor;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Gradient2 that
                && settings.equals(that.settings)
                && bounds.equals(that.bounds)
                && learnt.equals(that.learnt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(settings, bounds, learnt);
    }

    @Override
    public String name() {
        return "gradient2";
    }

    @Override
    public String toString() {
        return "gradient2, smoothing " + settings.smoothing + ", tolerance " + settings.tolerance + ", queueSize "
                + settings.queueSize + ", longWindow " + settings.longWindow;
    }

    @Override
    public String explain() {
        return String.format(
                Locale.ROOT, "gradient %.2f, long average %.1f ms", learnt.gradient, learnt.averageNanos / 1e6);
    }
}
