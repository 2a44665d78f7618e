package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.retry.Retry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What this client promises and the core must keep. */
final class BoundaryTest {

    private final Guards guards = Guards.create(g -> g.logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName("RT-3 a POST without a key is not repeated, even where the retry names its result")
    void post_whoseResultIsNamed_isNotRepeated() throws Exception {
        Retry naming = Retry.immediate().retryOnResult(r -> ((HttpResponse<?>) r).statusCode() >= 500);
        GuardedHttpClient http =
                GuardedHttpClient.of(HttpClient.newHttpClient(), guards.guard("orders", g -> g.retry(naming)));
        try (LoopbackServer server = LoopbackServer.answering(500)) {
            HttpRequest post = HttpRequest.newBuilder(server.uri("/"))
                    .POST(BodyPublishers.ofString("order"))
                    .build();
            http.send(post, BodyHandlers.ofString());
            assertThat(server.received).containsExactly("POST");
        }
    }

    @Test
    @DisplayName("CA-8 a guard around this client is not held against for the inner guard's refusal")
    void refusal_ofTheInnerGuard_isNoEvidenceForTheOuter() throws Exception {
        Guard inner = guards.guard("inner", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
        Guard outer = guards.guard("outer", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
        GuardedHttpClient http = GuardedHttpClient.of(HttpClient.newHttpClient(), inner);
        try (LoopbackServer server = LoopbackServer.answering(500)) {
            HttpRequest get = HttpRequest.newBuilder(server.uri("/")).build();
            http.send(get, BodyHandlers.ofString());
            assertThatThrownBy(() ->
                            outer.<HttpResponse<String>, Exception>call(() -> http.send(get, BodyHandlers.ofString())))
                    .isInstanceOf(HttpRefusedException.class);
            assertThat(Objects.requireNonNull(outer.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }
}
