package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
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
     * evidence and the row of failures, which belong to the episode as well. The won compare-and-set also queues the
     * transition: an episode knows the one before it until TransitionQueue has told its beginning. Nothing pins
     * HALF_OPEN: every probe has a lease, looked at by the next call and by the timer. Other settings are one more change
     * within an episode, from any state: settings and evidence hang off the state, so that who has read it sees both of
     * before or both of now; and what a rule of before has found is asked again of those of now, see open().
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
        super(name, time, observers);
        this.state = next.first(new Settings(config));
        this.transitions = new TransitionQueue(this, observers, state.episode());
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
        transitions.tell();
    }

    // ---------------------------------------------------------------- entering

    @Override
    public Admission enter() {
        State now = state;
        return now instanceof Closed closed ? closed : enterElsewhere(now);
    }

    /**
     * Asks for leave as a closed circuit breaker gives it, which need not be given back. For those who write engines.
     *
     * @return null when it is not closed; nothing has happened then
     */
    public @Nullable Leave enterClosed() {
        return state instanceof Closed closed ? closed : null;
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
        if (!half.hasRoom(now)) {
            return refused(half.settings().halfOpen(), Rejection.UNKNOWN);
        }
        Probe probe = new Probe(half.episode(), half.settings(), now);
        try {
            return move(half, half.with(probe)) ? probe : null;
        } catch (Throwable noMemory) { // it may be among the live ones, and its work never begins
            probe.lose();
            throw noMemory;
        }
    }

    private @Nullable Admission tryEnter(Ramping ramping) {
        long now = time.coarse();
        if (ramping.isOver(now)) {
            move(ramping, new Closed(ramping.episode(), ramping.history(), ramping.evidence()));
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
                open(closed.evidence(), broken, judgement);
            }
        } else if (leave instanceof Probe probe) {
            settleProbe(probe, judgement, now, elapsedNanos, error);
        } else {
            settleElsewhere((Judged) leave, judgement, now, elapsedNanos, error);
        }
    }

    /**
     * Settles good work that had leave of a closed circuit breaker, and tells of what that changes. For those who write
     * engines.
     *
     * @param leave from {@link #enterClosed()}
     * @param started what {@link #startOf(Leave, long)} was
     */
    public void succeeded(Leave leave, long started) {
        Closed closed = (Closed) leave;
        long now = closed.readsEnd() ? closed.settings().clock(time) : 0;
        long took = closed.readsStart() ? now - started : 0;
        if (state != closed || !closed.good(now, took)) {
            settle(closed, Judgement.SUCCESS, now, took, null);
            publish();
        }
    }

    private void settleElsewhere(
            Judged leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        State seen = state;
        Settings settings = seen.settings();
        Evidence evidence = seen.episode() == leave.episode() ? seen.evidence() : null;
        if (evidence == null) {
            tally.outside(judgement, settings);
            return;
        }
        Verdict verdict = settings.evidenceOf(judgement);
        if (verdict == Verdict.IGNORED) {
            return;
        }
        if (verdict != Verdict.SUCCESS) {
            lastError = error;
        }
        // What was read under other settings may be of another clock, or of none.
        long at = leave.settings() == settings ? now : settings.clock(time);
        long took = settings.comparable(leave.settings(), elapsedNanos);
        String broken = verdict == Verdict.SUCCESS ? evidence.succeeded(at, took) : evidence.failed(at, took);
        if (broken != null) {
            open(evidence, broken, judgement);
        }
    }

    private void settleProbe(Probe probe, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        tally.ended(probe);
        State seen = state;
        try {
            for (; seen instanceof HalfOpen half && half.live().contains(probe); seen = state) {
                if (half.settings().evidenceOf(judgement).isBad()) {
                    lastError = error;
                }
                if (half.isDue(time.precise())) { // a lease was over before this, and nobody has come to notice
                    move(half, next.overdue(half, false));
                    continue;
                }
                if (move(half, next.afterProbe(half, probe, judgement, now, elapsedNanos, error))) {
                    break;
                }
            }
        } catch (Throwable noMemory) { // for the next state: it must not keep others out until its lease is over
            probe.lose();
            throw noMemory;
        }
        tally.outside(judgement, seen.settings());
    }

    /** A rule holds in an episode of judging; the first thread to set the new state wins, the others have nothing to do. */
    private void open(Evidence asked, String broken, Judgement judgement) {
        State now = state;
        while (now.episode() == asked.episode() && (now instanceof Closed || now instanceof Ramping)) {
            Evidence present = now.evidence();
            // Under other settings by now the old rules are mute, and those of now are asked.
            String reason = present == null || present == asked ? broken : present.broken();
            if (reason == null) {
                return;
            }
            if (judgement.verdict() == Verdict.SUCCESS) { // calls were slow, and no error of long ago is the reason
                lastError = null;
            }
            move(now, next.open(now, reason, judgement, false));
            now = state;
        }
    }

    /** The one place where the state changes. True when this thread has won; only then anything is told, folded, armed. */
    @Override
    boolean move(State from, State to) {
        if (!STATE.compareAndSet(this, from, to)) {
            return false;
        }
        if (to.episode() != from.episode()) {
            transitions.waiting = true;
        }
        try {
            if (to.episode() != from.episode()) {
                from.over(tally);
            }
        } finally { // whatever becomes of what was counted, time has to end the new state
            arm();
        }
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
