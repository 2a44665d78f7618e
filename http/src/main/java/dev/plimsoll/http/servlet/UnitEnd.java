package dev.plimsoll.http.servlet;

import dev.plimsoll.drain.Unit;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Ends a unit of a drain when its request is complete: now, or later where the request has become asynchronous.
 *
 * <p><b>Threading:</b> as the container calls it; a unit ends once.
 */
final class UnitEnd implements AsyncListener {

    private final Unit unit;

    private UnitEnd(Unit unit) {
        this.unit = unit;
    }

    /** To be called when the chain has returned. */
    static void of(Unit unit, HttpServletRequest request) {
        if (request.isAsyncStarted()) {
            try {
                request.getAsyncContext().addListener(new UnitEnd(unit));
                return;
            } catch (RuntimeException nobodyWillTell) {
                // it has completed between the two calls, or the container does not say when it does
            }
        }
        unit.close();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        unit.close();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // it is completed, and we hear of it, when somebody has answered
    }

    @Override
    public void onError(AsyncEvent event) {
        // as above
    }

    /** The request was dispatched and is asynchronous again, for which it forgets who listened. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
