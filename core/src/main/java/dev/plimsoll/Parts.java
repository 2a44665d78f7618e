package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.time.Time;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guard is made of.
 *
 * @param owner the guards it belongs to
 * @param gates what an attempt passes
 * @param retries null for none
 * @param timing everything about time
 * @param judge what outcomes mean
 * @param counts counts and tells
 * @param carriers what goes along to other threads
 * @param hedging null for none
 * @param visits counts who is inside, of a guard that may be retired; else null
 */
record Parts(
        Guards owner,
        Gates gates,
        @Nullable Retries retries,
        Timing timing,
        Judge judge,
        GuardCounts counts,
        List<ContextCarrier> carriers,
        @Nullable Hedging hedging,
        @Nullable Visits visits)
        implements RetryMark.Bearer {

    @Override
    public @Nullable RetryMark retryMark() {
        return retries == null ? null : retries.mark();
    }

    @Nullable
    CircuitBreaker breaker() {
        return gates.breaker();
    }

    @Nullable
    Bulkhead bulkhead() {
        return gates.bulkhead();
    }

    String name() {
        return timing.name();
    }

    Time time() {
        return owner.time();
    }

    /**
     * Whether what runs inside must be able to find out that it does: retries nest, timeouts fire, work goes to another
     * thread. The same for as long as these parts are; but whether a bulkhead {@link #queues} is not.
     */
    boolean framed() {
        return retries != null || hedging != null || timing.isNamed() || hasPool();
    }

    private boolean hasPool() {
        return bulkhead() != null && bulkhead().hasPool();
    }

    /** Whether a call may wait for a place: at present, for a bulkhead can be reconfigured. */
    boolean queues() {
        return bulkhead() != null && bulkhead().config().maxWaiting() > 0;
    }

    /** What retries and hedges are charged to; null where there are none. */
    @Nullable
    RetryBudget budget() {
        if (retries != null) {
            return retries.budget();
        }
        return hedging == null ? null : hedging.budget();
    }

    /** Whether there is no room here for anybody. */
    boolean refusesAll() {
        return visits != null && visits.refuses();
    }

    /** A call is over. */
    void leave() {
        if (visits != null) {
            visits.leaves();
        }
    }

    Parts judgedBy(Classifier classifier, boolean allowsHedges) {
        Hedging allowed = allowsHedges ? hedging : null;
        return new Parts(owner, gates, retries, timing, judge.with(classifier), counts, carriers, allowed, visits);
    }

    /** Hands over a value that came too late. */
    void late(@Nullable Object value) {
        if (timing.onLateResult() != null) {
            try {
                timing.onLateResult().accept(value);
            } catch (Exception e) {
                counts.observers().fault(e);
            }
        }
    }
}
