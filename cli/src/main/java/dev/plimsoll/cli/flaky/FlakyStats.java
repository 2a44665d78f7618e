package dev.plimsoll.cli.flaky;

import dev.plimsoll.cli.json.Json;

/**
 * What {@code GET /} has met so far. A request counts when it arrives, and a second time when its answer is decided; in
 * between it is in neither of the two other counts.
 *
 * @param requests how many arrived
 * @param ok how many were answered with 200
 * @param failed how many were answered with 500
 */
public record FlakyStats(long requests, long ok, long failed) {
    /**
     * The counts as JSON.
     *
     * @return an object on one line
     */
    public String toJson() {
        return Json.line(
                json -> json.number("requests", requests).number("ok", ok).number("failed", failed));
    }
}
