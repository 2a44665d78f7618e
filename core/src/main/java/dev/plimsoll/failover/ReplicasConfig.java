package dev.plimsoll.failover;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * When {@link Replicas} send one of them away, for how long, and how it comes back. Each method returns a copy that differs
 * in that setting; nothing is checked before replicas are made of it.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class ReplicasConfig {

    /** As Envoy's outlier detection has it, but for the share that may be ejected. */
    public static final ReplicasConfig DEFAULTS = new ReplicasConfig();

    private int consecutiveFailures = 5;
    private double deviations = 1.9;
    private int minimumCalls = 100;
    private int minimumReplicas = 5;
    private Duration interval = Duration.ofSeconds(10);
    private Duration ejection = Duration.ofSeconds(30);
    private Duration longestEjection = Duration.ofMinutes(5);
    private double mostEjected = 0.5;
    private Duration slowStart = Duration.ofSeconds(30);
    private double slowStartFloor = 0.1;
    private Duration latencyDecay = Duration.ofSeconds(10);
    private Duration blameAfter = Duration.ofSeconds(1);
    private Classifier classifier = Classifier.standard();

    private ReplicasConfig() {}

    private ReplicasConfig copy() {
        ReplicasConfig copy = new ReplicasConfig();
        copy.consecutiveFailures = consecutiveFailures;
        copy.deviations = deviations;
        copy.minimumCalls = minimumCalls;
        copy.minimumReplicas = minimumReplicas;
        copy.interval = interval;
        copy.ejection = ejection;
        copy.longestEjection = longestEjection;
        copy.mostEjected = mostEjected;
        copy.slowStart = slowStart;
        copy.slowStartFloor = slowStartFloor;
        copy.latencyDecay = latencyDecay;
        copy.blameAfter = blameAfter;
        copy.classifier = classifier;
        return copy;
    }

    /**
     * Names after how many failures in a row a replica is ejected.
     *
     * @param failures at least 1; default 5
     * @return a copy with this setting
     */
    public ReplicasConfig consecutiveFailures(int failures) {
        ReplicasConfig copy = copy();
        copy.consecutiveFailures = failures;
        return copy;
    }

    /**
     * Names when a replica is ejected because it does worse than the others: when the share of its successes over an interval
     * lies more than so many standard deviations below the mean of all.
     *
     * @param deviationsBelow above zero, at most 100; default 1.9. Among n replicas nobody can be more than √(n − 1)
     *     deviations off, so that with five of them 2 would never be reached
     * @param calls of how many calls in the interval the share says something, at least 1; default 100
     * @param replicas how many such replicas it takes to compare, at least 2; default 5
     * @return a copy with this setting
     */
    public ReplicasConfig successRate(double deviationsBelow, int calls, int replicas) {
        ReplicasConfig copy = copy();
        copy.deviations = deviationsBelow;
        copy.minimumCalls = calls;
        copy.minimumReplicas = replicas;
        return copy;
    }

    /**
     * Names how often the shares are compared.
     *
     * @param span longer than zero; default 10 s
     * @return a copy with this setting
     */
    public ReplicasConfig interval(Duration span) {
        ReplicasConfig copy = copy();
        copy.interval = Objects.requireNonNull(span, "span");
        return copy;
    }

    /**
     * Names how long a replica is sent away: the first time the base, the second time twice that, and so on. Each interval in
     * which it is there and does well takes one time off the count.
     *
     * @param base longer than zero; default 30 s
     * @param longest at least the base; default 300 s
     * @return a copy with this setting
     */
    public ReplicasConfig ejectFor(Duration base, Duration longest) {
        ReplicasConfig copy = copy();
        copy.ejection = Objects.requireNonNull(base, "base");
        copy.longestEjection = Objects.requireNonNull(longest, "longest");
        return copy;
    }

    /**
     * Names which share of all replicas may be away at once, rounded down: of three replicas one, of one none.
     *
     * @param share 0 for nobody, to 0.5; default 0.5
     * @return a copy with this setting
     */
    public ReplicasConfig mostEjected(double share) {
        ReplicasConfig copy = copy();
        copy.mostEjected = share;
        return copy;
    }

    /**
     * Names how a replica begins that has come back, or has joined others: with a small weight, which grows evenly to the
     * whole.
     *
     * @param span until it has its whole weight; zero for at once; default 30 s
     * @param floor the weight it begins with, above 0 and at most 1; default 0.1
     * @return a copy with this setting
     */
    public ReplicasConfig slowStart(Duration span, double floor) {
        ReplicasConfig copy = copy();
        copy.slowStart = Objects.requireNonNull(span, "span");
        copy.slowStartFloor = floor;
        return copy;
    }

    /**
     * Names how fast what is known of a replica's latency fades: to 37 % of its weight in this span.
     *
     * @param span longer than zero; default 10 s
     * @return a copy with this setting
     */
    public ReplicasConfig latencyDecay(Duration span) {
        ReplicasConfig copy = copy();
        copy.latencyDecay = Objects.requireNonNull(span, "span");
        return copy;
    }

    /**
     * Names how long a replica must have been at it for the end of the caller's deadline to be its failure; sooner it says
     * nothing. Where a guard around has a shorter attempt timeout, name that.
     *
     * @param span longer than zero; default 1 s
     * @return a copy with this setting
     */
    public ReplicasConfig blameAfter(Duration span) {
        ReplicasConfig copy = copy();
        copy.blameAfter = Objects.requireNonNull(span, "span");
        return copy;
    }

    /**
     * Names who says what an outcome means.
     *
     * @param judging the classifier; default {@link Classifier#standard()}
     * @return a copy with this setting
     */
    public ReplicasConfig classifier(Classifier judging) {
        ReplicasConfig copy = copy();
        copy.classifier = Objects.requireNonNull(judging, "judging");
        return copy;
    }

    void check(Check check) {
        check.atLeast("consecutiveFailures", consecutiveFailures, 1);
        check.within("successRate.deviationsBelow", deviations, 0, 100);
        check.atLeast("successRate.calls", minimumCalls, 1);
        check.atLeast("successRate.replicas", minimumReplicas, 2);
        check.positive("interval", interval);
        check.positive("ejectFor.base", ejection);
        check.that(
                longestEjection.compareTo(ejection) >= 0,
                "ejectFor.longest",
                "must be at least the base, " + ejection,
                longestEjection);
        check.that(mostEjected >= 0 && mostEjected <= 0.5, "mostEjected", "must be 0 to 0.5", mostEjected);
        check.that(!slowStart.isNegative(), "slowStart.span", "must not be negative", slowStart);
        check.within("slowStart.floor", slowStartFloor, 0, 1);
        check.positive("latencyDecay", latencyDecay);
        check.positive("blameAfter", blameAfter);
    }

    int consecutiveFailures() {
        return consecutiveFailures;
    }

    double deviations() {
        return deviations;
    }

    int minimumCalls() {
        return minimumCalls;
    }

    int minimumReplicas() {
        return minimumReplicas;
    }

    long intervalNanos() {
        return Time.nanos(interval);
    }

    /** How long the so many-th ejection is, from 1. */
    long ejectionNanos(int times) {
        long base = Time.nanos(ejection);
        long longest = Time.nanos(longestEjection);
        return base > longest / times ? longest : base * times;
    }

    /** How many of so many may be away. */
    int mostAway(int replicas) {
        return (int) Math.floor(replicas * mostEjected);
    }

    long slowStartNanos() {
        return Time.nanos(slowStart);
    }

    double slowStartFloor() {
        return slowStartFloor;
    }

    long latencyDecayNanos() {
        return Time.nanos(latencyDecay);
    }

    long blameAfterNanos() {
        return Time.nanos(blameAfter);
    }

    Classifier classifier() {
        return classifier;
    }

    /** What is different, a line each. */
    List<String> changesFrom(ReplicasConfig before) {
        Map<String, Object> old = before.values();
        List<String> changes = new ArrayList<>();
        values().forEach((field, value) -> {
            if (!value.equals(old.get(field))) {
                changes.add(field + ": " + old.get(field) + " -> " + value);
            }
        });
        if (!classifier.equals(before.classifier)) {
            changes.add("classifier: another one");
        }
        return changes;
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("consecutiveFailures", consecutiveFailures);
        values.put("successRate.deviationsBelow", deviations);
        values.put("successRate.calls", minimumCalls);
        values.put("successRate.replicas", minimumReplicas);
        values.put("interval", interval);
        values.put("ejectFor.base", ejection);
        values.put("ejectFor.longest", longestEjection);
        values.put("mostEjected", mostEjected);
        values.put("slowStart.span", slowStart);
        values.put("slowStart.floor", slowStartFloor);
        values.put("latencyDecay", latencyDecay);
        values.put("blameAfter", blameAfter);
        return values;
    }

    @Override
    public String toString() {
        return values().toString();
    }
}
