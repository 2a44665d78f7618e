package dev.plimsoll.telemetry;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.limit.ConcurrencyLimitSnapshot;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.shed.ThrottleSnapshot;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What is read from the snapshots of guards. Of the guards of many keys it is the sum, except for shares, of which it is
 * the worst.
 */
final class Gauges {

    /** How a number comes from one guard; empty when that has no such mechanism. */
    private record Gauge(Function<GuardSnapshot, Optional<Double>> of, ToDoubleFunction<DoubleStream> all) {}

    private static final Map<Metric, Gauge> ALL = new EnumMap<>(Metric.class);

    static {
        of(GuardSnapshot::bulkhead, Metric.BULKHEAD_MAX, BulkheadSnapshot::maxConcurrent);
        of(GuardSnapshot::bulkhead, Metric.BULKHEAD_ACTIVE, BulkheadSnapshot::active);
        of(GuardSnapshot::bulkhead, Metric.BULKHEAD_WAITING, BulkheadSnapshot::waiting);
        of(GuardSnapshot::bulkhead, Metric.BULKHEAD_ORPHANS, BulkheadSnapshot::orphans);
        of(GuardSnapshot::concurrencyLimit, Metric.LIMIT, ConcurrencyLimitSnapshot::limit);
        of(GuardSnapshot::concurrencyLimit, Metric.LIMIT_ACTIVE, ConcurrencyLimitSnapshot::inFlight);
        of(GuardSnapshot::rateLimiter, Metric.RATE_AVAILABLE, RateLimiterSnapshot::available);
        of(GuardSnapshot::rateLimiter, Metric.RATE_WAITING, RateLimiterSnapshot::waiting);
        of(GuardSnapshot::budget, Metric.BUDGET_BALANCE, Gauges::balance);
        of(
                GuardSnapshot::throttle,
                Metric.THROTTLE,
                ThrottleSnapshot::probability,
                values -> values.max().orElse(Double.NaN));
        of(
                GuardSnapshot::breaker,
                Metric.BREAKER_ADMITTING,
                BreakerSnapshot::admitting,
                values -> values.min().orElse(Double.NaN));
    }

    private Gauges() {}

    private static <S> void of(
            Function<GuardSnapshot, Optional<S>> part, Metric metric, ToDoubleFunction<? super S> number) {
        of(part, metric, number, DoubleStream::sum);
    }

    private static <S> void of(
            Function<GuardSnapshot, Optional<S>> part,
            Metric metric,
            ToDoubleFunction<? super S> number,
            ToDoubleFunction<DoubleStream> all) {
        ALL.put(metric, new Gauge(guard -> part.apply(guard).map(number::applyAsDouble), all));
    }

    /** Retries that would be granted now, however long the budget's window is and whatever it charges. */
    private static double balance(RetryBudget.Snapshot budget) {
        return switch (budget.kind()) {
            case UNLIMITED -> Double.POSITIVE_INFINITY;
            case TOKEN_BUCKET -> budget.allowed();
            case WINDOWED_RATIO, FIXED_COUNT -> Math.max(0, budget.allowed() - budget.retries());
        };
    }

    /** All that can be read of guards, but for the states of breakers. */
    static Iterable<Metric> all() {
        return ALL.keySet();
    }

    /** Whether any of the guards has what is read there. */
    static boolean has(Metric metric, List<GuardSnapshot> guards) {
        Gauge gauge = ALL.get(metric);
        return gauge != null
                && guards.stream().anyMatch(each -> gauge.of.apply(each).isPresent());
    }

    /** The number; not a number when none of the guards has any. */
    static double value(Metric metric, List<GuardSnapshot> guards) {
        Gauge gauge = ALL.get(metric);
        if (gauge == null || !has(metric, guards)) {
            return Double.NaN;
        }
        return gauge.all.applyAsDouble(
                guards.stream().map(gauge.of).flatMap(Optional::stream).mapToDouble(Double::doubleValue));
    }

    static boolean hasBreaker(List<GuardSnapshot> guards) {
        return guards.stream().anyMatch(each -> each.breaker().isPresent());
    }

    /** How many breakers are in a state. */
    static double count(BreakerState state, List<GuardSnapshot> guards) {
        return guards.stream()
                .flatMap(each -> each.breaker().stream())
                .filter(breaker -> breaker.state() == state)
                .count();
    }
}
