package dev.plimsoll.http.servlet;

import dev.plimsoll.call.GuardException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.http.HttpRefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer in the form of RFC 9457, "Problem Details for HTTP APIs".
 *
 * <p>The body is ASCII, so that it is the same in whatever character set an application has chosen before it failed.
 *
 * @param status of the answer
 * @param retryAfter whole seconds; empty when nobody knows
 * @param members of the body besides the status, in their order
 */
record Problem(int status, OptionalLong retryAfter, Map<String, String> members) {

    private static final String TYPES = "urn:problem-type:plimsoll:";
    private static final int DEEPEST = 10;
    private static final long SECOND = 1_000_000_000;

    /** What to answer when this reaches the edge; empty when it is not ours to answer. */
    static Optional<Problem> in(Exception thrown) {
        Throwable inner = thrown;
        for (int depth = 0; depth < DEEPEST && isWrapper(inner) && inner.getCause() != null; depth++) {
            inner = inner.getCause();
        }
        if (inner instanceof RejectedException refusal) {
            return Optional.of(of(refusal));
        }
        return inner instanceof TimeoutExceededException timeout ? Optional.of(of(timeout)) : Optional.empty();
    }

    private static boolean isWrapper(Throwable thrown) {
        return thrown instanceof ServletException
                || thrown instanceof HttpRefusedException
                || thrown instanceof HttpTimeoutException;
    }

    static Problem of(RejectedException refusal) {
        Map<String, String> members = members("refused", "Refused, and not begun", refusal);
        members.put("gate", refusal.gate());
        members.put("reason", refusal.reason().name());
        OptionalLong retryAfter = refusal.retryAfter()
                .map(wait -> OptionalLong.of(roundedUp(wait)))
                .orElseGet(OptionalLong::empty);
        return new Problem(HttpServletResponse.SC_SERVICE_UNAVAILABLE, retryAfter, members);
    }

    static Problem of(TimeoutExceededException timeout) {
        Map<String, String> members = members("timeout", "Not done in time", timeout);
        members.put("limit", timeout.limit().name());
        return new Problem(HttpServletResponse.SC_GATEWAY_TIMEOUT, OptionalLong.empty(), members);
    }

    private static Map<String, String> members(String type, String title, GuardException thrown) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("type", TYPES + type);
        members.put("title", title);
        members.put("detail", String.valueOf(thrown.getMessage()));
        members.put("dependency", thrown.dependency());
        return members;
    }

    private static long roundedUp(Duration wait) {
        return (wait.toNanos() + SECOND - 1) / SECOND;
    }

    /** Answers, in place of what was not sent yet. The fields that others have set remain, as with a sent error. */
    void write(HttpServletResponse response) throws IOException {
        byte[] body = json().getBytes(StandardCharsets.US_ASCII);
        response.resetBuffer();
        response.setStatus(status);
        retryAfter.ifPresent(seconds -> response.setHeader("Retry-After", Long.toString(seconds)));
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
        } catch (IllegalStateException writerIsInUse) {
            response.getWriter().write(json());
        }
    }

    String json() {
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> {
            json.append('"').append(name).append("\":");
            quote(json, value);
            json.append(',');
        });
        return json.append("\"status\":").append(status).append('}').toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                json.append('\\').append(each);
            } else if (each >= ' ' && each <= '~') {
                json.append(each);
            } else {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) each));
            }
        }
        json.append('"');
    }
}
