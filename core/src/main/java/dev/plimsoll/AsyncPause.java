package dev.plimsoll;

import dev.plimsoll.time.Timer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The pause of an asynchronous call before its next attempt.
 *
 * <p><b>Threading:</b> may be stopped by any thread; the time, the stop and a timer that cannot be started meet in one
 * compare-and-set, the first of them goes on with the call.
 */
final class AsyncPause extends Timer implements AsyncCall.Stoppable, Runnable {

    private final AtomicBoolean over = new AtomicBoolean();
    private final AsyncCall<?> call;

    AsyncPause(AsyncCall<?> call) {
        this.call = call;
    }

    /**
     * Begins to wait.
     *
     * @return null, or why there is no timer for it; whoever asked then goes on
     */
    static @Nullable Throwable begin(AsyncCall<?> call, long nanos) {
        AsyncPause until;
        try {
            until = new AsyncPause(call);
        } catch (Throwable noMemory) {
            return noMemory;
        }
        call.waitsAt(until);
        Throwable noThread = until.begin(nanos);
        if (noThread == null) {
            call.stopIfStopped(until);
        }
        return noThread;
    }

    private @Nullable Throwable begin(long nanos) {
        try {
            call.engine.time.start(this, nanos);
        } catch (Throwable noThread) {
            if (over.compareAndSet(false, true)) {
                cancel();
                return noThread;
            }
        }
        return null;
    }

    @Override
    protected void fire(long lateNanos) {
        if (over.compareAndSet(false, true)) {
            call.elsewhere(this);
        }
    }

    /** The pause is over, and the path goes on here. */
    @Override
    public void run() {
        call.paused();
    }

    @Override
    public void stop() {
        if (over.compareAndSet(false, true)) {
            cancel();
            call.here(this);
        }
    }
}
