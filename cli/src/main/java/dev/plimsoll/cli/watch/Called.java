package dev.plimsoll.cli.watch;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.cli.json.Json;
import java.time.Instant;

/**
 * One call through the guard.
 *
 * @param at when it began, by the time of day
 * @param n which call it was, from 1
 * @param tried how it ended
 * @param nanos from entering the guard to leaving it, by the precise clock: for a refusal the guard's own time only
 * @param state the breaker's state after it
 */
record Called(Instant at, long n, Tried tried, long nanos, BreakerState state) {
    String toJson() {
        return Json.line(json -> {
            json.text("t", WallClock.stamp(at))
                    .number("n", n)
                    .text("result", tried.result().word())
                    .text("state", state.name())
                    .number("millis", nanos / 1e6, 3);
            String reason = tried.reason();
            if (reason != null) {
                json.text("reason", reason);
            }
        });
    }
}
