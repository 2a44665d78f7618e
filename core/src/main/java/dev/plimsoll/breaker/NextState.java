package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.History;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.breaker.State.Ramping;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Builds the state that follows another one, with all that it says of itself: why it began, and what it answers to those
 * it refuses. It has no effect beyond that, so that a state that loses the race to be set is just dropped.
 *
 * <p><b>Threading:</b> immutable.
 */
final class NextState {

    static final String TIME_TO_LIVE_OVER = "the time to live is over";

    private final Time time;
    private final BreakerTally tally;

    NextState(Time time, BreakerTally tally) {
        this.time = time;
        this.tally = tally;
    }

    /** The state of a new breaker. */
    Closed first(Settings settings) {
        Episode episode = Episode.first(time.precise(), time.wall());
        return new Closed(episode, History.NONE, evidence(settings, episode));
    }

    /** A rule holds, or a probe failed. */
    Open open(State from, String reason, @Nullable Judgement judgement, boolean byTimer) {
        long now = time.precise();
        int openings = openings(from, now);
        BreakerConfig config = from.settings().config();
        long wait = config.openWait(openings, from.history().lastWait(), judgement, time::random);
        return new Open(
                from.episode().next(BreakerState.OPEN, now, time.wall(), reason, byTimer),
                new History(openings, wait, from.orphans(now)),
                from.settings(),
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
        return open(
                from,
                "a probe did not end within its lease of "
                        + nanos(from.firstDue().lease()),
                null,
                byTimer);
    }

    /** The open wait is over. */
    HalfOpen halfOpen(Open from, boolean byTimer) {
        long now = time.precise();
        String reason = "the open wait of " + nanos(from.history().lastWait()) + " is over";
        Episode episode = from.episode().next(BreakerState.HALF_OPEN, now, time.wall(), reason, byTimer);
        return HalfOpen.fresh(episode, from.history(), from.settings());
    }

    /** A live probe has ended. */
    State afterProbe(
            HalfOpen from, Probe probe, Judgement judgement, long ended, long elapsedNanos, @Nullable Throwable error) {
        Settings settings = from.settings();
        Verdict verdict = settings.evidenceOf(judgement);
        if (verdict == Verdict.IGNORED) {
            return from.without(probe);
        }
        if (verdict != Verdict.SUCCESS) {
            return open(from, probeFailed(error), judgement, false);
        }
        long took = settings.comparable(probe.settings(), elapsedNanos);
        if (settings.isSlow(time, ended, took)) {
            return open(from, "a probe was slow, " + nanos(took), judgement, false);
        }
        return from.successes() + 1 >= settings.probing().successesToClose() ? healed(from) : from.succeeded(probe);
    }

    private State healed(HalfOpen from) {
        long now = time.precise();
        int successes = from.successes() + 1;
        String reason = successes == 1 ? "the probe succeeded" : successes + " probes succeeded";
        Episode episode = from.episode().next(BreakerState.CLOSED, now, time.wall(), reason, false);
        History before = from.history();
        History history = new History(before.openings(), before.lastWait(), from.orphans(now));
        Evidence evidence = evidence(from.settings(), episode);
        long ramp = Time.nanos(from.settings().config().rampUp());
        return ramp == 0
                ? new Closed(episode, history, evidence)
                : new Ramping(episode, history, evidence, ramp, "closed, but for " + nanos(ramp) + " admitting a part");
    }

    /** An operator's state has outlived its time. */
    Closed expired(Operated from, boolean byTimer) {
        return afresh(from, TIME_TO_LIVE_OVER, byTimer);
    }

    /** Forgets everything but who still runs. */
    Closed afresh(State from, String reason, boolean byTimer) {
        long now = time.precise();
        Episode episode = from.episode().next(BreakerState.CLOSED, now, time.wall(), reason, byTimer);
        return new Closed(episode, new History(0, 0, from.orphans(now)), evidence(from.settings(), episode));
    }

    /** An operator steps in. */
    Operated operated(State from, BreakerState kind, String why, String who, @Nullable Duration timeToLive) {
        long now = time.precise();
        String span = timeToLive == null ? "until reset" : "for " + nanos(Time.nanos(timeToLive));
        String reason = words(kind) + " by " + who + " " + span + ": " + why;
        Episode episode = from.episode().next(kind, now, time.wall(), reason, false);
        return new Operated(
                episode,
                new History(0, 0, from.orphans(now)),
                from.settings(),
                who,
                why,
                timeToLive != null,
                timeToLive == null ? 0 : now + Time.nanos(timeToLive),
                kind == BreakerState.METRICS_ONLY ? evidence(from.settings(), episode) : null,
                "forced open by " + who + ": " + why);
    }

    private static String words(BreakerState operated) {
        return operated.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private Evidence evidence(Settings settings, Episode episode) {
        return new Evidence(settings, time, tally, episode);
    }

    /** Why a probe speaks against the dependency: by its error, if it has one. */
    private static String probeFailed(@Nullable Throwable error) {
        return error == null
                ? "a probe failed"
                : "a probe failed: " + error.getClass().getName();
    }

    private static String nanos(long span) {
        return Time.words(Duration.ofNanos(span));
    }
}
