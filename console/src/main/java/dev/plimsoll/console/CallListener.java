package dev.plimsoll.console;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;

/**
 * Hears of single calls, for as long as {@link Listening} has it hear: how long attempts take, and the last calls of each
 * dependency. A guard that is one of many is heard with the others of its group.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. A call costs a histogram entry for each attempt, and an entry
 * among the last calls.
 */
final class CallListener implements Observer {

    private final Counters counters;
    private final Time time;

    CallListener(Counters counters, Time time) {
        this.counters = counters;
        this.time = time;
    }

    @Override
    public void on(Event event) {
        if (event instanceof CallEnded call) {
            counters.of(call.group()).ended(call, time.wall().toEpochMilli());
        } else if (event instanceof AttemptEnded attempt) {
            counters.of(attempt.group()).attempted(attempt.elapsedNanos());
        }
    }
}
