package dev.plimsoll.cli.flaky;

import dev.plimsoll.call.RejectedException;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.Durations;
import java.util.Map;

/**
 * What the service answers.
 *
 * @param status the HTTP status
 * @param body a JSON object
 * @param headers those that this status needs, by their names
 */
record Reply(int status, String body, Map<String, String> headers) {
    static Reply ok(String body) {
        return new Reply(200, body, Map.of());
    }

    static Reply error(int status, String message) {
        return new Reply(status, Json.line(json -> json.text("error", message)), Map.of());
    }

    static Reply wrongMethod(String method, String path, String allow) {
        String message = method + " is not for " + path + "; use " + allow;
        return new Reply(405, Json.line(json -> json.text("error", message)), Map.of("Allow", allow));
    }

    /** The service is going down. */
    static Reply refused(RejectedException refusal) {
        String body = Json.line(json -> json.text("error", String.valueOf(refusal.getMessage())));
        return new Reply(
                503,
                body,
                refusal.retryAfter()
                        .map(wait -> Map.of("Retry-After", Durations.retryAfter(wait)))
                        .orElse(Map.of()));
    }
}
