package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.breaker.BreakerConfig.Opening;
import dev.plimsoll.breaker.BreakerConfig.Probing;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a circuit breaker.
 *
 * <p>Defaults: opens after 5 consecutive failures, or when half of at least 10 calls in the last 10 s failed (naming a
 * rule replaces both); stays open for 30 s; then closes after 3 successful probes, of which 3 may be under way at once.
 *
 * <p>Nothing is checked until the breaker is built; then everything that is wrong is reported at once.
 *
 * <p><b>Threading:</b> for one thread.
 */
public final class CircuitBreakerBuilder {

    private static final List<TripRule> DEFAULT_RULES =
            List.of(new TripRule.ConsecutiveFailures(5), new TripRule.FailureRate(0.5, 10));
    private static final Duration DEFAULT_SPAN = Duration.ofSeconds(10);
    private static final Duration SHORTEST_SPAN = Duration.ofMillis(20);
    private static final int MOST_CALLS = 1_000_000;

    private final List<TripRule> rules = new ArrayList<>();
    private @Nullable Horizon horizon;
    private Backoff openWait = Backoff.fixed(Duration.ofSeconds(30));
    private Duration retryAfterClamp = Duration.ofMinutes(5);
    private boolean overloadTrips = true;
    private int maxConcurrentProbes = 3;
    private int successesToClose = 3;
    private @Nullable Duration probeLease;
    private Duration rampUp = Duration.ZERO;
    private boolean counted = true;
    private final Check given = new Check("circuit breaker");

    /** Everything is as by default. */
    public CircuitBreakerBuilder() {}

    /**
     * Opens after so many failures in a row.
     *
     * @param failures at least 1
     * @return this
     */
    public CircuitBreakerBuilder consecutiveFailures(int failures) {
        return rule(new TripRule.ConsecutiveFailures(failures));
    }

    /**
     * Opens when this share of the calls in the window failed.
     *
     * @param ratio above 0, at most 1
     * @param minimumCalls how many calls the window must hold at least
     * @return this
     */
    public CircuitBreakerBuilder failureRate(double ratio, int minimumCalls) {
        return rule(new TripRule.FailureRate(ratio, minimumCalls));
    }

    /**
     * Opens when this share of the calls in the window was slow.
     *
     * @param ratio above 0, at most 1
     * @param slowerThan a call that takes this long or longer is slow; below 20 ms the precise clock is read
     * @param minimumCalls how many calls the window must hold at least
     * @return this
     */
    public CircuitBreakerBuilder slowCallRate(double ratio, Duration slowerThan, int minimumCalls) {
        Duration checked = given.given("slowCallRate.slowerThan", slowerThan) ? slowerThan : SHORTEST_SPAN;
        return rule(new TripRule.SlowCallRate(ratio, checked, minimumCalls));
    }

    /**
     * Opens after so many failures in a window, which must be named with {@link #overLast} or {@link #overLastCalls}.
     *
     * @param failures at least 1
     * @return this
     */
    public CircuitBreakerBuilder failures(int failures) {
        return rule(new TripRule.Failures(failures));
    }

    /**
     * The window is the last span of time; by default 10 s.
     *
     * @param span 20 ms or longer
     * @return this
     */
    public CircuitBreakerBuilder overLast(Duration span) {
        if (given.given("overLast", span)) {
            this.horizon = new Horizon.LastTime(span);
        }
        return this;
    }

    /**
     * The window is the last calls.
     *
     * @param calls 1 … 1 000 000
     * @return this
     */
    public CircuitBreakerBuilder overLastCalls(int calls) {
        this.horizon = new Horizon.LastCalls(calls);
        return this;
    }

    /**
     * Stays open for this long, each time.
     *
     * @param wait longer than zero; default 30 s
     * @return this
     */
    public CircuitBreakerBuilder openFor(Duration wait) {
        return given.given("openFor", wait) ? openFor(Backoff.fixed(wait)) : this;
    }

    /**
     * Stays open for a time that depends on how often it opened in a row. It starts over after having been healthy for
     * as long as it was last open.
     *
     * @param wait such as {@code Backoff.exponential(ofSeconds(1)).cap(ofMinutes(1)).equalJitter()}
     * @return this
     */
    public CircuitBreakerBuilder openFor(Backoff wait) {
        if (given.given("openFor", wait)) {
            this.openWait = wait;
        }
        return this;
    }

    /**
     * A dependency that says "retry after" lengthens the open wait, up to this.
     *
     * @param clamp zero to pay no heed to it; default 300 s
     * @return this
     */
    public CircuitBreakerBuilder retryAfterClamp(Duration clamp) {
        if (given.given("retryAfterClamp", clamp)) {
            this.retryAfterClamp = clamp;
        }
        return this;
    }

    /**
     * Whether the answer "I am full" (HTTP 429 or 503) speaks against the dependency.
     *
     * @param trips default true, for the breaker also protects a service from more demand than it can serve; if false
     *     such answers count nowhere
     * @return this
     */
    public CircuitBreakerBuilder overloadTrips(boolean trips) {
        this.overloadTrips = trips;
        return this;
    }

    /**
     * How many probes may be under way at once while half open.
     *
     * @param probes at least 1; default 3
     * @return this
     */
    public CircuitBreakerBuilder maxConcurrentProbes(int probes) {
        this.maxConcurrentProbes = probes;
        return this;
    }

    /**
     * How many probes must succeed to close.
     *
     * @param successes at least 1; default 3
     * @return this
     */
    public CircuitBreakerBuilder successesToClose(int successes) {
        this.successesToClose = successes;
        return this;
    }

    /**
     * After which time a probe that has not ended counts as failed.
     *
     * @param lease longer than zero; default twice the attempt timeout, or without one max(open wait, 60 s)
     * @return this
     */
    public CircuitBreakerBuilder probeLease(Duration lease) {
        if (given.given("probeLease", lease)) {
            this.probeLease = lease;
        }
        return this;
    }

    /**
     * After closing, admits only 10 % of the calls, growing to all of them over this time.
     *
     * @param span zero, the default, for all of them at once
     * @return this
     */
    public CircuitBreakerBuilder rampUp(Duration span) {
        if (given.given("rampUp", span)) {
            this.rampUp = span;
        }
        return this;
    }

    /**
     * Good calls are not counted unless a rule needs it: a few nanoseconds less per call, and no totals in the snapshot.
     *
     * @return this
     */
    public CircuitBreakerBuilder uncounted() {
        this.counted = false;
        return this;
    }

    /**
     * The workshop's breaker: 3 consecutive failures, open for 5 s, one probe, one success closes.
     *
     * @return this
     */
    public CircuitBreakerBuilder workshop() {
        return consecutiveFailures(3)
                .openFor(Duration.ofSeconds(5))
                .maxConcurrentProbes(1)
                .successesToClose(1);
    }

    private CircuitBreakerBuilder rule(TripRule rule) {
        rules.add(rule);
        return this;
    }

    /**
     * Collects everything that is wrong.
     *
     * @param check where to
     */
    public void check(Check check) {
        check.all(given);
        Set<Class<?>> kinds = new HashSet<>();
        for (TripRule rule : rules) {
            TripRules.check(rule, check);
            check.that(kinds.add(rule.getClass()), "rules", "may be named only once each", rule);
        }
        checkWindow(check);
        checkRecovery(check);
    }

    private void checkWindow(Check check) {
        boolean plainCount = rules.stream().anyMatch(TripRule.Failures.class::isInstance);
        check.that(
                !plainCount || horizon != null,
                "failures",
                "must be named with its window, by overLast or overLastCalls",
                "no window");
        if (horizon instanceof Horizon.LastCalls last) {
            check.atLeast("overLastCalls", last.calls(), 1);
            check.that(last.calls() <= MOST_CALLS, "overLastCalls", "must be at most 1000000", last.calls());
            checkReachable(check, last.calls());
        } else if (horizon instanceof Horizon.LastTime last) {
            check.that(last.span().compareTo(SHORTEST_SPAN) >= 0, "overLast", "must be 20 ms or longer", last.span());
        }
    }

    private void checkRecovery(Check check) {
        check.part("openFor", openWait.problems());
        check.that(
                !openWait.problems().isEmpty() || openWait.pauseNanos(1, 0, () -> 0.5) > 0,
                "openFor",
                "must be longer than zero",
                openWait);
        check.that(!retryAfterClamp.isNegative(), "retryAfterClamp", "must not be negative", retryAfterClamp);
        check.atLeast("maxConcurrentProbes", maxConcurrentProbes, 1);
        check.atLeast("successesToClose", successesToClose, 1);
        check.that(!rampUp.isNegative(), "rampUp", "must not be negative", rampUp);
        if (probeLease != null) {
            check.positive("probeLease", probeLease);
        }
    }

    /** A minimum of calls that the window can never hold would switch its rule off without a word. */
    private void checkReachable(Check check, int calls) {
        for (TripRule rule : rulesOrUsual()) {
            if (rule instanceof TripRule.FailureRate rate) {
                check.that(
                        rate.minimumCalls() <= calls,
                        "failureRate.minimumCalls",
                        "must not exceed overLastCalls, " + calls,
                        rate.minimumCalls());
            } else if (rule instanceof TripRule.SlowCallRate rate) {
                check.that(
                        rate.minimumCalls() <= calls,
                        "slowCallRate.minimumCalls",
                        "must not exceed overLastCalls, " + calls,
                        rate.minimumCalls());
            } else if (rule instanceof TripRule.Failures plain) {
                check.that(
                        plain.failures() <= calls,
                        "failures",
                        "must not exceed overLastCalls, " + calls,
                        plain.failures());
            }
        }
    }

    private List<TripRule> rulesOrUsual() {
        return rules.isEmpty() ? DEFAULT_RULES : rules;
    }

    /**
     * The configuration, unchecked.
     *
     * @return an immutable value
     */
    public BreakerConfig build() {
        return new BreakerConfig(
                rulesOrUsual(),
                horizon != null ? horizon : new Horizon.LastTime(DEFAULT_SPAN),
                new Opening(openWait, retryAfterClamp, overloadTrips),
                new Probing(maxConcurrentProbes, successesToClose, Optional.ofNullable(probeLease)),
                rampUp,
                counted);
    }
}
