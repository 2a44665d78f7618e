package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.Episode;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.History;
import dev.plimsoll.breaker.State.Judged;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.breaker.State.Ramping;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of {@link CircuitBreaker}, which adds what a user and an operator see.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks.
 */
abstract sealed class BreakerMachine implements Gate permits CircuitBreaker {

    /*
     *              a rule holds                      the open wait is over
     *   CLOSED ───────────────────────▶ OPEN ───────────────────────────────▶ HALF_OPEN
     *     ▲  ▲                           ▲                                      │   │
     *     │  │ ramp over                 └──── one probe fails, or its lease ───┘   │
     *     │  └── ramping (reported CLOSED) ◀── runs out                             │
     *     └─────────────────────────────────── successesToClose probes succeed ◀────┘
     *
     *   any ── operator ──▶ FORCED_OPEN, DISABLED, METRICS_ONLY ── reset, or the time to live is over ──▶ CLOSED
     *
     * Concurrency: `state` is read once per method and handed on. Each change is built first, without side effects, and
     * then set by one compare-and-set from the object it was built from; who loses asks again or has nothing left to do.
     * An Open carries the instant at which it ends, so nobody can see one without the other. A leave remembers its
     * episode, by identity; settle() compares it with the episode of the state it is about to change, and the
     * compare-and-set makes sure that it is still that state. Good calls of a closed breaker touch nothing but the
     * evidence, which belongs to the episode as well. An episode begins with its sequence number; the transition is
     * queued after the won compare-and-set, and delivered in the order of the numbers by TransitionQueue.
     * Nothing pins HALF_OPEN: every probe has a lease, looked at by the next call and by the timer.
     *
     * Sources: M. Nygard, Release It!, ch. 5. The episode rule: results of calls begun earlier say nothing about now.
     */

    private static final long COARSE_ENOUGH = Duration.ofMillis(20).toNanos();
    private static final long SURELY_OPEN = Duration.ofMillis(250).toNanos();
    private static final String TIME_TO_LIVE_OVER = "the time to live is over";
    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, BreakerMachine.class, State.class);

    final String name;
    final BreakerConfig config;
    final Time time;
    final Observers observers;
    final BreakerTally tally;
    private final TransitionQueue transitions;
    private final boolean precise;
    private final boolean timed;
    private final boolean windowed;
    private volatile State state;
    private volatile @Nullable Throwable lastError;

    BreakerMachine(String name, BreakerConfig config, Time time, Observers observers) {
        this.name = name;
        this.config = config;
        this.time = time;
        this.observers = observers;
        this.tally = new BreakerTally(config.counted());
        this.transitions = new TransitionQueue(observers);
        this.precise = Evidence.slowerThan(config) < COARSE_ENOUGH;
        this.timed = Evidence.slowerThan(config) != Long.MAX_VALUE;
        this.windowed = Evidence.looksAtLastTime(config);
        long now = time.precise();
        Episode first = new Episode(0, BreakerState.CLOSED, now, time.wall(), "new");
        this.state = new Closed(first, History.NONE, new Evidence(config, time, tally, now));
    }

    /** What it is in at this moment; a wait that is over is noticed by the next call, or by the timer. */
    final State present() {
        return state;
    }

    final @Nullable Throwable lastError() {
        return lastError;
    }

    /** The timer is to be set to {@link State#due()}, for the state has changed. */
    abstract void arm();

    @Override
    public final long clock() {
        return precise ? time.precise() : time.coarse();
    }

    /**
     * The clock at the start of the work, where the time that it takes means something to this breaker.
     *
     * @return an instant, or anything
     */
    public final long clockAtStart() {
        return timed ? clock() : 0;
    }

    /**
     * The clock at the end of good work, where it means something to this breaker.
     *
     * @return an instant, or anything
     */
    public final long clockAtEnd() {
        return timed || windowed ? clock() : 0;
    }

    @Override
    public final void publish() {
        transitions.publish();
    }

    // ---------------------------------------------------------------- entering

    @Override
    public final Admission enter() {
        State now = state;
        return now instanceof Closed closed ? closed : enterElsewhere(now);
    }

    /** Every turn but the last follows a compare-and-set that another thread has won: somebody gets on. */
    private Admission enterElsewhere(State seen) {
        State now = seen;
        for (; ; now = state) {
            Admission admission = tryEnter(now);
            if (admission != null) {
                return admission;
            }
        }
    }

    private @Nullable Admission tryEnter(State now) {
        if (now instanceof Open open) {
            return tryEnter(open);
        }
        if (now instanceof HalfOpen half) {
            return tryEnter(half, time.precise());
        }
        if (now instanceof Ramping ramping) {
            return tryEnter(ramping);
        }
        return now instanceof Operated operated ? tryEnter(operated) : (Closed) now;
    }

    private @Nullable Admission tryEnter(Open open) {
        // The coarse clock is never ahead: when it says that there is plenty of time left, the precise one may only say
        // that there is less of it.
        long left = open.until() - time.coarse();
        if (left <= SURELY_OPEN) {
            long now = time.precise();
            left = open.until() - now;
            if (left <= 0) {
                halfOpen(open, now, false);
                return null;
            }
        }
        return refused(open.episode().reason(), left);
    }

    private @Nullable Admission tryEnter(HalfOpen half, long now) {
        if (half.isDue(now)) {
            reopen(half, overdue(), null, false);
            return null;
        }
        long busy = half.busy(now);
        BreakerConfig.Probing probing = config.probing();
        if (busy >= probing.maxConcurrent() || half.admitted() >= probing.most()) {
            return refused(
                    "half open, " + busy + " of " + probing.maxConcurrent() + " probes under way", Rejection.UNKNOWN);
        }
        Probe probe = new Probe(half.episode(), now, config.lease());
        if (!STATE.compareAndSet(this, half, half.with(probe))) {
            return null;
        }
        arm();
        return probe;
    }

    private @Nullable Admission tryEnter(Ramping ramping) {
        long now = time.precise();
        if (ramping.isOver(now)) {
            STATE.compareAndSet(this, ramping, new Closed(ramping.episode(), ramping.history(), ramping.evidence()));
            return null;
        }
        double admitting = ramping.admitting(now);
        if (time.random() < admitting) {
            return ramping;
        }
        long left = ramping.episode().since() + ramping.span() - now;
        return refused("closed again, admitting " + Math.round(100 * admitting) + " %", left);
    }

    private @Nullable Admission tryEnter(Operated operated) {
        long now = operated.limited() ? time.precise() : 0;
        if (operated.limited() && operated.until() - now <= 0) {
            close(operated, TIME_TO_LIVE_OVER, false);
            return null;
        }
        if (operated.episode().kind() != BreakerState.FORCED_OPEN) {
            return operated;
        }
        return refused(
                "forced open by " + operated.who() + ": " + operated.episode().reason(),
                operated.limited() ? operated.until() - now : Rejection.UNKNOWN);
    }

    private Rejection refused(String detail, long retryAfterNanos) {
        return new Rejection(name, "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, detail, retryAfterNanos);
    }

    // ---------------------------------------------------------------- settling

    @Override
    public final void settle(Leave leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        State seen = state;
        if (leave == seen && judgement.verdict() == Verdict.SUCCESS && seen instanceof Closed closed) {
            String broken = closed.evidence().succeeded(now, elapsedNanos);
            if (broken != null) {
                open(closed.episode(), broken, judgement);
            }
        } else {
            settleElsewhere((Judged) leave, judgement, now, elapsedNanos, error);
        }
    }

    /**
     * Settles good work, and tells what follows from it. The same as {@link #settle} and {@link #publish}.
     *
     * @param leave what {@link #enter()} gave
     * @param now the instant of {@link #clockAtEnd()}
     * @param elapsedNanos since {@link #clockAtStart()}
     */
    public final void succeeded(Admission leave, long now, long elapsedNanos) {
        State seen = state;
        if (seen != leave
                || !(seen instanceof Closed closed)
                || !closed.evidence().good(now, elapsedNanos)) {
            settle((Leave) leave, Judgement.SUCCESS, now, elapsedNanos, null);
            publish();
        }
    }

    private void settleElsewhere(
            Judged leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        if (leave instanceof Probe probe) {
            settleProbe(probe, judgement, now, elapsedNanos, error);
            return;
        }
        Verdict verdict = evidenceOf(judgement);
        State seen = state;
        Evidence evidence = seen.episode() == leave.episode() ? seen.evidence() : null;
        if (verdict == Verdict.IGNORED || verdict == Verdict.NOT_RUN) {
            return;
        }
        if (evidence == null) {
            tally.outside(verdict);
            return;
        }
        if (verdict != Verdict.SUCCESS) {
            lastError = error;
        }
        String broken =
                verdict == Verdict.SUCCESS ? evidence.succeeded(now, elapsedNanos) : evidence.failed(now, elapsedNanos);
        if (broken != null) {
            open(leave.episode(), broken, judgement);
        }
    }

    /** OVERLOAD that must not trip says nothing. */
    private Verdict evidenceOf(Judgement judgement) {
        Verdict verdict = judgement.verdict();
        return verdict == Verdict.OVERLOAD && !config.opening().overloadTrips() ? Verdict.IGNORED : verdict;
    }

    private void settleProbe(Probe probe, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        probe.end();
        Verdict verdict = evidenceOf(judgement);
        boolean counts = verdict != Verdict.IGNORED && verdict != Verdict.NOT_RUN;
        if (counts) {
            tally.outside(verdict);
        }
        while (state instanceof HalfOpen half
                && half.episode() == probe.episode()
                && half.live().contains(probe)) {
            if (!counts) {
                if (STATE.compareAndSet(this, half, half.without(probe))) {
                    arm();
                }
            } else if (verdict != Verdict.SUCCESS) {
                lastError = error;
                reopen(half, "a probe failed" + named(error), judgement, false);
            } else if (Evidence.isSlow(config, time, now, elapsedNanos)) {
                reopen(half, "a probe was slow, " + elapsedNanos / 1_000_000 + " ms", judgement, false);
            } else if (half.successes() + 1 >= config.probing().successesToClose()) {
                close(half, half.successes() + 1 + " successful probes", false);
            } else if (STATE.compareAndSet(this, half, half.succeeded(probe))) {
                arm();
            }
        }
    }

    private String overdue() {
        return "a probe did not end within its lease of " + Duration.ofNanos(config.lease());
    }

    private static String named(@Nullable Throwable error) {
        return error == null ? "" : ": " + error.getClass().getName();
    }

    // ---------------------------------------------------------------- transitions

    /** A rule holds in an episode of judging; the first thread to set the new state wins, the others have nothing to do. */
    private void open(Episode episode, String broken, Judgement judgement) {
        State now = state;
        while (now.episode() == episode && (now instanceof Closed || now instanceof Ramping)) {
            long at = time.precise();
            History before = now.history();
            boolean healthy = at - episode.since() >= before.lastWait();
            if (openFrom(now, at, healthy ? 1 : before.openings() + 1, broken, judgement, false)) {
                return;
            }
            now = state;
        }
    }

    private void reopen(HalfOpen half, String reason, @Nullable Judgement judgement, boolean byTimer) {
        openFrom(half, time.precise(), half.history().openings() + 1, reason, judgement, byTimer);
    }

    private boolean openFrom(
            State from, long at, int openings, String reason, @Nullable Judgement judgement, boolean byTimer) {
        long wait = config.openWait(openings, judgement, time::random);
        History history = new History(openings, wait, from.orphans(at));
        return move(from, new Open(episode(from, BreakerState.OPEN, at, reason), history, at + wait), byTimer);
    }

    final void halfOpen(Open open, long at, boolean byTimer) {
        String reason = "open for " + Duration.ofNanos(open.history().lastWait());
        Episode episode = episode(open, BreakerState.HALF_OPEN, at, reason);
        move(open, HalfOpen.fresh(episode, open.history()), byTimer);
    }

    final boolean close(State from, String reason, boolean byTimer) {
        long at = time.precise();
        Episode episode = episode(from, BreakerState.CLOSED, at, reason);
        Evidence evidence = new Evidence(config, time, tally, at);
        long ramp = from instanceof HalfOpen ? Time.nanos(config.rampUp()) : 0;
        History history = from instanceof HalfOpen ? from.history() : History.NONE;
        State closed =
                ramp > 0 ? new Ramping(episode, history, evidence, ramp) : new Closed(episode, history, evidence);
        return move(from, closed, byTimer);
    }

    private Episode episode(State from, BreakerState kind, long at, String reason) {
        return new Episode(from.episode().sequence() + 1, kind, at, time.wall(), reason);
    }

    /** The one place where an episode ends. True when this thread has won; only then anything is told, armed, folded. */
    final boolean move(State from, State to, boolean byTimer) {
        if (!STATE.compareAndSet(this, from, to)) {
            return false;
        }
        Evidence ended = from.evidence();
        if (ended != null) {
            ended.seal();
        }
        arm();
        Episode next = to.episode();
        BreakerState left = from.episode().kind();
        transitions.add(
                new CircuitTransition(name, next.sequence(), left, next.kind(), next.reason(), byTimer, next.wall()));
        return true;
    }

    /** Does what time alone demands; called by the timer. */
    final void wake(Episode armed) {
        State now = state;
        long at = time.precise();
        if (now.episode() != armed || !now.isDue(at)) {
            return;
        }
        if (now instanceof Open open) {
            halfOpen(open, at, true);
        } else if (now instanceof HalfOpen half) {
            reopen(half, overdue(), null, true);
        } else {
            close(now, TIME_TO_LIVE_OVER, true);
        }
    }
}
