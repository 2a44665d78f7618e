package dev.plimsoll.health;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One health check, from the executor's queue to its end, and its own timeout.
 *
 * <p><b>Threading:</b> run by one thread of the executor; fired by the timer thread; asked and stopped by any.
 */
final class CheckRun extends Timer implements Runnable {
    /*
     *    QUEUED ── run() ──▶ RUNNING ── the work has returned, the stage completed ──▶ ENDED
     *       │                   │
     *       │                   ╰── fire(), after the timeout: `over`, reported as bad; the thread is interrupted,
     *       │                       the stage cancelled; it is RUNNING until it has really ended
     *       ╰── stop(), refuse(): never run ──────────────────────────────────────────▶ ENDED
     *
     * It may be in the executor's queue more than once: the first run() begins it, and the others do nothing.
     *
     * Concurrency: who wins Timer's cancel reports the result, the end of the work or its timeout, so there is one result
     * only. `thread` is who may be interrupted; it is set and cleared, and the interrupt sent, under the lock of this, so
     * that none reaches what the thread does next, and one that has arrived is cleared again.
     */

    /** Hears of the one result. It neither waits nor runs code of the user. */
    interface Report {
        void on(CheckResult result, String detail);
    }

    private enum Phase {
        QUEUED,
        RUNNING,
        ENDED
    }

    private final Work<?, ?> check;
    private final long timeoutNanos;
    private final Time time;
    private final Report report;

    /* Guarded by this. */
    private Phase phase = Phase.QUEUED;
    private boolean over;
    private boolean interrupted;
    private boolean clean;
    private @Nullable Thread thread;
    private @Nullable CompletionStage<?> stage;

    private volatile long begun;
    private long turnsQueued; // of the timer thread
    private volatile boolean handingOver; // set by the timer thread while it is false, cleared by whom that starts

    /**
     * In the queue.
     *
     * @param check returns whether the dependency is well, or a stage of that
     */
    CheckRun(Work<?, ?> check, long timeoutNanos, Time time, Report report) {
        this.check = check;
        this.timeoutNanos = timeoutNanos;
        this.time = time;
        this.report = report;
    }

    // ---------------------------------------------------------------- by the executor

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        Object value = null;
        Throwable error = null;
        try {
            time.start(this, timeoutNanos);
            value = check.call();
        } catch (Throwable thrown) {
            error = thrown;
        }
        leave(error instanceof InterruptedException);
        if (value instanceof CompletionStage<?> begunStage) {
            await(begunStage);
        } else {
            end(value, error);
        }
        if (error instanceof Error fatal) {
            throw fatal;
        }
    }

    private synchronized boolean begin() {
        if (phase != Phase.QUEUED) {
            return false;
        }
        phase = Phase.RUNNING;
        thread = Thread.currentThread();
        clean = !Thread.currentThread().isInterrupted();
        begun = time.precise();
        return true;
    }

    /** This thread has nothing to do with the check any more; an interrupt by somebody else stays. */
    private synchronized void leave(boolean swallowed) {
        thread = null;
        if (interrupted && clean) {
            boolean unused = Thread.interrupted();
        } else if (swallowed) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(CompletionStage<?> begunStage) {
        boolean tooLate;
        synchronized (this) {
            stage = begunStage;
            tooLate = over;
        }
        try {
            CompletionStage<?> unused = begunStage.whenComplete(this::end);
            if (tooLate) {
                cancel(begunStage);
            }
        } catch (Throwable broken) { // nobody will say when it ends
            end(null, broken);
            if (broken instanceof Error fatal) {
                throw fatal;
            }
        }
    }

    private void end(@Nullable Object value, @Nullable Throwable error) {
        boolean inTime = cancel();
        synchronized (this) {
            phase = Phase.ENDED;
        }
        if (inTime) {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            CheckResult result = result(value, cause == null ? error : cause);
            report.on(result, result == CheckResult.GOOD ? "" : words(value, cause == null ? error : cause));
        }
    }

    /** What says nothing about the dependency, an interrupt of the executor say, means the same here as in a guard. */
    private CheckResult result(@Nullable Object value, @Nullable Throwable error) {
        if (error == null && Boolean.TRUE.equals(value)) {
            return CheckResult.GOOD;
        }
        boolean ours = error != null
                && Classifier.standard().judge(Outcome.threw(error)).verdict() == Verdict.IGNORED;
        if (ours) {
            return CheckResult.NOT_RUN;
        }
        return stoodStill() ? CheckResult.SPOILT : CheckResult.BAD;
    }

    private static String words(@Nullable Object value, @Nullable Throwable error) {
        if (error == null) {
            return value == null ? "it said nothing" : "it said no";
        }
        String message = message(error);
        return error.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** An exception of the user's may be unable to say what it is. */
    private static @Nullable String message(Throwable error) {
        try {
            return error.getMessage();
        } catch (Throwable noWords) {
            return null;
        }
    }

    private boolean stoodStill() {
        return time.lateness(begun) > Time.LOCAL_STALL;
    }

    // ---------------------------------------------------------------- by the timer thread, and by others

    @Override
    protected void fire(long lateNanos) {
        boolean still = lateNanos > Time.LOCAL_STALL || stoodStill();
        CompletionStage<?> left = giveUp();
        report.on(
                still ? CheckResult.SPOILT : CheckResult.BAD,
                "it took longer than " + Time.words(Duration.ofNanos(timeoutNanos)));
        if (left != null) {
            new Delivery(time).execute(() -> cancel(left)); // what depends on the stage is the user's code
        }
    }

    private synchronized @Nullable CompletionStage<?> giveUp() {
        over = true;
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
        return stage;
    }

    /** One that cannot be cancelled runs on: no other check begins before it has ended. */
    private static void cancel(CompletionStage<?> stage) {
        try {
            boolean unused = stage.toCompletableFuture().cancel(true);
        } catch (Exception cannot) { // it is the user's
            return; // its end is waited for all the same
        }
    }

    /** It cannot be run. Does nothing when it is. */
    void refuse(String why) {
        synchronized (this) {
            if (phase != Phase.QUEUED) {
                return;
            }
            phase = Phase.ENDED;
        }
        report.on(CheckResult.NOT_RUN, why);
    }

    /** Nobody wants to know any more. Reports nothing. */
    void stop() {
        boolean unused = cancel();
        synchronized (this) {
            if (phase == Phase.QUEUED) {
                phase = Phase.ENDED;
            }
        }
        CompletionStage<?> left = giveUp();
        if (left != null) {
            cancel(left);
        }
    }

    /** Somebody has begun to hand it to the executor, or is done with that. */
    void handsOver(boolean begins) {
        handingOver = begins;
    }

    /** Whether somebody is about to hand it to the executor, which may take its time for that. */
    boolean isBeingHandedOver() {
        return handingOver;
    }

    /** Another turn has found it queued: whether that was the 1st, 2nd, 4th, 8th, …. By the timer thread only. */
    boolean isDueAgain() {
        turnsQueued++;
        return Long.bitCount(turnsQueued) == 1;
    }

    synchronized boolean isQueued() {
        return phase == Phase.QUEUED;
    }

    synchronized boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    /** Whether its time is up, and it has not ended all the same. */
    synchronized boolean isOverdue() {
        return over && phase == Phase.RUNNING;
    }
}
