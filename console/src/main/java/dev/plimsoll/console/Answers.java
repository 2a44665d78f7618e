package dev.plimsoll.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends whole answers, and reads small bodies. */
final class Answers {

    static final int LARGEST_BODY = 8_192;

    private Answers() {}

    /** What every answer says to the browser: nothing from elsewhere, in no frame, kept nowhere. */
    static void secure(Headers headers) {
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                        + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
        exchange.close();
    }

    static void json(HttpExchange exchange, String body) throws IOException {
        send(exchange, 200, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    /** By RFC 9457. */
    static void problem(HttpExchange exchange, int status, String title, List<String> details) throws IOException {
        String body = Json.object(json -> {
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeArrayFieldStart("errors");
            for (String detail : details) {
                json.writeString(detail);
            }
            json.writeEndArray();
        });
        send(exchange, status, "application/problem+json", body.getBytes(StandardCharsets.UTF_8));
    }

    /** The body; of one that is too large as much of it as says so. */
    static byte[] body(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            return in.readNBytes(LARGEST_BODY + 1);
        }
    }
}
