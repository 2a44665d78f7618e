package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.Episode;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.History;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.breaker.State.Ramping;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Builds the state that follows another one, with all that it says of itself: why it began, and what it answers to those
 * it refuses. It has no effect beyond that, so that a state that loses the race to be set is just dropped.
 *
 * <p><b>Threading:</b> immutable.
 */
final class NextState {

    private static final String TIME_TO_LIVE_OVER = "the time to live is over";

    private final BreakerConfig config;
    private final Time time;
    private final BreakerTally tally;

    NextState(BreakerConfig config, Time time, BreakerTally tally) {
        this.config = config;
        this.time = time;
        this.tally = tally;
    }

    /** The state of a new breaker. */
    Closed first() {
        long now = time.precise();
        return new Closed(Episode.first(now, time.wall()), History.NONE, evidence(now));
    }

    /** A rule holds, or a probe failed. */
    Open open(State from, String reason, @Nullable Judgement judgement, boolean byTimer) {
        long now = time.precise();
        int openings = openings(from, now);
        long wait = config.openWait(openings, from.history().lastWait(), judgement, time::random);
        return new Open(
                from.episode().next(BreakerState.OPEN, now, time.wall(), reason, byTimer),
                new History(openings, wait, from.orphans(now)),
                now + wait,
                "open: " + reason);
    }

    /** Counts on, unless the breaker has been healthy for as long as it was last open. */
    private static int openings(State from, long now) {
        History before = from.history();
        boolean healthy = !(from instanceof HalfOpen) && now - from.episode().since() >= before.lastWait();
        return healthy ? 1 : before.openings() + 1;
    }

    /** A probe outlived its lease. */
    Open overdue(HalfOpen from, boolean byTimer) {
        return open(from, "a probe did not end within its lease of " + nanos(config.lease()), null, byTimer);
    }

    /** The open wait is over. */
    HalfOpen halfOpen(Open from, boolean byTimer) {
        long now = time.precise();
        BreakerConfig.Probing probing = config.probing();
        return HalfOpen.fresh(
                from.episode()
                        .next(
                                BreakerState.HALF_OPEN,
                                now,
                                time.wall(),
                                "the open wait of " + nanos(from.history().lastWait()) + " is over",
                                byTimer),
                from.history(),
                "half open: at most " + probing.maxConcurrent() + " probes at once, " + probing.most() + " in all");
    }

    /** Enough probes succeeded. */
    State healed(HalfOpen from) {
        long now = time.precise();
        int successes = from.successes() + 1;
        String reason = successes == 1 ? "the probe succeeded" : successes + " probes succeeded";
        Episode episode = from.episode().next(BreakerState.CLOSED, now, time.wall(), reason, false);
        History before = from.history();
        History history = new History(before.openings(), before.lastWait(), from.orphans(now));
        long ramp = Time.nanos(config.rampUp());
        return ramp == 0
                ? new Closed(episode, history, evidence(now))
                : new Ramping(
                        episode, history, evidence(now), ramp, "closed, but for " + nanos(ramp) + " admitting a part");
    }

    /** An operator's state has outlived its time. */
    Closed expired(Operated from, boolean byTimer) {
        return afresh(from, TIME_TO_LIVE_OVER, byTimer);
    }

    /** Forgets everything but who still runs. */
    Closed afresh(State from, String reason, boolean byTimer) {
        long now = time.precise();
        Episode episode = from.episode().next(BreakerState.CLOSED, now, time.wall(), reason, byTimer);
        return new Closed(episode, new History(0, 0, from.orphans(now)), evidence(now));
    }

    /** An operator steps in. */
    Operated operated(State from, BreakerState kind, String reason, String who, @Nullable Duration timeToLive) {
        long now = time.precise();
        Episode episode = from.episode().next(kind, now, time.wall(), reason, false);
        return new Operated(
                episode,
                new History(0, 0, from.orphans(now)),
                who,
                timeToLive != null,
                timeToLive == null ? 0 : now + Time.nanos(timeToLive),
                kind == BreakerState.METRICS_ONLY ? evidence(now) : null,
                "forced open by " + who + ": " + reason);
    }

    private Evidence evidence(long now) {
        return new Evidence(config, time, tally, now);
    }

    /** Why a probe speaks against the dependency: by its error, if it has one. */
    static String probeFailed(@Nullable Throwable error) {
        return error == null
                ? "a probe failed"
                : "a probe failed: " + error.getClass().getName();
    }

    static String probeSlow(long elapsedNanos) {
        return "a probe was slow, " + nanos(elapsedNanos);
    }

    private static String nanos(long span) {
        return Time.words(Duration.ofNanos(span));
    }
}
