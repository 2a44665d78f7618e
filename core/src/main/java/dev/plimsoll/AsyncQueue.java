package dev.plimsoll;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Timer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The wait of an asynchronous call for one of its gates: a place in the bulkhead, a turn at the rate limiter.
 *
 * <p><b>Threading:</b> the gate's decision, the time and the holder of the future meet in one compare-and-set; the first
 * of them goes on with the call.
 */
final class AsyncQueue extends Timer implements AsyncCall.Stoppable, Runnable {

    private final AtomicBoolean over = new AtomicBoolean();
    private final AsyncCall<?> call;
    private final Wait place;

    AsyncQueue(AsyncCall<?> call, Wait place) {
        this.call = call;
        this.place = place;
    }

    /**
     * Begins to wait.
     *
     * @param atBreaker what is given back before that; null for nothing
     * @return {@link AsyncCall#PENDING}, or how the call ends when it cannot wait
     */
    static Object begin(AsyncCall<?> call, Wait place, @Nullable Admission atBreaker) {
        AsyncQueue queue;
        try {
            queue = new AsyncQueue(call, place);
        } catch (Throwable noMemory) {
            return notBegun(call.engine.steps, place, atBreaker, noMemory);
        }
        call.waitsAt(queue);
        Object result = queue.begin(atBreaker);
        call.stopIfStopped(queue);
        return result;
    }

    private static Ending notBegun(Steps steps, Wait place, @Nullable Admission atBreaker, Throwable why) {
        try {
            try {
                steps.abandon(place);
            } finally {
                steps.giveBackToBreaker(atBreaker);
            }
        } catch (Throwable brokenGate) {
            return Ending.before(why); // and not this one, which came second
        }
        return Ending.before(why);
    }

    private Object begin(@Nullable Admission atBreaker) {
        try {
            call.engine.steps.giveBackToBreaker(atBreaker);
            long now = call.engine.time.precise();
            long left = Math.min(place.until() - now, call.deadline.remainingNanos(now));
            call.engine.time.startAt(this, now + left);
            place.whenDecided(this::decided);
            return AsyncCall.PENDING;
        } catch (Throwable cannotWait) {
            if (!over.compareAndSet(false, true)) {
                return AsyncCall.PENDING;
            }
            cancel();
            call.engine.steps.abandon(place);
            return Ending.before(cannotWait);
        }
    }

    private void decided() {
        if (over.compareAndSet(false, true)) {
            cancel();
            call.elsewhere(this);
        }
    }

    @Override
    protected void fire(long lateNanos) {
        if (over.compareAndSet(false, true)) {
            call.elsewhere(this);
        }
    }

    @Override
    public void stop() {
        if (over.compareAndSet(false, true)) {
            cancel();
            call.here(this);
        }
    }

    /** The wait is over, and the path goes on here. */
    @Override
    public void run() {
        Admission decided;
        try {
            decided = outcome();
        } catch (Throwable broken) {
            call.goOn(Ending.before(broken));
            return;
        }
        call.queued(place, decided);
    }

    /** A leave, granted before or in the last moment; or why there is none, null when the call was stopped. */
    private @Nullable Admission outcome() {
        Admission.Leave granted = place.granted();
        if (granted != null) {
            return granted;
        }
        if (!place.abandon()) {
            return place.granted();
        }
        if (call.isStopped()) {
            return null; // nobody has refused: the place is not wanted any more
        }
        long remaining = call.deadline.remainingNanos(call.engine.time.precise());
        Rejection rejection = place.timedOut();
        return remaining > 0 ? rejection : call.engine.endings.timeIsUp(rejection);
    }
}
