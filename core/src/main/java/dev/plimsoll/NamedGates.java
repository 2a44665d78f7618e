package dev.plimsoll;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.shed.Throttling;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The gates that a {@link GuardBuilder} was told of; of each kind the last one counts.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class NamedGates {

    private final Check given;
    private GateChoice<CircuitBreakerBuilder, CircuitBreaker> breaker = GateChoice.none();
    private GateChoice<Throttling, AdaptiveThrottle> throttle = GateChoice.none();
    private GateChoice<RateLimit, RateLimiter> rateLimiter = GateChoice.none();
    private GateChoice<ConcurrencyLimitConfig.Builder, ConcurrencyLimit> limit = GateChoice.none();
    private GateChoice<BulkheadConfig.Builder, Bulkhead> bulkhead = GateChoice.none();

    /** None yet; what is missing where something must be is noted there. */
    NamedGates(Check given) {
        this.given = given;
    }

    void breaker(UnaryOperator<CircuitBreakerBuilder> setup) {
        breaker = GateChoice.own(given.applied("circuitBreaker", setup, new CircuitBreakerBuilder()));
    }

    void breaker(CircuitBreaker shared) {
        breaker = shared("circuitBreaker", shared);
    }

    void throttle(UnaryOperator<Throttling> setup) {
        throttle = GateChoice.own(given.applied("adaptiveThrottle", setup, Throttling.defaults()));
    }

    void throttle(AdaptiveThrottle shared) {
        throttle = shared("adaptiveThrottle", shared);
    }

    void rateLimiter(UnaryOperator<RateLimit> setup) {
        rateLimiter = GateChoice.own(given.applied("rateLimiter", setup, RateLimit.defaults()));
    }

    void rateLimiter(RateLimiter shared) {
        rateLimiter = shared("rateLimiter", shared);
    }

    void limit(UnaryOperator<ConcurrencyLimitConfig.Builder> setup) {
        limit = GateChoice.own(given.applied("concurrencyLimit", setup, ConcurrencyLimitConfig.builder()));
    }

    void limit(ConcurrencyLimit shared) {
        limit = shared("concurrencyLimit", shared);
    }

    void bulkhead(UnaryOperator<BulkheadConfig.Builder> setup) {
        bulkhead = GateChoice.own(given.applied("bulkhead", setup, BulkheadConfig.builder()));
    }

    void bulkhead(Bulkhead shared) {
        bulkhead = shared("bulkhead", shared);
    }

    private <C, G> GateChoice<C, G> shared(String field, G gate) {
        given.given(field, gate);
        return GateChoice.shared(gate);
    }

    void check(Check check, @Nullable Duration attemptTimeout) {
        CircuitBreakerBuilder ownBreaker = breaker.own();
        if (ownBreaker != null) {
            GuardConfig.part(check, "circuitBreaker", ownBreaker::check);
        }
        part(check, "adaptiveThrottle", bounded(attemptTimeout), Throttling::problems);
        part(check, "rateLimiter", rateLimiter, RateLimit::problems);
        part(check, "concurrencyLimit", limit, ConcurrencyLimitConfig.Builder::problems);
        part(check, "bulkhead", bulkhead, BulkheadConfig.Builder::problems);
    }

    private static <C> void part(Check check, String name, GateChoice<C, ?> gate, Function<C, List<String>> problems) {
        C own = gate.own();
        if (own != null) {
            check.part(name, problems.apply(own));
        }
    }

    /** There must be nothing wrong with them. */
    GateConfigs build(@Nullable Duration attemptTimeout, boolean counted) {
        return new GateConfigs(
                breaker.map(setup -> built(setup, attemptTimeout, counted)),
                bounded(attemptTimeout),
                rateLimiter,
                limit.map(ConcurrencyLimitConfig.Builder::build),
                bulkhead.map(BulkheadConfig.Builder::build));
    }

    /** A throttle's window must be longer than an attempt. */
    private GateChoice<Throttling, AdaptiveThrottle> bounded(@Nullable Duration attemptTimeout) {
        return throttle.map(named -> named.attemptTimeout().isZero() && attemptTimeout != null
                ? named.attemptTimeout(attemptTimeout)
                : named);
    }

    /** A probe may take as long as an attempt, twice over; and what the guard does not count its breaker does not. */
    private static BreakerConfig built(
            CircuitBreakerBuilder setup, @Nullable Duration attemptTimeout, boolean counted) {
        BreakerConfig config = setup.build();
        if (attemptTimeout != null) {
            long half = Math.min(Time.nanos(attemptTimeout), Time.LONGEST / 2);
            config = config.leaseUnlessNamed(Duration.ofNanos(2 * half));
        }
        return counted ? config : config.uncounted();
    }
}
