package dev.plimsoll.cli.watch;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.cli.json.Json;
import java.util.OptionalLong;

/**
 * The breaker went from one state to another.
 *
 * @param n the call that caused it; empty when the timer did
 * @param transition what happened
 */
record Moved(OptionalLong n, CircuitTransition transition) {
    String toJson() {
        return Json.line(json -> {
            json.text("t", WallClock.stamp(transition.at())).text("event", "transition");
            if (n.isPresent()) {
                json.number("n", n.getAsLong());
            } else {
                json.nothing("n");
            }
            json.text("from", transition.from().name())
                    .text("to", transition.to().name())
                    .text("reason", transition.reason());
        });
    }
}
