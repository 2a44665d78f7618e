package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.call.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules CB-1 to CB-8 said again, as plainly as can be, for one thread: lists of everything, asked from the start each
 * time. Instants are spans since the beginning, and do not wrap.
 */
final class NaiveBreaker {

    /** A call that was admitted. */
    static final class Call {
        final int episode;
        final boolean probe;
        final long started;
        final long lease;
        final boolean timed;
        boolean ended;

        Call(int episode, boolean probe, long started, BreakerConfig config) {
            this.episode = episode;
            this.probe = probe;
            this.started = started;
            this.lease = config.probing().lease().orElseThrow().toNanos();
            this.timed = config.rules().stream().anyMatch(TripRule.SlowCallRate.class::isInstance);
        }
    }

    private record Result(boolean failed, boolean slow, long bucket) {}

    private static final int BUCKETS = 20;

    private final List<Call> probes = new ArrayList<>(); // all there ever were
    private List<Result> results = new ArrayList<>();
    private BreakerConfig config;
    private long windowSince;
    BreakerState state = BreakerState.CLOSED;
    int episode;
    int openings;
    int streak;
    int turns; // of probes in this episode
    int successes;
    long lastWait;
    long until;
    boolean limited;
    long good;
    long bad;
    private long since;

    NaiveBreaker(BreakerConfig config) {
        this.config = config;
    }

    /** What was counted stays, but a window of another shape is a new one. */
    void reconfigure(BreakerConfig other, long now) {
        boolean sameWindow =
                config.hasWindow() && other.hasWindow() && config.horizon().equals(other.horizon());
        if (!sameWindow && !config.equals(other)) {
            results = new ArrayList<>();
            windowSince = now;
        }
        config = other;
    }

    /** Null when refused. */
    @Nullable
    Call enter(long now) {
        passTime(now);
        switch (state) {
            case OPEN, FORCED_OPEN -> {
                return null;
            }
            case HALF_OPEN -> {
                long taken = probes.stream()
                        .filter(probe -> !probe.ended && now - probe.started < 2 * probe.lease)
                        .count();
                int most = Math.max(
                        config.probing().maxConcurrent(), config.probing().successesToClose());
                if (taken >= config.probing().maxConcurrent() || (turns >= most && live() > 0)) {
                    return null;
                }
                turns++;
                Call probe = new Call(episode, true, now, config);
                probes.add(probe);
                return probe;
            }
            default -> {
                return new Call(episode, false, now, config);
            }
        }
    }

    /** What happens without anybody doing anything, as far as the next call would notice. */
    private void passTime(long now) {
        if (state == BreakerState.HALF_OPEN && anyOverdue(now)) {
            open(now, openings + 1, 0);
        }
        if (state == BreakerState.OPEN && now >= until) {
            begin(BreakerState.HALF_OPEN, now);
        } else if (limited && now >= until) {
            reset(now);
        }
    }

    private boolean anyOverdue(long now) {
        return probes.stream().anyMatch(probe -> isLive(probe) && overdue(probe, now));
    }

    private boolean isLive(Call probe) {
        return probe.episode == episode && !probe.ended;
    }

    private boolean overdue(Call probe, long now) {
        return now - probe.started >= probe.lease;
    }

    void settle(Call call, Verdict given, long hint, long now) {
        Verdict verdict = given == Verdict.OVERLOAD && !config.opening().overloadTrips() ? Verdict.IGNORED : given;
        boolean counts = verdict != Verdict.IGNORED && verdict != Verdict.NOT_RUN;
        boolean isGood = verdict == Verdict.SUCCESS;
        boolean slow = call.timed && isSlow(now - call.started);
        call.ended = true;
        if (counts) {
            good += isGood && countsGood() ? 1 : 0;
            bad += isGood ? 0 : 1;
        }
        if (call.episode != episode) {
            return;
        }
        if (state == BreakerState.HALF_OPEN) {
            boolean tooLate = overdue(call, now) || anyOverdue(now);
            if (tooLate) {
                open(now, openings + 1, 0);
            } else {
                settleProbe(counts, isGood && !slow, hint, now);
            }
        } else if (counts && (state == BreakerState.CLOSED || state == BreakerState.METRICS_ONLY)) {
            streak = isGood ? 0 : streak + 1;
            results.add(new Result(!isGood, slow, bucket(now)));
            if ((!isGood || slow) && state == BreakerState.CLOSED && holds(now)) {
                boolean healthy = now - since >= lastWait;
                open(now, healthy ? 1 : openings + 1, hint);
            }
        }
    }

    private boolean countsGood() {
        return config.counted() || (config.hasWindow() && config.horizon() instanceof Horizon.LastTime);
    }

    private void settleProbe(boolean counts, boolean isGood, long hint, long now) {
        if (!counts) {
            turns--;
        } else if (!isGood) {
            open(now, openings + 1, hint);
        } else if (++successes >= config.probing().successesToClose()) {
            begin(BreakerState.CLOSED, now);
        }
    }

    private void open(long now, int times, long hint) {
        openings = times;
        lastWait = Math.max(
                config.opening().openWait().pauseNanos(times, 0, () -> 0),
                Math.min(Math.max(0, hint), config.opening().retryAfterClamp().toNanos()));
        until = now + lastWait;
        begin(BreakerState.OPEN, now);
    }

    private void begin(BreakerState kind, long now) {
        state = kind;
        episode++;
        since = now;
        windowSince = now;
        streak = 0;
        turns = 0;
        successes = 0;
        limited = false;
        results = new ArrayList<>();
    }

    void reset(long now) {
        begin(BreakerState.CLOSED, now);
        openings = 0;
        lastWait = 0;
    }

    void operate(BreakerState kind, long now, @Nullable Duration timeToLive) {
        reset(now);
        state = kind;
        limited = timeToLive != null;
        until = timeToLive == null ? 0 : now + timeToLive.toNanos();
    }

    private boolean isSlow(long elapsed) {
        return config.rules().stream()
                .anyMatch(rule -> rule instanceof TripRule.SlowCallRate slow
                        && elapsed >= slow.slowerThan().toNanos());
    }

    private long bucket(long now) {
        return config.horizon() instanceof Horizon.LastTime last
                ? (now - windowSince) / (last.span().toNanos() / BUCKETS)
                : 0;
    }

    /** The results that the rules look at. */
    List<Boolean[]> window(long now) {
        if (!config.hasWindow()) {
            return List.of();
        }
        List<Result> seen = results;
        if (config.horizon() instanceof Horizon.LastCalls last) {
            seen = results.subList(Math.max(0, results.size() - last.calls()), results.size());
        } else {
            seen = results.stream()
                    .filter(result -> bucket(now) - result.bucket < BUCKETS)
                    .toList();
        }
        return seen.stream()
                .map(result -> new Boolean[] {result.failed, result.slow})
                .toList();
    }

    private boolean holds(long now) {
        List<Boolean[]> window = window(now);
        long failed = window.stream().filter(result -> result[0]).count();
        long slow = window.stream().filter(result -> result[1]).count();
        int all = window.size();
        return config.rules().stream().anyMatch(rule -> {
            if (rule instanceof TripRule.ConsecutiveFailures row) {
                return streak >= row.failures();
            }
            if (rule instanceof TripRule.FailureRate rate) {
                return all >= rate.minimumCalls() && reaches(failed, all, rate.ratio());
            }
            if (rule instanceof TripRule.SlowCallRate rate) {
                return all >= rate.minimumCalls() && reaches(slow, all, rate.ratio());
            }
            return failed >= ((TripRule.Failures) rule).failures();
        });
    }

    /** The tests name ratios in whole percent only, so that this is exact. */
    private static boolean reaches(long part, long all, double ratio) {
        return 100 * part >= Math.round(100 * ratio) * all;
    }

    long live() {
        return state == BreakerState.HALF_OPEN
                ? probes.stream().filter(this::isLive).count()
                : 0;
    }

    long orphans() {
        return probes.stream().filter(probe -> !probe.ended).count() - live();
    }
}
