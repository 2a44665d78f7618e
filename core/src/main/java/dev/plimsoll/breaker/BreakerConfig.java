package dev.plimsoll.breaker;

import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a circuit breaker is set up. Made by {@link CircuitBreakerBuilder}, which checks it; two are equal when they would
 * behave alike.
 *
 * @param rules when to open, in the order in which they are asked
 * @param horizon how far back the rules look that look at a window
 * @param opening for how long to stay open
 * @param probing how to find out whether the dependency works again
 * @param rampUp for how long, after closing, only a growing share of the calls is admitted; zero for none
 * @param counted whether good calls are counted where no rule needs it, for the snapshot's sake
 */
public record BreakerConfig(
        List<TripRule> rules, Horizon horizon, Opening opening, Probing probing, Duration rampUp, boolean counted) {

    private static final long SHORTEST_DEFAULT_LEASE = Duration.ofSeconds(60).toNanos();

    /** How far back a window reaches. */
    public sealed interface Horizon {

        /**
         * The last calls, whenever they were.
         *
         * @param calls 1 … 1 000 000
         */
        record LastCalls(int calls) implements Horizon {}

        /**
         * The last span of time, in twenty buckets: the oldest bucket leaves as a whole.
         *
         * @param span 20 ms or longer
         */
        record LastTime(Duration span) implements Horizon {}
    }

    /**
     * For how long to stay open.
     *
     * @param openWait by the number of openings in a row, from 1, and by how long it was open before
     * @param retryAfterClamp a dependency's Retry-After lengthens the wait to this at most
     * @param overloadTrips whether the answer "I am full" speaks against the dependency; if not it counts nowhere
     */
    public record Opening(Backoff openWait, Duration retryAfterClamp, boolean overloadTrips) {

        /** OVERLOAD that must not trip says nothing. */
        Verdict evidenceOf(Judgement judgement) {
            Verdict verdict = judgement.verdict();
            return verdict == Verdict.OVERLOAD && !overloadTrips ? Verdict.IGNORED : verdict;
        }
    }

    /**
     * How to find out whether the dependency works again.
     *
     * @param maxConcurrent how many probes may be under way at once
     * @param successesToClose how many must succeed; a single failure reopens
     * @param lease after which time an unsettled probe counts as failed; empty for max(open wait, 60 s)
     */
    public record Probing(int maxConcurrent, int successesToClose, Optional<Duration> lease) {

        /** How many probes one episode admits, those not counted that turned out to say nothing. */
        int most() {
            return Math.max(maxConcurrent, successesToClose);
        }
    }

    /**
     * Keeps its own copy of the rules.
     *
     * @param rules see above
     * @param horizon see above
     * @param opening see above
     * @param probing see above
     * @param rampUp see above
     * @param counted see above
     */
    public BreakerConfig {
        rules = List.copyOf(rules);
    }

    /**
     * The same, but with a lease where none was named.
     *
     * @param lease after which time an unsettled probe counts as failed
     * @return this, or a changed copy
     */
    public BreakerConfig leaseUnlessNamed(Duration lease) {
        Probing leased = new Probing(probing.maxConcurrent, probing.successesToClose, Optional.of(lease));
        return probing.lease.isPresent() ? this : new BreakerConfig(rules, horizon, opening, leased, rampUp, counted);
    }

    /**
     * The same, but good calls are counted only where a rule needs it.
     *
     * @return a changed copy
     */
    public BreakerConfig uncounted() {
        return new BreakerConfig(rules, horizon, opening, probing, rampUp, false);
    }

    /**
     * The same, but good calls are counted in any case.
     *
     * @return a changed copy
     */
    public BreakerConfig counting() {
        return new BreakerConfig(rules, horizon, opening, probing, rampUp, true);
    }

    /** Whether a rule looks at a window. */
    boolean hasWindow() {
        return rules.stream().anyMatch(rule -> !(rule instanceof TripRule.ConsecutiveFailures));
    }

    /** Whether both look at a window, and at one of the same shape. */
    boolean hasSameWindow(BreakerConfig other) {
        return hasWindow() && other.hasWindow() && horizon.equals(other.horizon);
    }

    /** Whether good calls are counted: for the snapshot's sake, or by a window of time. */
    boolean countsGood() {
        return counted || (hasWindow() && horizon instanceof Horizon.LastTime);
    }

    /** The lease of a probe, in nanoseconds. */
    long lease() {
        return probing.lease()
                .map(Time::nanos)
                .orElseGet(() -> Math.max(opening.openWait().pauseNanos(1, 0, () -> 1.0), SHORTEST_DEFAULT_LEASE));
    }

    /**
     * For how long to stay open, the so many-th time in a row, after a wait that was so long and a judgement that may hold a
     * hint.
     */
    long openWait(int openings, long lastWait, @Nullable Judgement judgement, DoubleSupplier random) {
        long wait = opening.openWait().pauseNanos(openings, openings == 1 ? 0 : lastWait, random);
        long hint = judgement == null ? 0 : Math.max(0, judgement.retryAfterNanos());
        return Math.max(wait, Math.min(hint, Time.nanos(opening.retryAfterClamp())));
    }

    /**
     * How it is set up, for people.
     *
     * @return such as "5 failures in a row, or 50 % of 10 or more calls in 10 s failed; open 30 s; 3 probes at once, 3
     *     successes close"
     */
    @Override
    public String toString() {
        return BreakerWords.of(this);
    }
}
