package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Counts;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.LastCalls;
import dev.plimsoll.window.StripedCount;
import dev.plimsoll.window.TimeWindow;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one episode of judging knows of the dependency: the window, the failures in a row, and the rules that look at
 * them.
 *
 * <p><b>Threading:</b> any number of threads record at once. A good call costs one striped add; the rules are asked only
 * when a bad one is recorded, by the thread that recorded it, which sees its own.
 */
final class Evidence {

    private static final int BUCKETS = 20;
    private static final long NEVER_SLOW = Long.MAX_VALUE;
    private static final VarHandle STREAK = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "streak", VarHandle.class, Evidence.class, int.class);

    private final BreakerConfig config;
    private final Time time;
    private final long slowerThan;
    private final @Nullable TimeWindow lastTime;
    private final @Nullable LastCalls lastCalls;
    private final @Nullable StripedCount goodTotals;
    private final @Nullable StripedCount badTotals;
    private volatile int streak;

    /**
     * Nothing is known yet.
     *
     * @param config the rules
     * @param time tells whether this process itself stood still
     * @param tally counts what leaves the window, or what there is no window for
     * @param now when the episode begins
     */
    Evidence(BreakerConfig config, Time time, BreakerTally tally, long now) {
        this.config = config;
        this.time = time;
        this.slowerThan = slowerThan(config);
        boolean windowed = config.hasWindow();
        Horizon horizon = config.horizon();
        this.lastTime = windowed && horizon instanceof Horizon.LastTime last
                ? new TimeWindow(Time.nanos(last.span()), BUCKETS, now, tally.counts())
                : null;
        this.lastCalls = windowed && horizon instanceof Horizon.LastCalls last ? new LastCalls(last.calls()) : null;
        this.badTotals = lastTime == null ? tally.counts() : null;
        this.goodTotals = tally.countsGood() ? badTotals : null;
    }

    /** The threshold in nanoseconds; {@code Long.MAX_VALUE} when no rule asks for one. */
    static long slowerThan(BreakerConfig config) {
        for (TripRule rule : config.rules()) {
            if (rule instanceof TripRule.SlowCallRate slow) {
                return Time.nanos(slow.slowerThan());
            }
        }
        return NEVER_SLOW;
    }

    /** Records a success that can change nothing but a count; false when it may, and nothing was recorded. */
    boolean good(long now, long elapsedNanos) {
        if (streak != 0 || elapsedNanos >= slowerThan) {
            return false;
        }
        count(Kind.GOOD, now, goodTotals);
        return true;
    }

    /** Records a success. Returns why the breaker opens, which only a slow one can cause; else null. */
    @Nullable
    String succeeded(long now, long elapsedNanos) {
        if (streak != 0) {
            streak = 0;
        }
        if (elapsedNanos >= slowerThan && isSlow(config, time, now, elapsedNanos)) {
            count(Kind.SLOW, now, goodTotals);
            return broken(0, now);
        }
        count(Kind.GOOD, now, goodTotals);
        return null;
    }

    /** Records a failure. Returns why the breaker opens, or null. */
    @Nullable
    String failed(long now, long elapsedNanos) {
        // The row that this failure completes: a success that comes next must not hide it.
        int row = (int) STREAK.getAndAdd(this, 1) + 1;
        count(isSlow(config, time, now, elapsedNanos) ? Kind.SLOW_FAILED : Kind.FAILED, now, badTotals);
        return broken(row, now);
    }

    /** While this process stood still, the call only looked slow: that time is not held against the dependency. */
    static boolean isSlow(BreakerConfig config, Time time, long now, long elapsedNanos) {
        long slowerThan = slowerThan(config);
        return elapsedNanos >= slowerThan && elapsedNanos - time.lateness(now - elapsedNanos) >= slowerThan;
    }

    private @Nullable String broken(int row, long now) {
        Counts window = window(now);
        for (TripRule rule : config.rules()) {
            String broken = TripRules.broken(rule, row, window);
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }

    private void count(int kind, long now, @Nullable StripedCount totals) {
        if (lastTime != null) {
            lastTime.add(kind, now);
            return;
        }
        if (lastCalls != null) {
            lastCalls.record(kind);
        }
        if (totals != null) {
            totals.add(kind);
        }
    }

    /** What the rules see now. */
    Counts window(long now) {
        if (lastTime != null) {
            return lastTime.read(now);
        }
        return lastCalls != null ? lastCalls.read() : Counts.NONE;
    }

    /** Failures in a row. */
    int streak() {
        return streak;
    }

    /** What was counted here and nowhere else. */
    Counts unretired() {
        return lastTime != null ? lastTime.unretired() : Counts.NONE;
    }

    /** Ends the episode: what is still recorded here goes to the tally. */
    void seal() {
        if (lastTime != null) {
            lastTime.seal();
        }
    }
}
