package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Counts;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.LastCalls;
import dev.plimsoll.window.StripedCount;
import dev.plimsoll.window.TimeWindow;
import org.jspecify.annotations.Nullable;

/**
 * What one episode of judging knows of the dependency, under one set of rules: the window, the failures in a row, and the
 * rules that look at them.
 *
 * <p><b>Threading:</b> any number of threads record at once. A good call costs one striped add; the rules are asked only
 * when a bad one is recorded, by the thread that recorded it, which sees its own.
 */
final class Evidence {

    /*
     * Under other settings the episode goes on with another object, see under(). Nothing is copied, for threads that have
     * read the old one still record there: both share the row of failures, which is the episode's, and the window when
     * its shape is the same. A window of another shape is sealed: what is in it, and what still comes, goes to the tally.
     *
     *     old ──▶ rules of before     window ◀── rules of now ◀── new        same horizon
     *               │                   ▲
     *               └───────────────────┘         episode ◀── streak of both
     */

    private static final int BUCKETS = 20;

    private final Settings settings;
    private final Time time;
    private final BreakerTally tally;
    private final Episode episode;
    private final long slowerThan;
    private final @Nullable TimeWindow lastTime;
    private final @Nullable LastCalls lastCalls;
    private final @Nullable StripedCount goodTotals;
    private final @Nullable StripedCount badTotals;

    /**
     * Nothing is known yet.
     *
     * @param settings the rules
     * @param time tells whether this process itself stood still
     * @param tally counts what leaves the window, or what there is no window for
     * @param episode what it is the evidence of
     */
    Evidence(Settings settings, Time time, BreakerTally tally, Episode episode) {
        this(settings, time, tally, episode, null);
    }

    private Evidence(Settings settings, Time time, BreakerTally tally, Episode episode, @Nullable Evidence before) {
        this.settings = settings;
        this.time = time;
        this.tally = tally;
        this.episode = episode;
        this.slowerThan = settings.slowerThan();
        BreakerConfig config = settings.config();
        Horizon horizon = config.hasWindow() ? config.horizon() : null;
        if (before != null && config.hasSameWindow(before.settings.config())) {
            this.lastTime = before.lastTime;
            this.lastCalls = before.lastCalls;
        } else {
            long now = before == null ? episode.since() : time.precise();
            this.lastTime = horizon instanceof Horizon.LastTime last
                    ? new TimeWindow(Time.nanos(last.span()), BUCKETS, now, tally.counts())
                    : null;
            this.lastCalls = horizon instanceof Horizon.LastCalls last ? new LastCalls(last.calls()) : null;
        }
        this.badTotals = lastTime == null ? tally.counts() : null;
        this.goodTotals = config.countsGood() ? badTotals : null;
    }

    /** The same episode's evidence under other settings: with the same window if that has the same shape, else empty. */
    Evidence under(Settings others) {
        return new Evidence(others, time, tally, episode, this);
    }

    /** Another one has taken its place in the episode: what that does not share goes to the tally. */
    void replacedBy(@Nullable Evidence other) {
        if (other == null || other.lastTime != lastTime) {
            seal();
        }
    }

    Settings settings() {
        return settings;
    }

    Episode episode() {
        return episode;
    }

    /** Whether a success leaves anything behind. */
    boolean recordsGood() {
        return settings.readsEnd() || lastCalls != null || goodTotals != null;
    }

    /** Records a success that can change nothing but a count; false when it may, and nothing was recorded. */
    boolean good(long now, long elapsedNanos) {
        if (elapsedNanos >= slowerThan) {
            return false;
        }
        count(Kind.GOOD, now, goodTotals);
        return true;
    }

    /** Records a success. Returns why the breaker opens, which only a slow one can cause; else null. */
    @Nullable
    String succeeded(long now, long elapsedNanos) {
        episode.endStreak();
        if (elapsedNanos >= slowerThan && settings.isSlow(time, now, elapsedNanos)) {
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
        int row = episode.lengthenStreak();
        count(settings.isSlow(time, now, elapsedNanos) ? Kind.SLOW_FAILED : Kind.FAILED, now, badTotals);
        return broken(row, now);
    }

    /** Asks the rules without recording anything: why the breaker opens, or null. */
    @Nullable
    String broken() {
        return broken(episode.streak(), time.precise());
    }

    private @Nullable String broken(int row, long now) {
        Counts window = window(now);
        for (TripRule rule : settings.config().rules()) {
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

    /** What was counted here and nowhere else. */
    Counts unretired() {
        return lastTime != null ? lastTime.unretired() : Counts.NONE;
    }

    /** Ends the window: what is still recorded here goes to the tally. */
    void seal() {
        if (lastTime != null) {
            lastTime.seal();
        }
    }
}
