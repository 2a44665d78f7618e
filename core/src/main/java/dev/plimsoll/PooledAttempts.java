package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.PooledBody;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.Patience;
import dev.plimsoll.timeout.Pulse;
import org.jspecify.annotations.Nullable;

/**
 * Runs the work on the threads of a bulkhead, while its caller waits no longer than the timeout allows. The permit is
 * given back when the work has really ended, whatever its caller does.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class PooledAttempts {

    private final Parts parts;
    private final Bulkhead bulkhead;
    private final Time time;
    private final Endings endings;

    PooledAttempts(Parts parts, Bulkhead bulkhead) {
        this.parts = parts;
        this.bulkhead = bulkhead;
        this.time = parts.time();
        this.endings = new Endings(parts);
    }

    /**
     * One attempt.
     *
     * @param timing its limits
     * @return what the work returned, or how it ended otherwise
     * @throws Throwable what the work threw
     */
    <T extends @Nullable Object> @Nullable Object call(
            AttemptWork<T, ?> work, Attempt shown, Leave permit, Timing timing, Deadline deadline, long started)
            throws Throwable {
        Pulse pulse = shown instanceof ShownAttempt own ? own.pulse() : null;
        boolean bounded;
        long until;
        Patience patience;
        PooledBody<T> body;
        Runnable hasEnded;
        try {
            hasEnded = () -> bulkhead.settle(permit, Judgement.SUCCESS, 0, 0, null); // once it runs it must be there
            bounded = timing.bounds(deadline);
            until = bounded ? started + timing.limit(deadline, started) : 0;
            patience = bounded ? timing.patience(deadline, started, until) : Patience.endless(timing.interrupts());
            body = submitted(work, shown, patience);
        } catch (Throwable notSubmitted) { // an Error of a carrier, or no memory
            bulkhead.settle(permit, Judgement.NOT_RUN, 0, 0, null);
            throw notSubmitted;
        }
        body.onEnd(hasEnded);
        try {
            if (!isDone(body, pulse, bounded, until)) {
                Pulse silent = pulse != null && pulse.isSilent() ? pulse : null;
                giveUp(patience, silent != null);
                if (body.detach(timing.interrupts(), timing.onLateResult())) {
                    return silent != null ? silent(silent, started) : timedOut(until, timing, deadline, started);
                }
                body.await(); // it is done, and about to give its permit back
            }
        } catch (InterruptedException interrupt) {
            patience.giveUp(false);
            if (body.detach(timing.interrupts(), timing.onLateResult())) {
                return interrupted(time.precise() - started);
            }
            endOf(body);
        } catch (Throwable cannotWait) {
            patience.giveUp(false);
            boolean unused = body.detach(timing.interrupts(), timing.onLateResult());
            throw cannotWait;
        }
        return resultOf(body.outcome(), bounded, until, timing, deadline, started);
    }

    private @Nullable Object resultOf(
            Outcome outcome, boolean bounded, long until, Timing timing, Deadline deadline, long started)
            throws Throwable {
        Throwable error = outcome.error();
        if (error == null) {
            return outcome.value();
        }
        if (bounded && Endings.saysTimeIsUp(error) && until - time.precise() <= 0) {
            return timedOut(until, timing, deadline, started); // a guard inside was the first to look
        }
        throw error;
    }

    /** Waits until the work is done; false when its time is up, or it has been silent for too long. */
    private boolean isDone(PooledBody<?> body, @Nullable Pulse pulse, boolean bounded, long until)
            throws InterruptedException {
        if (pulse == null && !bounded) {
            body.await();
            return true;
        }
        while (true) {
            long due = pulse == null ? until : pulse.due();
            if (body.awaitUntil(bounded && until - due < 0 ? until : due)) {
                return true;
            }
            long now = time.precise();
            if ((bounded && until - now <= 0) || (pulse != null && pulse.expires(now))) {
                return false;
            }
        }
    }

    private Ending silent(Pulse pulse, long started) {
        return endings.silent(isLate(pulse.silentSince()), started);
    }

    private Ending timedOut(long until, Timing timing, Deadline deadline, long started) {
        return endings.timedOut(isLate(until), timing, deadline, started, null);
    }

    private static void giveUp(Patience patience, boolean silent) {
        if (silent) {
            patience.giveUpSilent();
        } else {
            patience.giveUp(true);
        }
    }

    private boolean isLate(long due) {
        return time.precise() - due > Time.LOCAL_STALL;
    }

    private <T extends @Nullable Object> PooledBody<T> submitted(
            AttemptWork<T, ?> work, Attempt shown, Patience patience) {
        Object[] ambient = Ambient.here();
        int depth = Ambient.depth(ambient);
        try {
            Ambient.push(ambient, patience); // carried along with all that is around, and innermost
            return bulkhead.submit(
                    attempt -> {
                        patience.begin();
                        attempt.beat();
                        return work.call(attempt);
                    },
                    shown,
                    Carried.take(parts.carriers(), parts.counts().observers()));
        } finally {
            Ambient.unwind(ambient, depth);
        }
    }

    /** Waits for work that is done already and about to give its permit back, and keeps the interrupt for later. */
    private static void endOf(PooledBody<?> body) {
        boolean waiting = true;
        while (waiting) {
            try {
                body.await();
                waiting = false;
            } catch (InterruptedException again) {
                // The flag is set again below, once for all of them.
            }
        }
        Thread.currentThread().interrupt();
    }

    /** The caller was interrupted: by a timeout around this guard, or by somebody who means it. */
    private Ending interrupted(long elapsed) {
        TimeoutExceededException outer = Around.firedTimeout();
        if (outer != null) {
            return Ending.timedOut(outer, parts.judge().ofOuterEnd(endings.had(elapsed)), elapsed, false);
        }
        Thread.currentThread().interrupt();
        return Ending.interrupted(new CallInterruptedException(parts.name(), "the work in its pool"), elapsed);
    }
}
