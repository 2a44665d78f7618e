package dev.plimsoll.cli.flaky;

import dev.plimsoll.cli.json.Json;
import java.time.Duration;

/**
 * How the service answers at the moment.
 *
 * @param failing whether it answers 500
 * @param slow how long every answer takes at least; zero when it was not made slow
 */
record Mood(boolean failing, Duration slow) {
    static final Mood GOOD = new Mood(false, Duration.ZERO);

    Mood withFailing() {
        return new Mood(true, slow);
    }

    Mood withSlow(Duration atLeast) {
        return new Mood(failing, atLeast);
    }

    String toJson() {
        return Json.line(json -> json.text("mode", failing ? "failing" : "ok").number("slow_ms", slow.toMillis()));
    }
}
