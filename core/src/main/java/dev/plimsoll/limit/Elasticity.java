package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException.Check;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Measures whether more calls under way still mean more calls done: it goes back and forth between the limit and four
 * fifths of it, and compares the times of the calls. It needs no idea of what they took without load, which others have
 * to guess and are led astray by when it changes.
 *
 * <p>It measures only while the limit is needed, for only then does the limit make a difference, and only what this one
 * limit can change: where several clients with a limit each share a dependency, say so by {@link #sharedBy(int)}.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Elasticity implements LimitAlgorithm {
    /*
     *            ┌──────────────── a pair of arms, the first one drawn by lot ────────────────┐
     *            │   settle         measure          settle          measure                   │
     *   high   ──┼──░░░░░░░░░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓──╮                                            │──▶ the limit moves
     *   low      │                               ╰──░░░░░░░░░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓──────────────│
     *            └──────────────────────────────────────────────────────────────────────────────┘
     *
     *   high = the limit, low = four fifths of it; settling lasts until those admitted before have gone
     *
     *   elasticity e = 1 − ln(time in high / time in low) / ln(high / low)
     *
     * With N calls under way that take R each, X = N/R get done (Little's law), so e is d ln X / d ln N: 1 when nothing
     * queues, 0 when what is added only queues, less when it even hinders the rest. The limit moves by
     *
     *   ln(limit) += 0.3 · trust · (e − aim),   within −0.2 and +0.25;   trust = 0.3² / variance of e, at most 1
     *
     * which ascends to the place where e = aim, that is, where ln X − aim · ln N is largest. Steps in proportion average
     * the noise of e out, where voting by thresholds would follow it; the variance comes from how e jumps from pair to
     * pair, and so covers the spread of the calls' times, their dependence, and changes of the dependency. It grows faster
     * than it shrinks, for trusting a lucky row of quiet pairs sends the limit astray.
     *
     * What it cannot see for itself is a sudden loss of so much capacity that nothing is answered in time. So when more
     * than the tolerated share is dropped, the limit is cut to seven tenths at once, and again only when those who were
     * admitted before have gone.
     *
     * Of n clients that share a dependency, each moves one n-th of what is under way: its own e is 1 − (1 − e)/n, and so
     * is the aim. Without that each would find that more is to its own good, and the dependency would drown.
     *
     * Sources: extremum seeking control (Krstić and Wang, Automatica 36, 2000); hill climbing in thread pools (Hellerstein,
     * Morrison and Eilebrecht, 2009); Little's law. The combination and its constants are our own.
     */
    private static final double LOW = 0.8;
    private static final double GAIN = 0.3;
    private static final double TRUSTED_VARIANCE = 0.09;
    private static final double DOUBT = 0.2;
    private static final double RELIEF = 0.1;
    private static final double MOST_DOWN = -0.2;
    private static final double MOST_UP = 0.25;
    private static final double CUT = 0.7;
    private static final int LEAST_CALLS = 100;
    private static final int TURNOVERS = 4;
    private static final int LEAST_DROPS = 5;
    private static final Duration LEAST_SPAN = Duration.ofMillis(100);
    /* So that a fast dependency does not end a window every few microseconds while its limit is not needed. */
    private static final Duration LEAST_SETTLING = Duration.ofMillis(10);
    private static final Settings DEFAULTS = new Settings(0.1, 0.05, 1);

    private record Settings(double aim, double toleratedDrops, int sharedBy) {

        double ownAim() {
            return 1 - (1 - aim) / sharedBy;
        }
    }

    /** What the calls that run on from before make a window do. */
    private enum Phase {
        /** After a cut: what is dropped now was admitted before. */
        RECOVERING,
        /** After a change of arms: what is timed now was admitted before. */
        SETTLING,
        MEASURING
    }

    /**
     * Where it stands.
     *
     * @param target the limit, not rounded
     * @param inHigh which arm is in force
     * @param leaving the limit in force before this window
     */
    private record Arm(double target, boolean inHigh, Phase phase, int leaving) {}

    /**
     * What it has learnt.
     *
     * @param first the mean time in the first arm of this pair; 0 while that is being measured
     * @param elasticity the last one; NaN at the beginning
     */
    private record Learnt(double first, double elasticity, double variance) {

        static final Learnt NOTHING = new Learnt(0, Double.NaN, TRUSTED_VARIANCE);

        Learnt first(double nanos) {
            return new Learnt(nanos, elasticity, variance);
        }

        Learnt then(double measured) {
            if (Double.isNaN(elasticity)) {
                return new Learnt(0, measured, variance);
            }
            double jump = measured - elasticity;
            double surprise = jump * jump / 2 - variance;
            return new Learnt(0, measured, variance + (surprise > 0 ? DOUBT : RELIEF) * surprise);
        }

        double trust() {
            return Math.min(1, TRUSTED_VARIANCE / variance);
        }
    }

    private final Settings settings;
    private final Bounds bounds;
    private final Arm arm;
    private final Learnt learnt;
    private final int low;
    private final int high;

    private Elasticity(Settings settings, Bounds bounds, Arm arm, Learnt learnt) {
        this.settings = settings;
        this.bounds = bounds;
        this.arm = arm;
        this.learnt = learnt;
        int floor = bounds.clamp((int) (arm.target * LOW));
        this.high = bounds.clamp(Math.max((int) Math.round(arm.target), floor + 1));
        this.low = floor;
    }

    /** The limit at which a tenth more under way means 1 % more done; 5 % of drops are tolerated. */
    static Elasticity defaults() {
        return new Elasticity(DEFAULTS, new Bounds(1, 1), new Arm(1, true, Phase.SETTLING, 1), Learnt.NOTHING);
    }

    private Elasticity with(Settings changed) {
        return new Elasticity(changed, bounds, arm, learnt);
    }

    /**
     * Sets at which elasticity the limit rests: how many percent more must be done for each percent more under way. Less
     * means more throughput and more queueing.
     *
     * @param elasticity above 0 and at most 0.9
     * @return a copy with this setting
     */
    public Elasticity aim(double elasticity) {
        return with(new Settings(elasticity, settings.toleratedDrops, settings.sharedBy));
    }

    /**
     * Sets which share of the calls in a window may be dropped without that being a sign of overload.
     *
     * @param share from 0 to 0.5
     * @return a copy with this setting
     */
    public Elasticity toleratedDrops(double share) {
        return with(new Settings(settings.aim, share, settings.sharedBy));
    }

    /**
     * Sets how many clients with a limit of this kind use the dependency, about alike. More of them take longer to find
     * their limit, for each one's share in what it measures is smaller.
     *
     * @param clients 1 to 16, this one included
     * @return a copy with this setting
     */
    public Elasticity sharedBy(int clients) {
        return with(new Settings(settings.aim, settings.toleratedDrops, clients));
    }

    void check(Check check) {
        check.within("adaptive.aim", settings.aim, 0, 0.9);
        double share = settings.toleratedDrops;
        check.that(share >= 0 && share <= 0.5, "adaptive.toleratedDrops", "must be 0 to 0.5", share);
        boolean few = settings.sharedBy >= 1 && settings.sharedBy <= 16;
        check.that(few, "adaptive.sharedBy", "must be 1 to 16", settings.sharedBy);
    }

    @Override
    public Elasticity startingAt(int start, int min, int max) {
        Arm first = new Arm(start, true, Phase.SETTLING, start);
        return new Elasticity(settings, new Bounds(min, max), first, Learnt.NOTHING);
    }

    @Override
    public int limit() {
        return arm.inHigh ? high : low;
    }

    @Override
    public int calls() {
        return arm.phase == Phase.MEASURING ? Math.max(LEAST_CALLS, TURNOVERS * limit()) : arm.leaving;
    }

    @Override
    public Duration span() {
        return arm.phase == Phase.MEASURING ? LEAST_SPAN : LEAST_SETTLING;
    }

    @Override
    public int drops() {
        boolean late = arm.phase == Phase.RECOVERING;
        return late ? Integer.MAX_VALUE : Math.max(LEAST_DROPS, (int) (settings.toleratedDrops * calls()) + 1);
    }

    @Override
    public Elasticity next(LimitSample sample) {
        if (arm.phase == Phase.RECOVERING) {
            return at(new Arm(arm.target, arm.inHigh, Phase.MEASURING, limit()), learnt);
        }
        boolean tooMany = sample.drops() > settings.toleratedDrops * sample.calls();
        if (tooMany && sample.drops() >= LEAST_DROPS) {
            double cut = bounds.clamp(arm.target * CUT);
            return at(new Arm(cut, false, Phase.RECOVERING, limit()), learnt.first(0));
        }
        boolean needed = sample.refused() > 0 || sample.mostInFlight() >= limit();
        if (!needed || low == high) {
            return learnt.first == 0 ? this : at(arm, learnt.first(0));
        }
        if (arm.phase == Phase.SETTLING) {
            return at(new Arm(arm.target, arm.inHigh, Phase.MEASURING, limit()), learnt);
        }
        Elasticity next = sample.isTimed() ? measured(sample) : this;
        return tooMany && next.limit() > limit() ? this : next;
    }

    private Elasticity measured(LimitSample sample) {
        double time = sample.meanNanos();
        if (learnt.first == 0) {
            return arm(arm.target, !arm.inHigh, learnt.first(time));
        }
        double highOverLow = arm.inHigh ? time / learnt.first : learnt.first / time;
        Learnt wiser = learnt.then(1 - StrictMath.log(highOverLow) / StrictMath.log((double) high / low));
        double wanted = GAIN * wiser.trust() * (wiser.elasticity - settings.ownAim());
        double step = Math.max(MOST_DOWN, Math.min(MOST_UP, wanted));
        return arm(bounds.clamp(arm.target * StrictMath.exp(step)), sample.random() < 0.5, wiser);
    }

    private Elasticity arm(double target, boolean inHigh, Learnt wiser) {
        Elasticity next = at(new Arm(target, inHigh, Phase.SETTLING, limit()), wiser);
        return next.limit() == limit() ? at(new Arm(target, inHigh, Phase.MEASURING, limit()), wiser) : next;
    }

    private Elasticity at(Arm next, Learnt wiser) {
        return new Elasticity(settings, bounds, next, wiser);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Elasticity that
                && settings.equals(that.settings)
                && bounds.equals(that.bounds)
                && arm.equals(that.arm)
                && learnt.equals(that.learnt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(settings, bounds, arm, learnt);
    }

    @Override
    public String name() {
        return "adaptive";
    }

    @Override
    public String toString() {
        return "adaptive, aim " + settings.aim + ", toleratedDrops " + settings.toleratedDrops + ", sharedBy "
                + settings.sharedBy;
    }

    @Override
    public String explain() {
        String measured = Double.isNaN(learnt.elasticity)
                ? "not measured yet"
                : String.format(
                        Locale.ROOT,
                        "elasticity %.2f, for %.2f, trust %.2f",
                        learnt.elasticity,
                        settings.ownAim(),
                        learnt.trust());
        return measured + ", between " + low + " and " + high;
    }
}
