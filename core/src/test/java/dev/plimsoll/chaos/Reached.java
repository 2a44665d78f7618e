package dev.plimsoll.chaos;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.TimeoutExceededException;
import java.util.Map;
import java.util.TreeMap;

/** How often what was reached: chaos that leaves something out proves nothing about it. */
final class Reached {

    final Map<String, Long> counts = new TreeMap<>();

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void event(Event event) {
        if (event instanceof CallEnded ended) {
            count("end " + ended.end());
        } else if (event instanceof AttemptRefused refused) {
            count("refused " + refused.rejection().reason());
        } else if (event instanceof RetryDenied denied) {
            count("no retry " + denied.why());
        } else if (event instanceof CircuitTransition transition) {
            count("breaker " + transition.to());
        } else if (event instanceof AttemptEnded ended) {
            count("verdict " + ended.verdict());
            if (ended.localStall()) {
                count("local stall");
            }
            if (ended.error() instanceof TimeoutExceededException timeout) {
                count("timeout " + timeout.limit());
            }
        } else {
            count(event.getClass().getSimpleName());
        }
    }

    void add(Reached other) {
        other.counts.forEach((what, many) -> counts.merge(what, many, Long::sum));
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder();
        counts.forEach((what, many) -> all.append(String.format("%n%,12d %s", many, what)));
        return all.toString();
    }
}
