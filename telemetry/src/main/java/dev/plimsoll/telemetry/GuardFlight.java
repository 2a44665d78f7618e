package dev.plimsoll.telemetry;

import dev.plimsoll.Guards;
import java.util.Objects;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;

/**
 * Tells JDK Flight Recorder what all guards of an application do that is not plainly good: refusals, transitions, retries,
 * orphans. It listens to the guards only while a recording runs that wants any of these events: while none does, calls
 * cost what they cost without it, and not an event object is made.
 *
 * <p>An event that is enabled or disabled in a recording that runs already is noticed when the next recording starts or
 * stops.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class GuardFlight implements AutoCloseable {

    private final Guards guards;
    private final FlightObserver observer = new FlightObserver();
    private final FlightRecorderListener recordings = new FlightRecorderListener() {
        @Override
        public void recordingStateChanged(Recording recording) {
            look();
        }
    };
    private boolean listening; // guarded by this
    private boolean closed; // guarded by this

    private GuardFlight(Guards guards) {
        this.guards = guards;
    }

    /**
     * Tells the recordings that run, and those to come.
     *
     * @param guards what is done by whom
     * @return to be closed
     */
    public static GuardFlight start(Guards guards) {
        GuardFlight flight = new GuardFlight(Objects.requireNonNull(guards, "guards"));
        FlightRecorder.addListener(flight.recordings);
        if (FlightRecorder.isInitialized()) {
            flight.look();
        }
        return flight;
    }

    /** Whether any recording that runs wants any of the events. */
    private static boolean isWanted() {
        return FlightEvents.ALL.stream()
                .anyMatch(type -> EventType.getEventType(type).isEnabled());
    }

    private synchronized void look() {
        boolean wanted = !closed && isWanted();
        if (wanted && !listening) {
            guards.observe(observer);
        } else if (!wanted && listening) {
            guards.forget(observer);
        }
        listening = wanted;
    }

    /** Tells nothing any more. */
    @Override
    public void close() {
        boolean unused = FlightRecorder.removeListener(recordings);
        synchronized (this) {
            closed = true;
            if (listening) {
                guards.forget(observer);
                listening = false;
            }
        }
    }
}
