package dev.plimsoll.cli.flaky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FlakyServerTest {
    private static final Duration NONE = Duration.ZERO;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private FlakyServer server;

    @BeforeEach
    void start() throws IOException {
        server = FlakyServer.start(Time.system(), 0, NONE, NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void service_answersFailsAndHealsAndCounts() throws Exception {
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
        assertThat(ask("POST", "/fail").body()).isEqualTo("{\"mode\":\"failing\",\"slow_ms\":0}\n");
        HttpResponse<String> failed = ask("GET", "/");
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).startsWith("{\"error\":");
        assertThat(ask("POST", "/recover").body()).isEqualTo("{\"mode\":\"ok\",\"slow_ms\":0}\n");
        assertThat(ask("GET", "/").body()).isEqualTo("{\"status\":\"ok\",\"request\":3}\n");

        assertThat(ask("GET", "/stats").body()).isEqualTo("{\"requests\":3,\"ok\":2,\"failed\":1}\n");
        assertThat(server.stats()).isEqualTo(new FlakyStats(3, 2, 1));
    }

    @Test
    void service_thatFailsNowAndThen_answersTheOthers() throws Exception {
        server.failEvery(3);
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/").statusCode()).isEqualTo(500);
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
        server.recover();
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);

        assertThat(server.stats()).isEqualTo(new FlakyStats(6, 5, 1));
    }

    @Test
    void slow_delaysAnswersAndNobodyElse() throws Exception {
        assertThat(ask("POST", "/slow?ms=3600000").body()).isEqualTo("{\"mode\":\"ok\",\"slow_ms\":3600000}\n");
        CompletableFuture<HttpResponse<String>> slow = client.sendAsync(request("GET", "/"), BodyHandlers.ofString());
        Rendezvous.await(() -> server.stats().requests() == 1, "the slow request has arrived");

        assertThat(ask("GET", "/stats").body()).isEqualTo("{\"requests\":1,\"ok\":0,\"failed\":0}\n");
        ask("POST", "/recover");
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
        assertThat(slow).isNotDone();
    }

    @Test
    void failLatency_delaysBadAnswersOnly() throws Exception {
        try (FlakyServer bad = FlakyServer.start(Time.system(), 0, NONE, Duration.ofHours(1))) {
            HttpRequest ask = HttpRequest.newBuilder(URI.create(bad.address())).build();
            assertThat(client.send(ask, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            bad.fail();
            CompletableFuture<HttpResponse<String>> late = client.sendAsync(ask, BodyHandlers.ofString());
            Rendezvous.await(() -> bad.stats().requests() == 2, "the request has arrived");
            assertThat(bad.stats()).isEqualTo(new FlakyStats(2, 1, 0));
            assertThat(late).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "?ms=", "?ms=abc", "?ms=-5", "?ms=1.5", "?ms=3600001", "?ms=1&ms=2", "?millis=3"})
    void slow_whenMsIsWrong_is400AndChangesNothing(String query) throws Exception {
        HttpResponse<String> answer = ask("POST", "/slow" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":\"ms must be given once, a whole number from 0 to 3600000: ");
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"PUT,/,GET", "POST,/,GET", "GET,/fail,POST", "GET,/slow,POST", "DELETE,/stats,GET", "HEAD,/,GET"})
    void wrongMethod_is405AndNamesTheRightOne(String method, String path, String allowed) throws Exception {
        HttpResponse<String> answer = ask(method, path);

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
        assertThat(server.stats()).isEqualTo(new FlakyStats(0, 0, 0));
    }

    @Test
    void unknownPath_is404AndNamesTheKnownOnes() throws Exception {
        HttpResponse<String> answer = ask("GET", "/nope");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body()).contains("no such path: /nope", "POST /recover");
    }

    @Test
    void start_whenThePortIsTaken_fails() {
        int port = URI.create(server.address()).getPort();

        assertThatThrownBy(() -> FlakyServer.start(Time.system(), port, NONE, NONE))
                .isInstanceOf(BindException.class);
    }

    @Test
    void close_stopsListening() {
        server.close();

        assertThatThrownBy(() -> ask("GET", "/")).isInstanceOf(ConnectException.class);
    }

    private HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
        return client.send(request(method, path), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, BodyPublishers.noBody())
                .build();
    }
}
