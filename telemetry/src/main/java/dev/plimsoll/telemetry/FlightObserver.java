package dev.plimsoll.telemetry;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;

/**
 * Writes events to the flight recorder; those that are off are made and dropped, which the compiler does away with.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class FlightObserver implements Observer {

    @Override
    public void on(Event event) {
        if (event instanceof AttemptRefused refused) {
            on(refused);
        } else if (event instanceof CircuitTransition transition) {
            on(transition);
        } else if (event instanceof RetryScheduled scheduled) {
            on(scheduled);
        } else if (event instanceof Event.RetryDenied denied) {
            on(denied);
        } else if (event instanceof WorkAbandoned abandoned) {
            on(abandoned);
        }
    }

    private static void on(AttemptRefused refused) {
        FlightEvents.CallRefused flight = new FlightEvents.CallRefused();
        if (flight.isEnabled()) {
            flight.dependency = refused.dependency();
            flight.attempt = refused.number();
            flight.gate = Meters.gate(refused.rejection());
            flight.reason = Meters.word(refused.rejection().reason());
            flight.detail = refused.rejection().detail();
            flight.retryAfter = refused.rejection().retryAfterNanos();
            flight.commit();
        }
    }

    private static void on(CircuitTransition transition) {
        FlightEvents.Transition flight = new FlightEvents.Transition();
        if (flight.isEnabled()) {
            flight.dependency = transition.dependency();
            flight.sequence = transition.sequence();
            flight.from = Meters.word(transition.from());
            flight.to = Meters.word(transition.to());
            flight.reason = transition.reason();
            flight.byTimer = transition.byTimer();
            flight.commit();
        }
    }

    private static void on(RetryScheduled scheduled) {
        FlightEvents.Retry flight = new FlightEvents.Retry();
        if (flight.isEnabled()) {
            flight.dependency = scheduled.dependency();
            flight.attempt = scheduled.number();
            flight.pause = scheduled.pauseNanos();
            flight.commit();
        }
    }

    private static void on(Event.RetryDenied denied) {
        FlightEvents.RetryDenied flight = new FlightEvents.RetryDenied();
        if (flight.isEnabled()) {
            flight.dependency = denied.dependency();
            flight.attempts = denied.attempts();
            flight.why = Meters.word(denied.why());
            flight.commit();
        }
    }

    private static void on(WorkAbandoned abandoned) {
        FlightEvents.Orphan flight = new FlightEvents.Orphan();
        if (flight.isEnabled()) {
            flight.dependency = abandoned.dependency();
            flight.abandoned = abandoned.abandoned();
            flight.age = Time.nanos(abandoned.after());
            flight.released = abandoned.released();
            flight.commit();
        }
    }
}
