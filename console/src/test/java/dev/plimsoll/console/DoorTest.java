package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.console.Page.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who may come in and who may steer, and what is written down of it. */
final class DoorTest {

    private static final String TOKEN = "a token of 24 characters";

    private final Logged log = new Logged("dev.plimsoll.console");
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard prices = guards.guard(
            "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(Duration.ofHours(1))));

    @AfterEach
    void close() {
        guards.close();
        log.close();
    }

    private static boolean isStory(Message message, String text) {
        return message.kind().equals("story") && message.data().contains(text);
    }

    private static HttpRequest.Builder post(URI console, String path, String body) {
        return HttpRequest.newBuilder(console.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    // ---------------------------------------------------------------- steering

    @Test
    @DisplayName("An operator forces a breaker open, for a while, with a reason; the timeline says who and why")
    void operator_forcesOpen_withReasonAndEnd() throws Exception {
        try (Console console = Console.start(guards, 0);
                Page page = Page.open(console.address(), null)) {
            String order = "{\"reason\":\"they are moving house\",\"who\":\"ops\",\"ttlSeconds\":\"1\"}";
            HttpRequest request = post(console.address(), "api/dependencies/prices/force-open", order)
                    .build();
            assertThat(Page.send(request).statusCode()).isEqualTo(204);

            page.until(message -> isStory(message, "force open, for 1 s"));
            page.until(message -> isStory(message, "CLOSED → FORCED OPEN"));
            page.until(message -> isStory(message, "FORCED OPEN → CLOSED")); // its time is over, without a call
            assertThat(Objects.requireNonNull(prices.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    @DisplayName("What lacks a reason, a name or an end is refused, with all that is wrong, and nothing is done")
    void order_withoutReasonNameOrEnd_isRefused() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            HttpRequest request = post(console.address(), "api/dependencies/prices/disable", "{\"ttlSeconds\":86401}")
                    .build();
            HttpResponse<String> answer = Page.send(request);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("reason must have", "who must have", "ttlSeconds must be 1 to 86400");
            assertThat(Objects.requireNonNull(prices.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    @DisplayName("A read-only console lets nobody steer")
    void readOnly_letsNobodySteer() throws Exception {
        try (Console console = Console.start(guards, ConsoleBuilder::readOnly)) {
            String order = "{\"reason\":\"r\",\"who\":\"w\"}";
            HttpRequest request = post(console.address(), "api/dependencies/prices/reset", order)
                    .build();
            assertThat(Page.send(request).statusCode()).isEqualTo(403);
        }
    }

    // ---------------------------------------------------------------- the door

    @Test
    @DisplayName("A page of another origin can neither see nor steer, nor can a form")
    void otherOrigin_isRefused() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            String path = "api/dependencies/prices/force-open";
            String order = "{\"reason\":\"evil\",\"who\":\"e\",\"ttlSeconds\":60}";
            for (String[] header : new String[][] {
                {"Origin", "http://evil.example"},
                {"Origin", "null"},
                {"Sec-Fetch-Site", "cross-site"},
                {"Sec-Fetch-Site", "same-site"}
            }) {
                HttpRequest request = post(console.address(), path, order)
                        .header(header[0], header[1])
                        .build();
                assertThat(Page.send(request).statusCode()).as(header[1]).isEqualTo(403);
            }
            HttpRequest form = HttpRequest.newBuilder(console.address().resolve(path))
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString(order))
                    .build();
            assertThat(Page.send(form).statusCode()).isEqualTo(415);
            assertThat(Objects.requireNonNull(prices.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    @DisplayName("A stranger's name that resolves to this machine is refused")
    void otherHost_isRefused() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            String answer = RawRequest.send(
                    console.address().getPort(),
                    "GET /events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 421");
        }
    }

    @Test
    @DisplayName("With a token nobody sees or steers without it; the page gets a cookie for it")
    void token_isAskedFor() throws Exception {
        try (Console console = Console.start(guards, c -> c.token(TOKEN))) {
            URI address = console.address();
            URI detail = address.resolve("api/dependencies/prices");
            assertThat(Page.send(HttpRequest.newBuilder(address).build()).statusCode())
                    .isEqualTo(200);
            assertThat(Page.send(HttpRequest.newBuilder(detail).build()).statusCode())
                    .isEqualTo(401);
            assertThat(Page.send(HttpRequest.newBuilder(detail)
                                    .header("Authorization", "Bearer " + TOKEN)
                                    .build())
                            .statusCode())
                    .isEqualTo(200);
            HttpRequest wrong = post(address, "login", "{\"token\":\"guess\"}").build();
            assertThat(Page.send(wrong).statusCode()).isEqualTo(401);
            HttpResponse<String> right = Page.send(
                    post(address, "login", "{\"token\":\"" + TOKEN + "\"}").build());
            String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain(TOKEN);
            HttpRequest known = HttpRequest.newBuilder(detail)
                    .header("Cookie", cookie.split(";", 2)[0])
                    .build();
            assertThat(Page.send(known).statusCode()).isEqualTo(200);
        }
    }

    /** The name of the cookie that it gives to who shows the token. */
    private static String cookieOf(Console console) throws Exception {
        HttpResponse<String> right = Page.send(post(console.address(), "login", "{\"token\":\"" + TOKEN + "\"}")
                .build());
        return right.headers().firstValue("Set-Cookie").orElseThrow().split("=", 2)[0];
    }

    @Test
    @DisplayName(
            "Two consoles with tokens, seen through tunnels under one host's name, do not take each other's cookie")
    void cookies_ofTwoConsoles_differ() throws Exception {
        int port;
        String first;
        try (Console one = Console.start(guards, c -> c.token(TOKEN))) {
            port = one.address().getPort();
            first = cookieOf(one);
        }
        try (Console other = Console.start(guards, c -> c.token(TOKEN).port(port))) { // as on another machine
            assertThat(cookieOf(other)).startsWith("plimsoll-console-").isNotEqualTo(first);
        }
    }

    @Test
    @DisplayName("Whatever address it listens on, it is reached by the address that it names")
    void address_isOneOfItsNames() throws Exception {
        for (String host : List.of("127.0.0.1", "127.0.0.2", "0.0.0.0")) {
            boolean any = host.equals("0.0.0.0");
            try (Console console =
                    Console.start(guards, c -> any ? c.host(host).token(TOKEN).reachedAs("shop") : c.host(host))) {
                assertThat(Page.send(HttpRequest.newBuilder(console.address()).build())
                                .statusCode())
                        .as(host)
                        .isEqualTo(200);
            }
        }
        assertThat(Door.literal(InetAddress.getAllByName("::1")[0])).isEqualTo("[::1]");
        assertThat(Door.literal(InetAddress.getAllByName("fe80::1%1")[0])).isEqualTo("[fe80:0:0:0:0:0:0:1]");
    }

    @Test
    @DisplayName("Wrong tokens share one limiter, however they are shown; who has the right one is let in all the same")
    void guesses_areLimited_andHinderNobody() throws Exception {
        try (Console console = Console.start(guards, c -> c.token(TOKEN))) {
            URI detail = console.address().resolve("api/dependencies/prices");
            HttpRequest bearer = bearer(detail, "a guess of 24 characters");
            String name = cookieOf(console);
            HttpRequest cookie = HttpRequest.newBuilder(detail)
                    .header("Cookie", name + "=guess")
                    .build();
            HttpRequest login =
                    post(console.address(), "login", "{\"token\":\"guess\"}").build();
            for (HttpRequest guess : List.of(bearer, cookie, login)) {
                assertThat(Page.send(guess).statusCode()).isEqualTo(401);
            }
            for (HttpRequest guess : List.of(bearer, cookie, login)) {
                HttpResponse<String> answer = Page.send(guess);
                for (int i = 0;
                        i < 100 && answer.statusCode() != 429;
                        i++) { // the limiter grants one a second meanwhile
                    answer = Page.send(guess);
                }
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            }
            assertThat(Page.send(bearer(detail, TOKEN)).statusCode()).isEqualTo(200);
            HttpRequest right = post(console.address(), "login", "{\"token\":\"" + TOKEN + "\"}")
                    .build();
            assertThat(Page.send(right).statusCode()).isEqualTo(204);
            HttpRequest nothing = HttpRequest.newBuilder(detail).build();
            for (int i = 0; i < 20; i++) {
                assertThat(Page.send(nothing).statusCode()).isEqualTo(401); // who shows nothing guesses nothing
            }
        }
    }

    private static HttpRequest bearer(URI to, String token) {
        return HttpRequest.newBuilder(to)
                .header("Authorization", "Bearer " + token)
                .build();
    }

    @Test
    @DisplayName("Every answer forbids what is not ours: scripts, frames, caches")
    void answers_areSecured() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            HttpResponse<String> page =
                    Page.send(HttpRequest.newBuilder(console.address()).build());
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "frame-ancestors 'none'");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(page.body()).doesNotContain("http://", "https://");
        }
    }

    // ---------------------------------------------------------------- the audit

    @Test
    @DisplayName("Each order is audited, done or not: who, from where, what, why and with which result")
    void orders_areAudited() throws Exception {
        try (Console console = Console.start(guards, 0);
                Page page = Page.open(console.address(), null)) {
            String path = "api/dependencies/prices/";
            String order = "{\"reason\":\"they move house\",\"who\":\"ops\",\"ttlSeconds\":600}";
            String noReason = "{\"who\":\"ops\"}";
            String line = "{\"reason\":\"a\\nb\",\"who\":\"ops\"}";
            URI address = console.address();
            assertThat(status(post(address, path + "force-open", order))).isEqualTo(204);
            assertThat(status(post(address, path + "reset", noReason))).isEqualTo(400);
            assertThat(status(post(address, path + "close", line))).isEqualTo(400);
            assertThat(status(post(address, "api/dependencies/nobody/reset", order)))
                    .isEqualTo(404);
            assertThat(status(post(address, path + "reset", order).header("Origin", "http://evil.example")))
                    .isEqualTo(403);
            assertThat(log.lines())
                    .containsExactly(
                            "INFO ops (from 127.0.0.1): force open, for 600 s of prices: they move house: done",
                            "WARNING ops (from 127.0.0.1): reset of prices: (nothing): refused: reason must have 1 to 200"
                                    + " characters on one line: (nothing)",
                            "WARNING ops (from 127.0.0.1): close of prices: a b: refused: reason must have 1 to 200"
                                    + " characters on one line: a b",
                            "WARNING ops (from 127.0.0.1): reset of nobody: they move house: refused: there is no circuit"
                                    + " breaker of that name",
                            "WARNING turned away from 127.0.0.1: an order for /" + path
                                    + "reset by another page, http://evil.example");
            page.until(message -> isStory(message, "force open, for 600 s"));
            Message refused = page.until(message -> isStory(message, "reset: refused"));
            assertThat(refused.data()).contains("ops (from 127.0.0.1)", "not done: reason must have");
            page.until(message -> isStory(message, "there is no circuit breaker of that name"));
        }
    }

    @Test
    @DisplayName(
            "A read-only console audits what it refuses; no audit has the token in it, also where somebody wrote it")
    void token_isInNoAudit() throws Exception {
        try (Console console = Console.start(guards, c -> c.token(TOKEN))) {
            URI address = console.address();
            URI reset = address.resolve("api/dependencies/prices/reset");
            String order = "{\"reason\":\"as " + TOKEN + " says\",\"who\":\"ops\"}";
            HttpResponse<String> answer = Page.send(post(address, reset.getPath(), order)
                    .header("Authorization", "Bearer " + TOKEN)
                    .build());
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("reason must not have the token in it")
                    .doesNotContain(TOKEN);
            assertThat(Page.send(bearer(reset, "a guess of 24 characters")).statusCode())
                    .isEqualTo(401);
            assertThat(log.lines())
                    .containsExactly(
                            "WARNING ops (from 127.0.0.1): reset of prices: as (the token) says: refused: reason must not"
                                    + " have the token in it: (not shown)",
                            "WARNING turned away from 127.0.0.1: a bearer token or a cookie that is not the token");
        }
        try (Console console = Console.start(guards, ConsoleBuilder::readOnly)) {
            String order = "{\"reason\":\"r\",\"who\":\"w\"}";
            assertThat(status(post(console.address(), "api/dependencies/prices/reset", order)))
                    .isEqualTo(403);
            assertThat(log.lines())
                    .last()
                    .isEqualTo("WARNING w (from 127.0.0.1): reset of prices: r: refused: this console is read-only");
        }
    }

    private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Page.send(request.build()).statusCode();
    }
}
