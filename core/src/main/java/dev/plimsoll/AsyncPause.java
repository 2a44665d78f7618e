package dev.plimsoll;

import dev.plimsoll.time.Timer;

/**
 * The pause of an asynchronous call before its next attempt.
 *
 * <p><b>Threading:</b> may be stopped by any thread; time and stop meet in the timer, one of them goes on with the call.
 */
final class AsyncPause extends Timer implements AsyncCall.Stoppable {

    private final AsyncCall<?> call;

    AsyncPause(AsyncCall<?> call) {
        this.call = call;
    }

    @Override
    protected void fire(long lateNanos) {
        call.elsewhere(call::paused);
    }

    @Override
    public void stop() {
        if (cancel()) {
            call.here(call::paused);
        }
    }
}
