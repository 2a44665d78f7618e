package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The attempt header: written by the client, put in force on the other side. */
final class InboundTest {

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> marks = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        guards.close();
    }

    private static String header(HttpExchange exchange) {
        return String.join(",", exchange.getRequestHeaders().getOrDefault("X-Attempt", List.of("none")));
    }

    private LoopbackServer failing() throws IOException {
        return new LoopbackServer((exchange, number) -> {
            marks.add(header(exchange));
            LoopbackServer.answer(exchange, 500, "");
        });
    }

    /** A service that calls the next one through a guard that retries, nested in what came in. */
    private LoopbackServer relay(Guard guard, LoopbackServer next) throws IOException {
        GuardedHttpClient http = GuardedHttpClient.of(client, guard);
        return new LoopbackServer((exchange, number) -> {
            int status = Inbound.of(exchange.getRequestHeaders()).call(() -> status(http, next));
            LoopbackServer.answer(exchange, status, "");
        });
    }

    private static int status(GuardedHttpClient http, LoopbackServer next) throws IOException {
        try {
            HttpRequest get = HttpRequest.newBuilder(next.uri("/")).build();
            return http.send(get, BodyHandlers.ofString()).statusCode();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    @DisplayName("SH-2 a guard that retries numbers its attempts on the wire; one that does not says nothing")
    void attempts_areNumberedOnTheWire() throws Exception {
        try (LoopbackServer server = failing()) {
            GuardedHttpClient retrying =
                    GuardedHttpClient.of(client, guards.guard("retrying", g -> g.retry(Retry.immediate())));
            assertThat(status(retrying, server)).isEqualTo(500);
            GuardedHttpClient plain = GuardedHttpClient.of(client, guards.guard("plain", g -> g.circuitBreaker()));
            assertThat(status(plain, server)).isEqualTo(500);
        }
        assertThat(marks).containsExactly("1", "2", "3", "none");
    }

    @Test
    @DisplayName(
            "RB-2 SH-2 retryAtEdge marks every attempt, the first included, and replaces what the caller had there")
    void edge_marksEveryAttempt() throws Exception {
        Guard edge = guards.guard("edge", g -> g.retry(Retry.immediate().retryAtEdge()));
        try (LoopbackServer server = failing()) {
            HttpRequest get = HttpRequest.newBuilder(server.uri("/"))
                    .header("X-Attempt", "7")
                    .header("X-Other", "kept")
                    .build();
            HttpResponse<String> answer = GuardedHttpClient.of(client, edge).send(get, BodyHandlers.ofString());
            assertThat(answer.request().headers().firstValue("X-Other")).contains("kept");
        }
        assertThat(marks).containsExactly("1;edge", "2;edge", "3;edge");
    }

    @Test
    @DisplayName("RB-2 services below a marked call do not retry, and pass the mark on: 3 calls at the bottom, not 27")
    void markedCall_isNotRetriedBelow() throws Exception {
        Guard middle = guards.guard("middle", g -> g.retry(Retry.immediate()));
        Guard inner = guards.guard("inner", g -> g.retry(Retry.immediate()));
        try (LoopbackServer bottom = failing();
                LoopbackServer second = relay(inner, bottom);
                LoopbackServer first = relay(middle, second)) {
            Guard edge = guards.guard("edge", g -> g.retry(Retry.immediate().retryAtEdge()));
            assertThat(status(GuardedHttpClient.of(client, edge), first)).isEqualTo(500);
            assertThat(marks).containsExactly("1;edge", "1;edge", "1;edge");
            marks.clear();

            Guard each = guards.guard("each", g -> g.retry(Retry.immediate()));
            assertThat(status(GuardedHttpClient.of(client, each), first)).isEqualTo(500);
            assertThat(marks).hasSize(27);
        }
    }

    @Test
    @DisplayName(
            "CA-8 RB-1 a call that came with the attempt header is nested: its retries withdraw and do not deposit")
    void receivedAttempt_doesNotDeposit() throws Exception {
        Guard guard = guards.guard("prices", g -> g.retry(Retry.immediate().maxAttempts(2)));

        assertThatThrownBy(() -> Inbound.of(Map.of("x-attempt", List.of("2")))
                        .run(() -> guard.run(() -> {
                            throw new IOException("lost");
                        })))
                .isInstanceOf(IOException.class);
        assertThat(guard.snapshot().budget().orElseThrow().calls()).isZero();
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isEqualTo(1);

        Inbound.of(Map.of()).run(() -> guard.run(() -> {}));
        assertThat(guard.snapshot().budget().orElseThrow().calls()).isEqualTo(1);
        assertThat(RetryMark.isInForce()).isFalse();
    }

    @Test
    @DisplayName("SH-2 number and mark are read, in whatever way the fields are given")
    void header_isRead() {
        Inbound marked = Inbound.of(name -> name.equals("X-Attempt") ? " 12 ; edge " : null);
        assertThat(marked.attempt()).isEqualTo(OptionalInt.of(12));
        assertThat(marked.isRetriedAtEdge()).isTrue();
        Inbound plain = Inbound.of(Map.of("X-ATTEMPT", List.of("1"), "other", List.of()));
        assertThat(plain.attempt()).isEqualTo(OptionalInt.of(1));
        assertThat(plain.isRetriedAtEdge()).isFalse();
        assertThat(marked.<Boolean, RuntimeException>call(RetryMark::isAtEdge)).isTrue();
        assertThat(plain.<Boolean, RuntimeException>call(RetryMark::isAtEdge)).isFalse();
        assertThat(plain.<Boolean, RuntimeException>call(RetryMark::isInForce)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "x", "1;", "1;other", "1,2", "99999999", "1;edge;edge", "१"})
    @DisplayName("SH-2 what cannot be read changes nothing")
    void oddHeader_saysNothing(String value) {
        Inbound odd = Inbound.of(name -> value);
        assertThat(odd.attempt()).isEmpty();
        assertThat(odd.isRetriedAtEdge()).isFalse();
        assertThat(odd.<Boolean, RuntimeException>call(RetryMark::isInForce)).isFalse();
        assertThat(Inbound.of(Map.of("X-Attempt", List.of("1", "2"))).attempt()).isEmpty();
    }

    @Test
    void work_thatThrows_leavesNothingBehind() {
        assertThatThrownBy(() -> Inbound.of(name -> "1;edge").run(() -> {
                    throw new IOException("mine");
                }))
                .hasMessage("mine");
        assertThat(RetryMark.isInForce()).isFalse();
    }
}
