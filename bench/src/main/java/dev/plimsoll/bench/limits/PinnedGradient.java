package dev.plimsoll.bench.limits;

import dev.plimsoll.limit.LimitAlgorithm;
import dev.plimsoll.limit.LimitSample;
import java.time.Duration;
import java.util.Locale;

/**
 * A gradient against a time without load that is measured every minute at a limit of 3, in the way of Envoy's adaptive
 * concurrency filter, to see what the pinning costs. Headroom sqrt(limit), tolerance 25 %, windows of 100 ms, 50 calls for
 * the measurement; the mean stands for the filter's percentile.
 *
 * @param estimate the limit, not rounded
 * @param unloadedNanos the time at a limit of 3
 * @param windows since it was measured; below zero while pinned
 */
record PinnedGradient(double estimate, double unloadedNanos, int windows, int min, int max) implements LimitAlgorithm {

    private static final int PINNED = 3;
    private static final int MEASURED_CALLS = 50;
    private static final int EVERY = 600;
    private static final double TOLERANCE = 1.25;

    static PinnedGradient start() {
        return new PinnedGradient(1, 0, -1, 1, 1);
    }

    private boolean isPinned() {
        return windows < 0;
    }

    @Override
    public PinnedGradient startingAt(int start, int least, int most) {
        return new PinnedGradient(start, 0, -1, least, most);
    }

    @Override
    public int limit() {
        return isPinned() ? Math.max(min, Math.min(max, PINNED)) : (int) estimate;
    }

    @Override
    public int calls() {
        return isPinned() ? MEASURED_CALLS : 1;
    }

    @Override
    public Duration span() {
        return isPinned() ? Duration.ZERO : Duration.ofMillis(100);
    }

    @Override
    public PinnedGradient next(LimitSample sample) {
        if (!sample.isTimed()) {
            return this;
        }
        if (isPinned()) {
            return new PinnedGradient(estimate, sample.meanNanos(), 0, min, max);
        }
        double gradient = Math.max(0.5, Math.min(2, TOLERANCE * unloadedNanos / sample.meanNanos()));
        double wanted = estimate * gradient + StrictMath.sqrt(estimate * gradient);
        int next = windows + 1 < EVERY ? windows + 1 : -1;
        return new PinnedGradient(Math.max(min, Math.min(max, wanted)), unloadedNanos, next, min, max);
    }

    @Override
    public String name() {
        return "pinned gradient";
    }

    @Override
    public String explain() {
        return String.format(Locale.ROOT, "%.1f ms when unloaded", unloadedNanos / 1e6);
    }
}
