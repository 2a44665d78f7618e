package dev.plimsoll.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that are streams: those that nobody will read give their connection back, seen from a real server. */
final class StreamTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final CountDownLatch dropped = new CountDownLatch(1);

    @AfterEach
    void close() {
        guards.close();
    }

    static Stream<Arguments> handlers() {
        return Stream.of(
                Arguments.of("InputStream", BodyHandlers.ofInputStream()),
                Arguments.of("lines", BodyHandlers.ofLines()),
                Arguments.of("Publisher", BodyHandlers.ofPublisher()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("handlers")
    @DisplayName("The body of an answer that is retried is closed")
    void body_ofARetriedAnswer_isClosed(String name, BodyHandler<?> handler) throws Exception {
        GuardedHttpClient http = GuardedHttpClient.of(CLIENT, guards.guard("prices", g -> g.retry(Retry.immediate())));
        try (LoopbackServer server = new LoopbackServer((exchange, number) -> {
            if (number == 1) {
                LoopbackServer.stream(exchange, 503, dropped);
            } else {
                LoopbackServer.answer(exchange, 200, "good");
            }
        })) {
            HttpResponse<?> answer = http.send(request(server), handler);
            assertThat(answer.statusCode()).as(name).isEqualTo(200);
            Rendezvous.await(dropped);
        }
    }

    @Test
    @DisplayName("The body of the last answer is the caller's, also of a bad one")
    void body_ofTheLastAnswer_isReadable() throws Exception {
        GuardedHttpClient http = GuardedHttpClient.of(CLIENT, guards.guard("prices", g -> g.retry(Retry.immediate())));
        try (LoopbackServer server = LoopbackServer.answering(503)) {
            assertThat(text(http.send(request(server), BodyHandlers.ofInputStream())))
                    .isEqualTo("body 3");
        }
    }

    @Test
    @DisplayName("CA-3 when the circuit opens between two attempts, the first one's answer is returned, unclosed")
    void body_ofTheAnswerBeforeARefusal_isReadable() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.retry(Retry.immediate())
                        .circuitBreaker(b -> b.consecutiveFailures(1).openFor(ofSeconds(30))));
        GuardedHttpClient http = GuardedHttpClient.of(CLIENT, guard);
        try (LoopbackServer server = LoopbackServer.answering(503)) {
            HttpResponse<InputStream> answer = http.send(request(server), BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(text(answer)).isEqualTo("body 1");
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("TO-1 BH-3 the body of an answer that comes after its caller has gone is closed")
    void body_ofALateAnswer_isClosed() throws Exception {
        VirtualTime time = VirtualTime.create();
        HttpClient slow = new ScriptedClient(request -> {
            time.sleep(ofHours(2));
            return CLIENT.send(request, BodyHandlers.ofInputStream());
        });
        try (Guards standing = Guards.create(g -> g.time(time).logging(false));
                LoopbackServer server =
                        new LoopbackServer((exchange, number) -> LoopbackServer.stream(exchange, 200, dropped))) {
            Guard guard = standing.guard(
                    "prices",
                    g -> g.attemptTimeout(ofHours(1))
                            .withoutInterrupt()
                            .bulkhead(b -> b.maxConcurrent(1).ownPool()));
            GuardedHttpClient http = GuardedHttpClient.of(slow, guard);
            assertThatThrownBy(() -> http.send(request(server), BodyHandlers.ofInputStream()))
                    .isInstanceOf(HttpTimeoutException.class);
            time.advance(ofHours(2)); // by which the attempt has begun to send
            Rendezvous.await(dropped);
        }
    }

    private static HttpRequest request(LoopbackServer server) {
        return HttpRequest.newBuilder(server.uri("/")).build();
    }

    private static String text(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream body = answer.body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
