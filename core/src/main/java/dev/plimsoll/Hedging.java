package dev.plimsoll;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeDelay;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.time.VirtualThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a guard needs for hedging: when, on whose account, and how often it was.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Hedging {

    private record Totals(LongAdder launched, LongAdder won, LongAdder denied) {}

    private static final int MANY = 1_000_000; // the gates bound how many legs there are

    private final HedgeDelay delay;
    private final RetryBudget budget;
    private final boolean ownAccount;
    private final Totals totals;
    private @Nullable Bulkhead virtual; // guarded by this; its permits are nobody's

    private Hedging(HedgeDelay delay, RetryBudget budget, boolean ownAccount, Totals totals) {
        this.delay = delay;
        this.budget = budget;
        this.ownAccount = ownAccount;
        this.totals = totals;
    }

    /**
     * As a set-up asks for it.
     *
     * @param budget what hedges are charged to
     * @param retries whether retries are too, and tell it of successes
     * @param before as the set-up before has asked for it; what was observed is kept if this one asks for the same
     */
    static Hedging of(Hedge hedge, RetryBudget budget, boolean retries, @Nullable Hedging before, long now) {
        HedgeDelay delay =
                before != null && before.delay.hedge().equals(hedge) ? before.delay : new HedgeDelay(hedge, now);
        Totals totals = before != null ? before.totals : new Totals(new LongAdder(), new LongAdder(), new LongAdder());
        return new Hedging(delay, budget, !retries, totals);
    }

    /** On whose threads the legs of blocking calls run; null where there are none. */
    @Nullable
    Bulkhead threads(Parts parts) {
        Bulkhead bulkhead = parts.bulkhead();
        if (bulkhead != null && bulkhead.hasPool()) {
            return bulkhead;
        }
        return VirtualThreads.exist() ? virtual(parts) : null;
    }

    private synchronized Bulkhead virtual(Parts parts) {
        Bulkhead made = virtual;
        if (made == null) {
            BulkheadConfig config = BulkheadConfig.builder()
                    .maxConcurrent(MANY)
                    .ownVirtualThreads()
                    .build();
            made = Bulkhead.create(
                    parts.name(), config, parts.time(), parts.counts().observers());
            virtual = made;
        }
        return made;
    }

    HedgeDelay delay() {
        return delay;
    }

    RetryBudget budget() {
        return budget;
    }

    int mostLegs() {
        return 1 + delay.hedge().maxHedges();
    }

    /** A call was answered. A budget that successes refill hears of it, unless the retries say so. */
    void succeeded() {
        if (ownAccount && budget.hearsSuccesses()) {
            budget.succeeded(null);
        }
    }

    void launched() {
        totals.launched().increment();
    }

    void won() {
        totals.won().increment();
    }

    void denied() {
        totals.denied().increment();
    }

    HedgeSnapshot snapshot(long now) {
        return new HedgeSnapshot(
                Optional.of(delay.nanos(now))
                        .filter(nanos -> nanos != HedgeDelay.NONE)
                        .map(Duration::ofNanos),
                totals.launched().sum(),
                totals.won().sum(),
                totals.denied().sum());
    }

    @Override
    public String toString() {
        return delay.hedge().toString();
    }
}
