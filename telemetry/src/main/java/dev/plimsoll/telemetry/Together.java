package dev.plimsoll.telemetry;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.limit.ConcurrencyLimitSnapshot;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.shed.ThrottleSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Guards that are added up as one dependency: a mechanism that several of them share is left to the first of them only, so that
 * it counts once. What is a guard's own is called as the guard is, what is shared is not; a retry budget has no name.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Together {

    private record Mechanism(Class<?> kind, String name) {}

    private final Set<Mechanism> shared = new HashSet<>();
    private final boolean sharesBudget;
    private boolean hasBudget;

    private Together(boolean sharesBudget) {
        this.sharesBudget = sharesBudget;
    }

    /**
     * What counts of each of them.
     *
     * @param sharesBudget whether all have the same retry budget
     */
    static List<GuardSnapshot> of(List<GuardSnapshot> guards, boolean sharesBudget) {
        Together together = new Together(sharesBudget);
        return guards.stream().map(together::counting).toList();
    }

    private GuardSnapshot counting(GuardSnapshot guard) {
        return new GuardSnapshot(
                guard.name(),
                guard.calls(),
                guard.counted(),
                guard.retries(),
                guard.budgetDenials(),
                guard.refusals(),
                guard.stalls(),
                guard.attemptTimeout(),
                guard.faults(),
                once(guard, guard.breaker(), BreakerSnapshot::name),
                once(guard, guard.throttle(), ThrottleSnapshot::name),
                once(guard, guard.rateLimiter(), RateLimiterSnapshot::name),
                once(guard, guard.concurrencyLimit(), ConcurrencyLimitSnapshot::name),
                once(guard, guard.bulkhead(), BulkheadSnapshot::name),
                guard.budget().filter(unused -> isFirstBudget()),
                guard.hedges());
    }

    private <S> Optional<S> once(GuardSnapshot guard, Optional<S> part, Function<S, String> called) {
        return part.filter(one -> {
            String name = called.apply(one);
            return name.equals(guard.name()) || shared.add(new Mechanism(one.getClass(), name));
        });
    }

    private boolean isFirstBudget() {
        boolean first = !sharesBudget || !hasBudget;
        hasBudget = true;
        return first;
    }
}
