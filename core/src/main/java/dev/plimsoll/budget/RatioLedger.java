package dev.plimsoll.budget;

import dev.plimsoll.budget.WindowedRatio.Combination;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.TimeWindow;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/**
 * Grants a retry while those of the window are fewer than the calls of the window and the minimum allow.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class RatioLedger implements Ledger {
    /*
     *      bucket   e-10  e-9  …  e-1   e (filling)
     *      calls           └────────────┘   10 buckets: at most the window's length, often a little less
     *      retries   └──────────────────┘   11 buckets: at least the window's length, mostly a little more
     *
     *      allowed = floor(ratio · calls  max or plus  minimumPerSecond · window)
     *
     * Both errors are on the safe side. So, with a window of T, in every span of W:
     *
     *      retries <= ratio · calls in the span and the T before it  +  minimumPerSecond · (W + T)
     *
     * Proof: go backwards from the span's last retry in groups of 11 buckets, the next group ending at the last retry
     * before this one. Each group was allowed by the calls of its last 10 buckets and one minimum, minimumPerSecond · T.
     * The groups are disjoint, and all but the first 11 · T/10 apart or more; (W + T/10) / (11 · T/10) + 1 minimums are no
     * more than (W + T) / T for W >= T, and for a shorter W there is only one group.
     *
     * Concurrency: calls are a striped count. Retries are one immutable value, replaced by compare-and-set after the
     * sum in it was compared with the allowance; whoever loses compares again. So retries that are granted at the same
     * time see each other, and a refusal writes nothing but its own counter: in an outage, when nearly all are refused,
     * threads do not meet. A call deposited meanwhile can only raise the allowance.
     *
     * Source: Finagle's RetryBudget (windowed deposits and withdrawals, a reserve per window), with the greater of share
     * and reserve as an alternative to their sum.
     */
    private static final VarHandle CHARGES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "charges", VarHandle.class, RatioLedger.class, Charges.class);
    private static final int BUCKETS = 10;
    private static final long MOST_CALLS = 100_000_000_000L;

    private final WindowedRatio settings;
    private final long ratioMicros;
    private final long minimumMicros;
    private final long origin;
    private final long bucketNanos;
    private final TimeWindow calls;
    private final LongAdder withdrawn = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private volatile Charges charges = Charges.none(BUCKETS + 1);

    /** An empty ledger of sound settings. */
    RatioLedger(WindowedRatio settings, long origin) {
        this.settings = settings;
        this.ratioMicros = settings.ratioMicros();
        this.minimumMicros = settings.minimumMicros();
        this.origin = origin;
        this.bucketNanos = settings.over().toNanos() / BUCKETS;
        this.calls = new TimeWindow(bucketNanos * BUCKETS, BUCKETS, origin);
    }

    @Override
    public void deposit(long now) {
        calls.add(Kind.GOOD, now);
    }

    @Override
    public boolean tryWithdraw(long now) {
        long epoch = epoch(now);
        while (true) {
            Charges before = charges;
            if (before.sumAt(epoch) >= allowed(now)) {
                denied.increment();
                return false;
            }
            if (CHARGES.compareAndSet(this, before, before.plus(epoch))) {
                withdrawn.increment();
                return true;
            }
        }
    }

    @Override
    public void giveBack(long instant) {
        long epoch = epoch(instant);
        while (true) {
            Charges before = charges;
            Charges after = before.minus(epoch);
            if (after == before || CHARGES.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        return new RetryBudget.Snapshot(
                calls.count(Kind.GOOD, now), charges.sumAt(epoch(now)), allowed(now), withdrawn.sum(), denied.sum());
    }

    @Override
    public String toString() {
        return settings.toString();
    }

    private long allowed(long now) {
        long bought = Math.min(calls.count(Kind.GOOD, now), MOST_CALLS) * ratioMicros;
        long micros =
                settings.combinedAs() == Combination.SUM ? bought + minimumMicros : Math.max(bought, minimumMicros);
        return micros / WindowedRatio.SCALE;
    }

    private long epoch(long now) {
        return Math.max(0, now - origin) / bucketNanos;
    }
}
