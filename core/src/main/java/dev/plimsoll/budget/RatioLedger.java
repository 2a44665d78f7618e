package dev.plimsoll.budget;

import dev.plimsoll.budget.WindowedRatio.Combination;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.TimeWindow;

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
     * Settings that leave the window as long go on with the same calls and retries: what is charged stays charged, and a
     * retry is granted by the settings of its moment, so the bound holds with the greatest ratio and minimum that were in
     * force. A window of another length begins anew, and the bound holds for each ledger alone: a span that reaches over
     * the change may hold the retries of both. Who has read the old ledger at the moment of the change still charges the
     * old one, which that bounds as well.
     *
     * Concurrency: calls are a striped count. What they allow is read before the retry is charged: a call deposited
     * meanwhile could only have raised it. To add up all stripes costs more than all the rest where several threads make
     * calls, so what was allowed at the last look is kept: as long as the same bucket fills, the window holds the same
     * buckets, calls are only added to them, and whatever was allowed then is allowed still. Only who would be refused by
     * that looks anew. So the answer is always that of a fresh look, and a thread that reads an older `latest` than
     * another one looks once more in vain.
     *
     * Source: Finagle's RetryBudget (windowed deposits and withdrawals, a reserve per window), with the greater of share
     * and reserve as an alternative to their sum.
     */
    private static final long MOST_CALLS = 100_000_000_000L;

    private final WindowedRatio settings;
    private final long ratioMicros;
    private final long minimumMicros;
    private final TimeWindow calls;
    private final ChargedWindow retries;
    private final Tally tally;
    private Allowance latest = new Allowance(-1, 0); // no bucket has that epoch

    /** How many retries were allowed when the calls were last added up, while the bucket of this epoch was filling. */
    private record Allowance(long epoch, long retries) {}

    /** An empty ledger of sound settings. */
    RatioLedger(WindowedRatio settings, long origin, Tally tally) {
        this(
                settings,
                calls(settings, origin),
                new ChargedWindow(settings.over().toNanos(), origin),
                tally);
    }

    private RatioLedger(WindowedRatio settings, TimeWindow calls, ChargedWindow retries, Tally tally) {
        this.settings = settings;
        this.ratioMicros = settings.ratioMicros();
        this.minimumMicros = settings.minimumMicros();
        this.calls = calls;
        this.retries = retries;
        this.tally = tally;
    }

    private static TimeWindow calls(WindowedRatio settings, long origin) {
        long bucketNanos = settings.over().toNanos() / ChargedWindow.BUCKETS;
        return new TimeWindow(bucketNanos * ChargedWindow.BUCKETS, ChargedWindow.BUCKETS, origin);
    }

    /** The ledger by other settings: with the same calls and retries while the window is as long. */
    RatioLedger with(WindowedRatio others, long now) {
        if (others.equals(settings)) {
            return this;
        }
        return others.over().equals(settings.over())
                ? new RatioLedger(others, calls, retries, tally)
                : new RatioLedger(others, now, tally);
    }

    @Override
    public void deposit(long now) {
        calls.add(Kind.GOOD, now);
    }

    @Override
    public boolean tryWithdraw(long now, FailureKind failure) {
        Allowance known = latest;
        boolean granted = known.epoch() == calls.epoch(now) && retries.tryCharge(now, known.retries());
        return tally.granted(granted || retries.tryCharge(now, allowedAnew(now)));
    }

    private long allowedAnew(long now) {
        long allowed = allowed(now);
        latest = new Allowance(calls.epoch(now), allowed);
        return allowed;
    }

    @Override
    public void giveBack(long withdrawn, FailureKind failure) {
        retries.giveBack(withdrawn);
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        return new RetryBudget.Snapshot(
                RetryBudget.Kind.WINDOWED_RATIO,
                calls.count(Kind.GOOD, now),
                retries.count(now),
                allowed(now),
                0,
                0,
                tally.withdrawn(),
                tally.denied());
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
}
