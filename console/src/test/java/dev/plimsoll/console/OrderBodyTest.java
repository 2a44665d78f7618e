package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a script is told whose order is not understood: each error with its field, its rule and its value. */
@TestInstance(Lifecycle.PER_CLASS)
final class OrderBodyTest {

    private static final String TOKEN = "a token of 24 characters";

    private final Logged log = new Logged("dev.plimsoll.console");
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard prices = guards.guard(
            "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(Duration.ofHours(1))));
    private Console console;
    private Console withToken;

    @BeforeAll
    void open() throws Exception {
        console = Console.start(guards, 0);
        withToken = Console.start(guards, c -> c.token(TOKEN));
    }

    @AfterAll
    void close() {
        console.close();
        withToken.close();
        guards.close();
        log.close();
    }

    @AfterEach
    void nothingWasDone() {
        assertThat(Objects.requireNonNull(prices.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
    }

    private HttpResponse<String> send(String path, byte[] body) throws Exception {
        return send(withToken, path, body);
    }

    private static HttpResponse<String> send(Console to, String path, byte[] body) throws Exception {
        return Page.send(HttpRequest.newBuilder(to.address().resolve(path))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static void isRefused(Console by, byte[] body, List<String> errors) throws Exception {
        HttpResponse<String> answer = send(by, "api/dependencies/prices/force-open", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(Json.object(json -> {
            json.writeStringField("title", "Nothing was done");
            json.writeNumberField("status", 400);
            json.writeArrayFieldStart("errors");
            for (String error : errors) {
                json.writeString(error);
            }
            json.writeEndArray();
        }));
    }

    private static Arguments body(String body, String... errors) {
        return Arguments.of(body, List.of(errors));
    }

    static Stream<Arguments> bodies() {
        String longest = "\"" + "x".repeat(300) + "\"";
        String deep = "{\"reason\":" + "[".repeat(1_100);
        String large = "{\"ttlSeconds\":" + "9".repeat(1_100) + "}";
        String tooMuch = "body must be JSON, and is nested too deep, or has too long a name or number: ";
        return Stream.of(
                body("", "body must be a JSON object: (nothing)"),
                body(" \n", "body must be a JSON object: (nothing)"),
                body("[1]", "body must be a JSON object: [1]"),
                body("null", "body must be a JSON object: null"),
                body(longest, "body must be a JSON object: " + longest.substring(0, 200) + "…"),
                body("reason=x&who=y", "body must be JSON, and is not at line 1, column 1: reason=x&who=y"),
                body("{\"reason\":\n 'x'}", "body must be JSON, and is not at line 2, column 2: {\"reason\":  'x'}"),
                body("{\"reason\":\"x\"", "body must be JSON, and ends too early: {\"reason\":\"x\""),
                body("{\"reason\":", "body must be JSON, and ends too early: {\"reason\":"),
                body("{} {}", "body must be one JSON object, and more follows: {} {}"),
                body("{}x", "body must be JSON, and is not at line 1, column 3: {}x"),
                body(deep, tooMuch + deep.substring(0, 200) + "…"),
                body(large, tooMuch + large.substring(0, 200) + "…"),
                body("{\"reason\":\"" + "x".repeat(9_000) + "\"}", "body must have at most 8192 bytes: it has more"));
    }

    static Stream<Arguments> fields() {
        String rest = ",\"reason\":\"they move house\",\"who\":\"ops\"}";
        return Stream.of(
                body(
                        "{}",
                        "reason must have 1 to 200 characters on one line: (nothing)",
                        "who must have 1 to 200 characters on one line: (nothing)",
                        "ttlSeconds must be 1 to 86400, a whole number: (nothing)"),
                body(
                        "{\"reason\":[\"x\"],\"who\":{\"name\":\"ops\"},\"ttlSeconds\":true}",
                        "reason must be a text or a number: an array",
                        "who must be a text or a number: an object",
                        "ttlSeconds must be a text or a number: true"),
                body("{\"ttlSeconds\":null" + rest, "ttlSeconds must be a text or a number: null"),
                body("{\"ttlSeconds\":60,\"ttlSeconds\":6" + rest, "ttlSeconds must be given once: 60, and then 6"),
                body("{\"ttlSeconds\":\"ten\"" + rest, "ttlSeconds must be 1 to 86400, a whole number: ten"),
                body("{\"ttlSeconds\":-5" + rest, "ttlSeconds must be 1 to 86400, a whole number: -5"),
                body("{\"ttlSeconds\":1.5" + rest, "ttlSeconds must be 1 to 86400, a whole number: 1.5"),
                body("{\"ttlSeconds\":86401" + rest, "ttlSeconds must be 1 to 86400, a whole number: 86401"),
                body(
                        "{\"ttlSeconds\":99999999999" + rest,
                        "ttlSeconds must be 1 to 86400, a whole number: 99999999999"),
                body("{\"ttl\":60" + rest, "ttlSeconds must be 1 to 86400, a whole number: (nothing)"),
                body(
                        "{\"reason\":\"" + TOKEN + "\",\"who\":[],\"ttlSeconds\":\"" + TOKEN + "\"}",
                        "reason must not have the token in it: (not shown)",
                        "who must be a text or a number: an array",
                        "ttlSeconds must be 1 to 86400, a whole number: (the token)"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    @DisplayName("An order whose fields are not understood is answered with each field, its rule and its value")
    void fields_thatAreNotUnderstood_areAnsweredWithTheReason(String body, List<String> errors) throws Exception {
        isRefused(withToken, body.getBytes(StandardCharsets.UTF_8), errors);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    @DisplayName("An order that is no JSON is answered with why, and what was sent; not that where there is a token")
    void body_thatIsNotUnderstood_isAnsweredWithTheReason(String body, List<String> errors) throws Exception {
        isRefused(console, body.getBytes(StandardCharsets.UTF_8), errors);
        List<String> hidden = errors.stream()
                .map(error -> error.substring(0, error.indexOf(": ")) + ": (not shown)")
                .toList();
        isRefused(withToken, body.getBytes(StandardCharsets.UTF_8), hidden);
    }

    @Test
    @DisplayName("A body that is no UTF-8 is said to be none")
    void body_inAnotherEncoding_isSaidToBe() throws Exception {
        isRefused(
                console,
                "{\"reason\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1),
                List.of("body must be UTF-8: it is in another encoding"));
    }

    @Test
    @DisplayName("What the console does not know in an order is left out")
    void fields_thatAreUnknown_areLeftOut() throws Exception {
        String order = "{\"ticket\":{\"id\":[4711]},\"reason\":4711,\"who\":\"ops\",\"ttlSeconds\":\"60\"}";
        assertThat(send("api/dependencies/prices/reset", order.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    @DisplayName("An order that is not understood is audited with what is, and why it was refused, without the token")
    void order_thatIsNotUnderstood_isAudited() throws Exception {
        for (String spelt : List.of(TOKEN, TOKEN.substring(0, 20), TOKEN.replace("of", "\\u006ff"))) {
            send("api/dependencies/prices/reset", ("{\"" + spelt).getBytes(StandardCharsets.UTF_8));
            assertThat(log.lines())
                    .last()
                    .isEqualTo("WARNING (nothing) (from 127.0.0.1): reset of prices: (nothing): refused: body must be"
                            + " JSON, and ends too early: (not shown)");
        }
        send("api/dependencies/prices/reset", "{\"reason\":[],\"who\":\"ops\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(log.lines())
                .last()
                .isEqualTo(
                        "WARNING ops (from 127.0.0.1): reset of prices: (nothing): refused: reason must be a text or a"
                                + " number: an array");
    }

    @Test
    @DisplayName("On the way in as well it is said that the body is no JSON, and nothing of it is repeated")
    void login_thatIsNoJson_isSaidToBeNone() throws Exception {
        HttpResponse<String> answer = send("login", "token=guess".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("body must be JSON, and is not at line 1, column 1: (not shown)")
                .doesNotContain("guess");
    }
}
