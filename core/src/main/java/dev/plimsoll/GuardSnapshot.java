package dev.plimsoll;

import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.limit.ConcurrencyLimitSnapshot;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.shed.ThrottleSnapshot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A guard at one moment. Consistent at quiescence; all counts are since the guard was made.
 *
 * @param name the dependency's name
 * @param calls how calls ended
 * @param counted whether those are counted that end well, as they are unless the guard is uncounted
 * @param retries how many attempts beyond the first were scheduled
 * @param budgetDenials how many calls were not tried again for want of budget, which others may have used up who share it
 * @param refusals how many attempts were refused, by reason; reasons that never occurred are absent
 * @param stalls attempts that timed out because this process itself had stood still
 * @param attemptTimeout the attempt timeout in force, of an adaptive one the present value; empty when there is none
 * @param faults how often the user's own observers, classifiers and predicates threw something
 * @param breaker empty when the guard has none
 * @param throttle empty when the guard has none
 * @param rateLimiter empty when the guard has none
 * @param concurrencyLimit empty when the guard has none
 * @param bulkhead empty when the guard has none
 * @param budget empty when the guard neither retries nor hedges
 * @param hedges empty when the guard does not hedge
 */
public record GuardSnapshot(
        String name,
        Calls calls,
        boolean counted,
        long retries,
        long budgetDenials,
        Map<Rejection.Reason, Long> refusals,
        long stalls,
        Optional<Duration> attemptTimeout,
        long faults,
        Optional<BreakerSnapshot> breaker,
        Optional<ThrottleSnapshot> throttle,
        Optional<RateLimiterSnapshot> rateLimiter,
        Optional<ConcurrencyLimitSnapshot> concurrencyLimit,
        Optional<BulkheadSnapshot> bulkhead,
        Optional<RetryBudget.Snapshot> budget,
        Optional<HedgeSnapshot> hedges) {

    /**
     * How calls ended, before any fallback.
     *
     * @param answered with a good value, but for those of the time in which the guard was uncounted
     * @param failed with an error of the work, or a bad value
     * @param timedOut with a timeout
     * @param refused without an attempt
     * @param cancelled by an interruption, a cancellation or an {@link Error}
     */
    public record Calls(long answered, long failed, long timedOut, long refused, long cancelled) {}
}
