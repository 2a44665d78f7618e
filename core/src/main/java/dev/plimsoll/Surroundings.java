package dev.plimsoll;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AttemptTimer;
import dev.plimsoll.timeout.Pulse;
import dev.plimsoll.timeout.ThreadPulse;
import dev.plimsoll.timeout.TimeLimit;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a call puts around its work, for whatever runs inside to find: the guard, its bulkhead, the deadline, the timer
 * of the attempt. A call that nobody inside could have to do with puts nothing there, and has no ambient holder.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; a holder belongs to its thread.
 */
final class Surroundings {

    private final Parts parts;
    private final Time time;
    private final Timing timing;
    private final @Nullable RetryBudget budget;
    private final @Nullable Bulkhead queue;
    private final Endings endings;
    private final WeakReference<Object> frame; // what is put around the work: the guard
    private final @Nullable WeakReference<Object> queueFrame; // and its bulkhead

    Surroundings(Parts parts) {
        this.parts = parts;
        this.time = parts.time();
        this.timing = parts.timing();
        this.budget = parts.budget();
        this.endings = new Endings(parts);
        this.queue = parts.bulkhead();
        this.frame = Ambient.lasting(parts);
        this.queueFrame = queue == null ? null : Ambient.lasting(queue);
    }

    /** Goes inside. True when the guards are closed to calls that are not part of one they let run. */
    boolean enter(Object @Nullable [] ambient, Deadline deadline) {
        boolean shut = isShut();
        if (ambient != null) {
            if (!shut) {
                deposit(ambient);
            }
            Ambient.push(ambient, frame);
            Ambient.setDeadline(ambient, deadline);
        }
        return shut;
    }

    /** Goes inside of a guard that is not closed, has no visits and no deadline. */
    void goIn(Object[] ambient, long now) {
        if (budget != null && !Ambient.isInsideAny(ambient, RetryMark::isMarked)) {
            budget.deposit(now);
        }
        Ambient.push(ambient, frame);
    }

    /** Goes inside of the guard's bulkhead, if it has one. */
    void goIntoBulkhead(Object[] ambient) {
        if (queueFrame != null) {
            Ambient.push(ambient, queueFrame);
        }
    }

    /** Leaves the guard, and what was entered since. */
    void goOut(Object[] ambient, int depth, @Nullable Setbacks setbacks) {
        if (setbacks != null && setbacks.isCounted()) {
            parts.owner().unfinished().retryEnds();
        }
        Ambient.unwind(ambient, depth);
    }

    /** Whether the guards are closed to a call from here: to all but those that are part of one they let run, for a while. */
    boolean isShut() {
        Guards owner = parts.owner();
        return parts.refusesAll()
                || (owner.isClosed() && (owner.isOver() || !Ambient.isInsideAny(this::isOfSameOwner)));
    }

    /** Offered work is counted once, by the outermost guard that retries, or one that hedges. */
    void deposit(Object[] ambient) {
        if (budget != null && !Ambient.isInsideAny(ambient, RetryMark::isMarked)) {
            budget.deposit(time.coarse());
        }
    }

    void leave(Object @Nullable [] ambient, int depth, Deadline outer, @Nullable Setbacks setbacks) {
        parts.leave();
        if (setbacks != null && setbacks.isCounted()) {
            parts.owner().unfinished().retryEnds();
        }
        if (ambient != null) {
            Ambient.unwind(ambient, depth);
            Ambient.setDeadline(ambient, outer);
        }
    }

    private boolean isOfSameOwner(Object around) {
        return around instanceof Parts other && other.owner() == parts.owner();
    }

    /** The deadline of the call: the total timeout from now on, or an outer one that is earlier. */
    Deadline ofCall(Deadline outer) {
        if (timing.totalNanos() == 0) {
            return outer;
        }
        Deadline own = Deadline.at(time, time.precise() + timing.totalNanos());
        return outer.min(own) == own ? own : outer.inherited();
    }

    /** Begins asynchronous work with everything around it that is around an attempt. */
    CompletionStage<?> inside(
            AttemptWork<? extends @Nullable CompletionStage<?>, ?> work,
            Attempt shown,
            TimeLimit limit,
            Deadline deadline)
            throws Exception {
        Object[] ambient = Ambient.here();
        Deadline outer = Ambient.deadline(ambient);
        int depth = Ambient.depth(ambient);
        try {
            Ambient.push(ambient, frame);
            if (queueFrame != null) {
                Ambient.push(ambient, queueFrame);
            }
            Ambient.push(ambient, limit);
            Ambient.setDeadline(ambient, deadline);
            return notNull(work.call(shown));
        } finally {
            Ambient.unwind(ambient, depth);
            Ambient.setDeadline(ambient, outer);
        }
    }

    /** The same of work that nothing bounds and that does not look at its attempt. */
    CompletionStage<?> insideUnbounded(AttemptWork<? extends @Nullable CompletionStage<?>, ?> work, Object[] ambient)
            throws Exception {
        int depth = Ambient.depth(ambient);
        try {
            Ambient.push(ambient, frame);
            goIntoBulkhead(ambient);
            return notNull(work.call(ShownAttempt.UNSEEN));
        } finally {
            Ambient.unwind(ambient, depth);
            Ambient.setDeadline(ambient, Deadline.none());
        }
    }

    private CompletionStage<?> notNull(@Nullable CompletionStage<?> begun) {
        if (begun == null) {
            throw new NullPointerException(parts.name() + ": the work returned no stage");
        }
        return begun;
    }

    /** Starts the timeout of an attempt that runs on this thread; null when it needs none. */
    @Nullable
    AttemptTimer startTimeout(Object @Nullable [] ambient, Timing limits, Deadline deadline, long started) {
        if (ambient == null) {
            return null;
        }
        if (queueFrame != null) {
            Ambient.push(ambient, queueFrame);
        }
        if (!limits.bounds(deadline)) {
            return null;
        }
        long limit = limits.limit(deadline, started);
        boolean nested = Ambient.depth(ambient) > (queue == null ? 1 : 2); // who is not need not look, nor allocate
        if ((queue != null && queue.hasPool()) || (nested && Around.interruptsBy(started + limit))) {
            Ambient.setDeadline(ambient, limits.ofAttempt(time, deadline, started));
            return null; // the caller waits for the pool, and no longer than this; or somebody else keeps the time
        }
        AttemptTimer timer = limits.timer(deadline, started);
        Ambient.push(ambient, timer);
        try {
            time.startAt(timer, started + limit); // no sooner, no later than those inside believe
        } catch (Throwable noThread) {
            timer.cancel();
            Ambient.pop(ambient); // nobody ends a timeout that has not begun
            throw noThread;
        }
        if (!timer.isWhole()) { // else the deadline of the call is in force already
            Ambient.setBound(ambient, timer);
        }
        return timer;
    }

    /** Listens for signs of life from an attempt, and on this thread watches for them; null when there need be none. */
    @Nullable
    Pulse startPulse(Object @Nullable [] ambient, @Nullable AttemptTimer timer, long started) {
        long limit = timing.heartbeatNanos();
        if (ambient == null || limit == 0) {
            return null;
        }
        if (queue != null && queue.hasPool()) {
            return new Pulse(time, limit, started); // the caller, who waits for the pool, watches
        }
        ThreadPulse pulse = new ThreadPulse(time, limit, started, timing.interrupts(), timer);
        try {
            pulse.watch();
        } catch (Throwable noThread) {
            boolean unused = pulse.end();
            throw noThread;
        }
        Ambient.push(ambient, pulse);
        return pulse;
    }

    /** What the work sees of its attempt. */
    Attempt shown(boolean asked, int number, @Nullable Pulse pulse) {
        return asked || pulse != null
                ? new ShownAttempt(parts.name(), number, Deadline.current(), pulse)
                : ShownAttempt.UNSEEN;
    }

    /** Leaves what was put around an attempt, as much of it as there was time for; null when its time was not up. */
    @Nullable
    Ending endTimeout(
            Object @Nullable [] ambient,
            @Nullable AttemptTimer timer,
            @Nullable Pulse pulse,
            Timing limits,
            Deadline deadline,
            long started) {
        if (ambient == null) {
            return null;
        }
        Ambient.unwindTo(ambient, frame);
        Ambient.setDeadline(ambient, deadline);
        ThreadPulse own = pulse instanceof ThreadPulse watched ? watched : null;
        boolean silent = own != null && own.finish();
        if (timer != null && timer.finish() && !silent) {
            Around.restoreInterrupt();
            return endings.timedOut(timer.hasStalled(), limits, deadline, started, null);
        }
        if (own == null || !silent) {
            return null;
        }
        Around.restoreInterrupt();
        return endings.silent(own.hasStalled(), started);
    }
}
