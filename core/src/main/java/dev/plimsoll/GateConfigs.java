package dev.plimsoll;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.shed.Throttling;

/** With which gates a guard was set up, in the order in which an attempt passes them. */
record GateConfigs(
        GateChoice<BreakerConfig, CircuitBreaker> breaker,
        GateChoice<Throttling, AdaptiveThrottle> throttle,
        GateChoice<RateLimit, RateLimiter> rateLimiter,
        GateChoice<ConcurrencyLimitConfig, ConcurrencyLimit> limit,
        GateChoice<BulkheadConfig, Bulkhead> bulkhead) {}
