package dev.plimsoll.http;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches a real server, and what its caller sees. */
final class GuardedHttpClientTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final String AT_NOON = "Tue, 03 Mar 2015 12:00:00 GMT";

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Observer noting = events::add;

    @AfterEach
    void close() {
        guards.close();
    }

    /** Three attempts without a pause. */
    private Guard retrying() {
        return guards.guard(
                "prices", g -> g.retry(Retry.immediate().maxAttempts(3)).observer(noting));
    }

    private GuardedHttpClient http() {
        return GuardedHttpClient.of(CLIENT, retrying());
    }

    private static HttpRequest get(LoopbackServer server) {
        return HttpRequest.newBuilder(server.uri("/prices?token=secret")).build();
    }

    private static HttpRequest post(URI uri, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("order"));
        return headers.length == 0 ? builder.build() : builder.headers(headers).build();
    }

    private long attempts() {
        return events.stream().filter(Event.AttemptEnded.class::isInstance).count();
    }

    private static HttpResponse<String> send(GuardedHttpClient http, HttpRequest request) throws Exception {
        return http.send(request, BodyHandlers.ofString());
    }

    @ParameterizedTest
    @DisplayName("RT-2 CB-13 how many requests of a GET reach the server, by the status it answers")
    @CsvSource({
        "200, 1", "404, 1", "400, 1", "408, 3", "425, 3", "429, 3", "500, 3", "501, 1", "502, 3", "503, 3", "504, 3",
        "505, 1"
    })
    void get_isRepeatedByStatus(int status, int requests) throws Exception {
        try (LoopbackServer server = LoopbackServer.answering(status)) {
            HttpResponse<String> answer = send(http(), get(server));
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo("body " + requests);
            assertThat(server.requests()).isEqualTo(requests);
        }
    }

    @Test
    @DisplayName("RT-2 a retry that succeeds is what the caller sees")
    void get_thatSucceedsLater_returnsThat() throws Exception {
        try (LoopbackServer server = LoopbackServer.answering(503, 500, 200)) {
            HttpResponse<String> answer = send(http(), get(server));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("body 3");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504})
    @DisplayName("RT-3 a POST without a key reaches the server once, with one three times")
    void post_isRepeatedWithAKeyOnly(int status) throws Exception {
        try (LoopbackServer server = LoopbackServer.answering(status)) {
            send(http(), post(server.uri("/orders")));
            assertThat(server.received).containsExactly("POST");
            if (status != 501) {
                send(http(), post(server.uri("/orders"), "Idempotency-Key", "k1"));
                assertThat(server.received).hasSize(4);
            }
        }
    }

    @Test
    @DisplayName("RT-3 a POST that never left is tried again, and fails as the client fails")
    void post_toAClosedPort_isTriedAgain() throws Exception {
        try (ClosedPort port = new ClosedPort()) {
            HttpRequest request = post(port.uri());
            assertThatThrownBy(() -> send(http(), request)).isInstanceOf(ConnectException.class);
            assertThat(attempts()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("RT-3 a POST that was redirected to a closed port may have had its effect, and is not repeated")
    void post_redirectedToAClosedPort_isNotRepeated() throws Exception {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        GuardedHttpClient http = GuardedHttpClient.of(following, retrying());
        try (ClosedPort elsewhere = new ClosedPort();
                LoopbackServer server = new LoopbackServer((exchange, number) -> {
                    exchange.getResponseHeaders()
                            .add("Location", elsewhere.uri().toString());
                    LoopbackServer.answer(exchange, 303, "");
                })) {
            assertThatThrownBy(() -> send(http, post(server.uri("/orders")))).isInstanceOf(ConnectException.class);
            assertThat(server.received).containsExactly("POST");
        }
    }

    @Test
    @DisplayName("RT-3 a POST whose answer broke off is not repeated, a GET is")
    void request_whoseAnswerBreaksOff_isRepeatedIfIdempotent() throws Exception {
        try (RawServer server = RawServer.dying()) {
            assertThatThrownBy(() -> send(http(), post(server.uri()))).isInstanceOf(IOException.class);
            assertThat(server.requests).hasValue(1);
            HttpRequest get = HttpRequest.newBuilder(server.uri()).build();
            assertThatThrownBy(() -> send(http(), get)).isInstanceOf(IOException.class);
            assertThat(server.requests).hasValue(4);
        }
    }

    /** Reads the answer, and has another guard refuse what is to be done with it. */
    private BodyHandler<String> refused() {
        Guard store = guards.guard("store", g -> g.circuitBreaker());
        Objects.requireNonNull(store.circuitBreaker()).forceOpen("they move house", "ops");
        return head -> BodySubscribers.mapping(
                BodySubscribers.ofString(StandardCharsets.UTF_8),
                text -> store.<String, RuntimeException>call(() -> text));
    }

    @Test
    @DisplayName("RT-3 a POST that was answered is not repeated when another guard refuses what reads the answer")
    void post_whoseReaderIsRefused_isNotRepeated() throws Exception {
        try (LoopbackServer server = LoopbackServer.answering(200)) {
            assertThatThrownBy(() -> http().send(post(server.uri("/orders")), refused()))
                    .isInstanceOf(IOException.class)
                    .hasRootCauseInstanceOf(RejectedException.class);
            assertThat(server.received).containsExactly("POST");
        }
    }

    @Test
    @DisplayName("RT-3 nor is one that is sent without waiting")
    void post_withoutWaitingWhoseReaderIsRefused_isNotRepeated() throws Exception {
        try (LoopbackServer server = LoopbackServer.answering(200)) {
            HttpRequest request = post(server.uri("/orders"));
            BodyHandler<String> handler = refused();
            CompletableFuture<HttpResponse<String>> answer = retrying()
                    .judgedBy(HttpClassifier.of(request, CLIENT))
                    .callAsync(() -> CLIENT.sendAsync(request, handler));
            assertThatThrownBy(() -> Rendezvous.get(answer)).hasRootCauseInstanceOf(RejectedException.class);
            assertThat(server.received).containsExactly("POST");
        }
    }

    @Test
    @DisplayName("CB-13 the caller's mistakes leave the circuit closed, bad answers open it, and then nothing is sent")
    void circuit_opensByBadAnswersOnly() throws Exception {
        Guard guard = guards.guard(
                "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(2).openFor(ofSeconds(30))));
        GuardedHttpClient http = GuardedHttpClient.of(CLIENT, guard);
        try (LoopbackServer server = LoopbackServer.answering(404, 404, 404, 500, 503, 200)) {
            for (int i = 0; i < 5; i++) {
                send(http, get(server));
            }
            Throwable refused = catchThrowable(() -> send(http, get(server)));
            assertThat(server.requests()).isEqualTo(5);
            assertThat(refused).isInstanceOfSatisfying(HttpRefusedException.class, e -> {
                assertThat(e.dependency()).isEqualTo("prices");
                assertThat(e.reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
                assertThat(e.retryAfter().orElseThrow()).isBetween(ofSeconds(20), ofSeconds(30));
                assertThat(e)
                        .hasMessageContaining("GET " + server.uri("/prices") + " was not sent; prices: refused by");
                assertThat(e).hasMessageNotContaining("secret");
            });
        }
    }

    @Test
    @DisplayName("RT-4 T-70 Retry-After in seconds is waited out, never less")
    void retryAfter_inSeconds_isWaitedOut() throws Exception {
        try (LoopbackServer server = new LoopbackServer((exchange, number) -> {
            exchange.getResponseHeaders().add("Retry-After", "1");
            LoopbackServer.answer(exchange, number == 1 ? 503 : 200, "");
        })) {
            long start = System.nanoTime();
            assertThat(send(http(), get(server)).statusCode()).isEqualTo(200);
            assertThat(System.nanoTime() - start)
                    .isGreaterThanOrEqualTo(ofSeconds(1).toNanos());
            assertThat(events)
                    .filteredOn(Event.RetryScheduled.class::isInstance)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @DisplayName("RT-4 Retry-After beyond the clamp, as seconds or a date by the server's own clock, ends the call")
    @ValueSource(strings = {"301", "Tue, 03 Mar 2015 12:05:01 GMT", "Tue Mar  3 12:05:01 2015"})
    void retryAfter_beyondTheClamp_endsTheCall(String hint) throws Exception {
        try (RawServer server = RawServer.busy(hint, AT_NOON)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
            assertThat(send(http(), request).statusCode()).isEqualTo(503);
            assertThat(server.requests).hasValue(1);
            assertThat(events).contains(new Event.RetryDenied("prices", 1, Event.NoRetry.HINT_TOO_LONG));
        }
    }

    @Test
    @DisplayName("RT-4 RT-5 Retry-After that outlasts the total time ends the call at once")
    void retryAfter_beyondTheTotalTime_endsTheCall() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.totalTimeout(ofSeconds(30))
                        .retry(Retry.immediate().maxAttempts(3))
                        .observer(noting));
        try (RawServer server = RawServer.busy("Tuesday, 03-Mar-15 12:01:00 GMT", AT_NOON)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
            assertThat(send(GuardedHttpClient.of(CLIENT, guard), request).statusCode())
                    .isEqualTo(503);
            assertThat(server.requests).hasValue(1);
            assertThat(events).contains(new Event.RetryDenied("prices", 1, Event.NoRetry.NO_TIME));
        }
    }

    @Test
    @DisplayName("Each request may have its own guard: one service's bad day is not the other's")
    void guard_perRequest_isAsked() throws Exception {
        try (LoopbackServer good = LoopbackServer.answering(200);
                LoopbackServer bad = LoopbackServer.answering(500)) {
            Map<Integer, Guard> byPort = Map.of(
                    good.uri("/").getPort(), guards.guard("good", g -> g.circuitBreaker(b -> b.consecutiveFailures(1))),
                    bad.uri("/").getPort(), guards.guard("bad", g -> g.circuitBreaker(b -> b.consecutiveFailures(1))));
            GuardedHttpClient http = GuardedHttpClient.of(
                    CLIENT, request -> byPort.get(request.uri().getPort()));
            send(http, get(bad));
            assertThatThrownBy(() -> send(http, get(bad))).isInstanceOf(HttpRefusedException.class);
            assertThat(send(http, get(good)).statusCode()).isEqualTo(200);
            URI elsewhere = URI.create("http://localhost:1/path?secret");
            assertThatThrownBy(
                            () -> send(http, HttpRequest.newBuilder(elsewhere).build()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("no guard for GET http://localhost:1/path");
        }
    }

    @Test
    @DisplayName("RT-3 another opinion decides what is bad, but never that a POST is repeated")
    void opinion_decidesWhatIsBad() throws Exception {
        GuardedHttpClient http = http().judgedBy(
                        own -> own.judgingResults(HttpResponse.class, r -> r.statusCode() == 404, Judgement.TRANSIENT));
        try (LoopbackServer server = LoopbackServer.answering(404)) {
            send(http, get(server));
            assertThat(server.requests()).isEqualTo(3);
            send(http, post(server.uri("/orders")));
            assertThat(server.requests()).isEqualTo(4);
        }
    }

    @Test
    @DisplayName("CA-2 what the client itself throws passes as it is")
    void request_thatTheClientRejects_failsAsThere() {
        HttpRequest odd = new OddRequest("GET", URI.create("ftp://localhost/"));
        assertThatThrownBy(() -> send(http(), odd)).isInstanceOf(IllegalArgumentException.class);
        assertThat(attempts()).isEqualTo(1);
    }
}
