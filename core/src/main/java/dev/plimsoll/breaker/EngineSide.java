package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.Judged;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;

/**
 * What engines want of {@link CircuitBreaker} beyond what every gate has.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks.
 */
abstract sealed class EngineSide implements Gate permits BreakerFront {

    final String name;
    final Time time;

    EngineSide(String name, Time time) {
        this.name = name;
        this.time = time;
    }

    /** What it is in at this moment; a wait that is over is noticed by the next call, or by the timer. */
    abstract State present();

    @Override
    public long clock() {
        return present().settings().clock(time);
    }

    /**
     * The clock at the start of the work, where the time that it takes means something to a closed circuit breaker.
     *
     * @param leave from {@link CircuitBreaker#enterClosed()}
     * @param otherwise what to give back where it means nothing
     * @return an instant, or that
     */
    public long startOf(Leave leave, long otherwise) {
        Closed closed = (Closed) leave;
        return closed.readsStart() ? closed.settings().clock(time) : otherwise;
    }

    /**
     * Whether {@link #startOf(Leave, long)} means something.
     *
     * @param leave from {@link CircuitBreaker#enterClosed()}
     * @return false when it gives back what it was given
     */
    public boolean measures(Leave leave) {
        return ((Closed) leave).readsStart();
    }

    /**
     * Asks for leave that is no probe's. For those who write engines.
     *
     * @return leave, or a rejection where only probes are admitted, or nobody
     */
    public Admission enterUnlessProbing() {
        State now = present();
        Admission admission = now instanceof HalfOpen || now instanceof Open ? null : enter();
        if (admission != null && !(admission instanceof Probe)) {
            return admission;
        }
        if (admission instanceof Probe probe) { // half open since a moment
            settle(probe, Judgement.NOT_RUN, 0, 0, null);
        }
        String detail = "which admits probes at most";
        return new Rejection(name, "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, detail, Rejection.UNKNOWN);
    }

    /**
     * Settles for work that was cancelled because another leg of its attempt had won: it counts as slow if it had taken so
     * long already, and nowhere else. For those who write engines.
     *
     * @param leave for the work
     * @param now the instant at which it was cancelled
     * @param elapsedNanos how long it had run by then
     * @return what it was settled with: SUCCESS if it counts as slow, or IGNORED
     */
    public Judgement settleCensored(Admission.Leave leave, long now, long elapsedNanos) {
        Judgement judgement = isSlow((Judged) leave, now, elapsedNanos) ? Judgement.SUCCESS : Judgement.IGNORED;
        settle(leave, judgement, now, elapsedNanos, null);
        return judgement;
    }

    /** Whether it would count as slow now: a result of another episode, or one that cannot be compared, counts nowhere. */
    private boolean isSlow(Judged leave, long now, long elapsedNanos) {
        State present = present();
        Settings settings = present.settings();
        return !(leave instanceof Probe)
                && leave.episode() == present.episode()
                && settings.isSlow(time, now, settings.comparable(leave.settings(), elapsedNanos));
    }

    /**
     * Whether nothing that matters is lost with this breaker: it is closed; or open with its wait over, also when time alone
     * has made it half open since.
     *
     * @return false also while probes are under way, and in an operator's state without end
     */
    public boolean isForgettable() {
        State now = present();
        if (now instanceof HalfOpen half) {
            return half.underway() == 0 && half.orphans(time.precise()).isEmpty();
        }
        return now.episode().kind() == BreakerState.CLOSED || now.isDue(time.precise());
    }
}
