package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.Episode;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.Judged;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.breaker.State.Ramping;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
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
 * A circuit breaker: counts how calls end, refuses them at once when too many go wrong, and lets a few through as probes
 * after a while to find out whether the dependency works again.
 *
 * <p>Most use it through a guard. By hand: {@link #tryEnter()}, do the work, settle the permit.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks. A result counts only in the episode that
 * gave its leave: late ones change nothing.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class CircuitBreaker extends BreakerFront {

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
     * Concurrency: `state` is read once per method and handed on. Each change is built first, without side effects,
     * and then set by one compare-and-set from the object it was built from; who loses asks again or has nothing left
     * to do. An Open carries the instant at which it ends, so nobody can see one without the other. A leave remembers
     * its episode, by identity; settle() compares it with the episode of the state it is about to change, and the
     * compare-and-set makes sure that it is still that state. Good calls of a closed breaker touch nothing but the
     * evidence, which belongs to the episode as well. The won compare-and-set also queues the transition: an episode
     * knows the one before it until TransitionQueue has told its beginning. Nothing pins HALF_OPEN: every probe has a
     * lease, looked at by the next call and by the timer.
     * Sources: M. Nygard, Release It!, ch. 5. The episode rule: results of calls begun earlier say nothing about now.
     */

    private static final long SURELY_OPEN = Duration.ofMillis(250).toNanos();
    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, CircuitBreaker.class, State.class);

    private final TransitionQueue transitions;
    private volatile State state;
    private volatile @Nullable Throwable lastError;

    /**
     * For those who assemble guards; everybody else uses {@code create}.
     *
     * @param name of the dependency
     * @param config checked by its builder
     * @param time the clocks and the timer
     * @param observers who hears of transitions
     */
    public CircuitBreaker(String name, BreakerConfig config, Time time, Observers observers) {
        super(name, config, time, observers);
        this.state = next.first();
        this.transitions = new TransitionQueue(name, observers, state.episode());
    }

    @Override
    State present() {
        return state;
    }

    @Override
    @Nullable
    Throwable lastError() {
        return lastError;
    }

    @Override
    public void publish() {
        transitions.publish(this);
    }

    // ---------------------------------------------------------------- entering

    @Override
    public Admission enter() {
        State now = state;
        return now instanceof Closed closed ? closed : enterElsewhere(now);
    }

    /** Every turn but the last follows a compare-and-set that this thread or another one has won: somebody gets on. */
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
        long left = left(open.until());
        if (left <= 0) {
            move(open, next.halfOpen(open, false));
            return null;
        }
        return refused(open.refusal(), Math.min(left, open.history().lastWait())); // the coarse clock may lag
    }

    private @Nullable Admission tryEnter(HalfOpen half, long now) {
        if (half.isDue(now)) {
            move(half, next.overdue(half, false));
            return null;
        }
        if (!half.hasRoom(config.probing(), now)) {
            return refused(half.refusal(), Rejection.UNKNOWN);
        }
        Probe probe = new Probe(half.episode(), now, config.lease());
        return change(half, half.with(probe)) ? probe : null;
    }

    private @Nullable Admission tryEnter(Ramping ramping) {
        long now = time.coarse();
        if (ramping.isOver(now)) {
            change(ramping, new Closed(ramping.episode(), ramping.history(), ramping.evidence()));
            return null;
        }
        return time.random() < ramping.admitting(now)
                ? ramping
                : refused(ramping.refusal(), ramping.episode().since() + ramping.span() - now);
    }

    private @Nullable Admission tryEnter(Operated operated) {
        long left = operated.limited() ? left(operated.until()) : Rejection.UNKNOWN;
        if (operated.limited() && left <= 0) {
            move(operated, next.expired(operated, false));
            return null;
        }
        boolean refuses = operated.episode().kind() == BreakerState.FORCED_OPEN;
        return refuses ? refused(operated.refusal(), left) : operated;
    }

    /** The coarse clock is never ahead: when it says that there is plenty of time left, nobody need ask the precise one. */
    private long left(long until) {
        long left = until - time.coarse();
        return left > SURELY_OPEN ? left : until - time.precise();
    }

    private Rejection refused(String detail, long left) {
        long clamped = Math.min(left, Time.LONGEST); // a clock that lags sees more left than there ever was
        return new Rejection(name, "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, detail, clamped);
    }

    // ---------------------------------------------------------------- settling

    @Override
    public void settle(Leave leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
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

    /** Settles good work and tells what waits to be told, at once and in one step: settle() and publish() together. */
    public void succeeded(Admission leave, long now, long elapsedNanos) {
        State seen = state;
        if (seen != leave
                || !(seen instanceof Closed closed)
                || !closed.evidence().good(now, elapsedNanos)) {
            settle((Leave) leave, Judgement.SUCCESS, now, elapsedNanos, null);
        }
        publish();
    }

    private void settleElsewhere(
            Judged leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        if (leave instanceof Probe probe) {
            settleProbe(probe, judgement, now, elapsedNanos, error);
            return;
        }
        Verdict verdict = config.opening().evidenceOf(judgement);
        if (verdict == Verdict.IGNORED || verdict == Verdict.NOT_RUN) {
            return;
        }
        State seen = state;
        Evidence evidence = seen.episode() == leave.episode() ? seen.evidence() : null;
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

    private void settleProbe(Probe probe, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        tally.ended(probe);
        Verdict verdict = config.opening().evidenceOf(judgement);
        boolean counts = verdict != Verdict.IGNORED && verdict != Verdict.NOT_RUN;
        if (counts) {
            tally.outside(verdict);
        }
        while (state instanceof HalfOpen half && half.live().contains(probe)) {
            if (!counts) {
                change(half, half.without(probe));
            } else if (verdict != Verdict.SUCCESS) {
                lastError = error;
                move(half, next.open(half, NextState.probeFailed(error), judgement, false));
            } else if (Evidence.isSlow(config, time, now, elapsedNanos)) {
                move(half, next.open(half, NextState.probeSlow(elapsedNanos), judgement, false));
            } else if (half.successes() + 1 >= config.probing().successesToClose()) {
                move(half, next.healed(half));
            } else {
                change(half, half.succeeded(probe));
            }
        }
    }

    /** A rule holds in an episode of judging; the first thread to set the new state wins, the others have nothing to do. */
    private void open(Episode episode, String broken, Judgement judgement) {
        State now = state;
        while (now.episode() == episode && (now instanceof Closed || now instanceof Ramping)) {
            move(now, next.open(now, broken, judgement, false));
            now = state;
        }
    }

    /** Goes on within an episode. True when this thread has won. */
    private boolean change(State from, State to) {
        boolean won = STATE.compareAndSet(this, from, to);
        if (won) {
            arm();
        }
        return won;
    }

    /** The one place where an episode ends. True when this thread has won; only then anything is told, folded, armed. */
    @Override
    boolean move(State from, State to) {
        if (!STATE.compareAndSet(this, from, to)) {
            return false;
        }
        transitions.waiting = true;
        from.over(tally);
        arm();
        return true;
    }

    /** Does what time alone demands; called by the timer. */
    @Override
    void wake(Episode armed) {
        State now = state;
        if (now.episode() != armed || !now.isDue(time.precise())) {
            return;
        }
        if (now instanceof Open open) {
            move(open, next.halfOpen(open, true));
        } else if (now instanceof HalfOpen half) {
            move(half, next.overdue(half, true));
        } else if (now instanceof Operated operated) {
            move(operated, next.expired(operated, true));
        }
    }
}
