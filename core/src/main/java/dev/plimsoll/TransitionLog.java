package dev.plimsoll;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Time;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Writes transitions, changes of configuration, work that was abandoned, and faults of the user's own code, to the log: at
 * most ten lines a second, and how many were left out.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class TransitionLog implements Observer {

    private static final int LINES_A_SECOND = 10;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Logger LOGGER = System.getLogger("dev.plimsoll");

    private final Time time;
    private long second; // the lines of this second; these three are guarded by this
    private int lines;
    private long leftOut;

    TransitionLog(Time time) {
        this.time = time;
        this.second = time.precise();
    }

    @Override
    public void on(Event event) {
        if (event instanceof CircuitTransition transition) {
            log(
                    Level.INFO,
                    transition.dependency() + ": " + transition.from() + " → " + transition.to() + ": "
                            + transition.reason());
        } else if (event instanceof Event.Reconfigured change) {
            log(Level.INFO, change.dependency() + ": reconfigured: " + String.join("; ", change.changes()));
        } else if (event instanceof WorkAbandoned work) {
            log(
                    Level.WARNING,
                    work.dependency() + ": work whose caller gave up " + Time.words(work.after())
                            + " ago still runs, and "
                            + (work.released() ? "its permit was given back" : "holds its permit")
                            + " (" + work.abandoned() + " by now)");
        } else if (event instanceof Observers.Fault fault) {
            log(Level.WARNING, fault.dependency() + " threw, which changes nothing: " + fault.exception());
        }
    }

    void warn(String guard, String warning) {
        log(Level.WARNING, guard + ": " + warning);
    }

    private void log(Level level, String line) {
        long missed = admitted();
        if (missed >= 0) {
            LOGGER.log(level, missed == 0 ? line : line + " (" + missed + " lines were left out)");
        }
    }

    /** How many lines were left out before this one; negative when this one is left out too. */
    private synchronized long admitted() {
        long now = time.precise();
        if (now - second >= SECOND) {
            second = now;
            lines = 0;
        }
        if (lines == LINES_A_SECOND) {
            leftOut++;
            return -1;
        }
        lines++;
        long missed = leftOut;
        leftOut = 0;
        return missed;
    }
}
