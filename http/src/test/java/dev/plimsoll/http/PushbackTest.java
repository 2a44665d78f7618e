package dev.plimsoll.http;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guards;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC's grpc-retry-pushback-ms (proposal A6): when to try again, or not to. */
final class PushbackTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        guards.close();
    }

    private static LoopbackServer busy(String... values) throws Exception {
        return new LoopbackServer((exchange, number) -> {
            for (String value : values) {
                exchange.getResponseHeaders().add(Pushback.FIELD, value);
            }
            LoopbackServer.answer(exchange, number == 1 ? 503 : 200, "");
        });
    }

    private int status(LoopbackServer server, Retry retry) throws Exception {
        GuardedHttpClient http = GuardedHttpClient.of(
                CLIENT, guards.guard("prices", g -> g.retry(retry).observer(events::add)));
        HttpRequest request = HttpRequest.newBuilder(server.uri("/prices")).build();
        return http.send(request, BodyHandlers.ofString()).statusCode();
    }

    @ParameterizedTest
    @DisplayName("RT-4 pushback of zero or more: exactly that pause, jitter after it, though the backoff is an hour")
    @CsvSource({"0, 0", "00, 0", "40, 40", "' 7 ', 7"})
    void pushback_isWaitedOut(String value, long millis) throws Exception {
        try (LoopbackServer server = busy(value)) {
            assertThat(status(server, Retry.fixed(Duration.ofHours(1)))).isEqualTo(200);
            assertThat(events)
                    .filteredOn(Event.RetryScheduled.class::isInstance)
                    .singleElement()
                    .satisfies(event -> {
                        long nanos = millis * 1_000_000;
                        assertThat(((Event.RetryScheduled) event).pauseNanos()).isBetween(nanos, nanos + nanos / 10);
                    });
        }
    }

    @ParameterizedTest
    @DisplayName("RT-4 pushback that is negative or cannot be read: no other attempt, whatever the retry names")
    @ValueSource(strings = {"-1", "-2147483649", "2147483648", "99999999999", "soon", "1.5", "+5", "0x10", ""})
    void pushback_forGood_endsTheCall(String value) throws Exception {
        try (LoopbackServer server = busy(value)) {
            assertThat(status(server, Retry.immediate().retryOnResult(answer -> true)))
                    .isEqualTo(503);
            assertThat(server.requests()).isEqualTo(1);
            assertThat(events).contains(new Event.RetryDenied("prices", 1, Event.NoRetry.PUSHED_BACK));
        }
    }

    @Test
    @DisplayName("RT-4 pushback beyond the clamp is not shortened: the call ends with that answer")
    void pushback_beyondTheClamp_endsTheCall() throws Exception {
        try (LoopbackServer server = busy("300001")) {
            assertThat(status(server, Retry.immediate())).isEqualTo(503);
            assertThat(events).contains(new Event.RetryDenied("prices", 1, Event.NoRetry.HINT_TOO_LONG));
        }
    }

    private static Judgement judged(HttpResponse<?> answer) {
        return HttpClassifier.standard().judge(Outcome.returned(answer));
    }

    @Test
    @DisplayName("RT-4 pushback comes before Retry-After; of several values the longest, unless one means never")
    void pushback_comesBeforeRetryAfter() {
        assertThat(judged(Received.of(503, Received.fields("Retry-After", "60", Pushback.FIELD, "1000"))))
                .isEqualTo(Judgement.OVERLOAD.pushedBack(ofSeconds(1)));
        assertThat(judged(Received.of(503, Received.fields("Retry-After", "60", Pushback.FIELD, "-1"))))
                .isEqualTo(Judgement.OVERLOAD.pushedBackForGood());
        assertThat(judged(Received.of(503, Received.fields(Pushback.FIELD, "1000", Pushback.FIELD, "60000"))))
                .isEqualTo(Judgement.OVERLOAD.pushedBack(ofMinutes(1)));
        assertThat(judged(Received.of(503, Received.fields(Pushback.FIELD, "1000", Pushback.FIELD, "-1"))))
                .isEqualTo(Judgement.OVERLOAD.pushedBackForGood());
        assertThat(judged(Received.of(503, Received.fields()))).isEqualTo(Judgement.OVERLOAD);
    }

    @Test
    @DisplayName("RT-3 RT-4 pushback says when, never whether: neither a mistake nor a POST becomes repeatable by it")
    void pushback_makesNothingRepeatable() {
        assertThat(judged(Received.of(404, Received.fields(Pushback.FIELD, "0")))
                        .repeat())
                .isEqualTo(Repeat.NEVER);
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://localhost/"))
                .POST(BodyPublishers.noBody())
                .build();
        Outcome busy = Outcome.returned(Received.of(503, Received.fields(Pushback.FIELD, "5")));
        assertThat(HttpClassifier.of(post, CLIENT).judge(busy))
                .isEqualTo(Judgement.of(Verdict.OVERLOAD, Repeat.NOT_IDEMPOTENT).pushedBack(Duration.ofMillis(5)));
        assertThat(HttpClassifier.of(post, CLIENT)
                        .judge(Outcome.returned(Received.of(200, Received.fields(Pushback.FIELD, "-1")))))
                .isEqualTo(Judgement.SUCCESS.pushedBackForGood());
    }
}
