package dev.plimsoll.cli.flaky;

import dev.plimsoll.cli.json.Json;
import java.time.Duration;

/**
 * How the service answers at the moment.
 *
 * @param failEvery every how many requests one is answered with 500: 1 for all of them, 0 for none
 * @param slow how long every answer takes at least; zero when it was not made slow
 */
record Mood(int failEvery, Duration slow) {
    static final Mood GOOD = new Mood(0, Duration.ZERO);

    Mood withFailing() {
        return withFailing(1);
    }

    Mood withFailing(int every) {
        return new Mood(every, slow);
    }

    Mood withSlow(Duration atLeast) {
        return new Mood(failEvery, atLeast);
    }

    /** Whether the request of this number, from 1, is answered with 500. */
    boolean fails(long number) {
        return failEvery > 0 && number % failEvery == 0;
    }

    String toJson() {
        return Json.line(
                json -> json.text("mode", failEvery > 0 ? "failing" : "ok").number("slow_ms", slow.toMillis()));
    }
}
