package dev.plimsoll.cli.flaky;

import dev.plimsoll.cli.json.Json;

/**
 * What the service answers.
 *
 * @param status the HTTP status
 * @param body a JSON object
 * @param allow the methods that the path has, for the header of a 405; empty otherwise
 */
record Reply(int status, String body, String allow) {
    static Reply ok(String body) {
        return new Reply(200, body, "");
    }

    static Reply error(int status, String message) {
        return new Reply(status, Json.line(json -> json.text("error", message)), "");
    }

    static Reply wrongMethod(String method, String path, String allow) {
        String message = method + " is not for " + path + "; use " + allow;
        return new Reply(405, Json.line(json -> json.text("error", message)), allow);
    }
}
