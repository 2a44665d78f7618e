package dev.plimsoll.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of docs/http.md, compiled, run, and compared with the page. */
final class DocumentedExampleTest {

    private static final Path PAGE = Path.of("../docs/http.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/plimsoll/http/DocumentedExampleTest.java");

    static String priceOf(Guards guards, HttpClient client, URI service) throws IOException, InterruptedException {
        // example: a read
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .totalTimeout(ofSeconds(3))
                        .retry(Retry.exponential(ofMillis(100)).maxAttempts(3))
                        .circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofSeconds(30)))
                        .bulkhead(10));
        GuardedHttpClient http = GuardedHttpClient.of(client, prices); // a java.net.http.HttpClient

        HttpRequest request = HttpRequest.newBuilder(service).build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "no price, status " + answer.statusCode();
        } catch (HttpRefusedException refused) {
            return "no price, ask again in " + refused.retryAfter().orElse(ofSeconds(1));
        }
        // end of example
    }

    static HttpRequest order(URI service, String orderId) {
        // example: a write
        HttpRequest order = HttpRequest.newBuilder(service)
                .header("Idempotency-Key", orderId) // without it, a POST is sent once
                .POST(BodyPublishers.ofString("{\"item\": 7}"))
                .build();
        // end of example
        return order;
    }

    static GuardedHttpClient perHost(Guards guards, HttpClient client) {
        // example: a guard per host
        KeyedGuards<String> hosts =
                guards.keyed("hosts", g -> g.attemptTimeout(ofSeconds(1)).circuitBreaker());
        GuardedHttpClient http =
                GuardedHttpClient.of(client, request -> hosts.get(request.uri().getHost()));
        // end of example
        return http;
    }

    static GuardedHttpClient opinion(GuardedHttpClient http) {
        // example: another opinion
        GuardedHttpClient strict = http.judgedBy(
                own -> own.judgingResults(HttpResponse.class, answer -> answer.statusCode() == 404, Judgement.FAILURE));
        // end of example
        return strict;
    }

    static CompletableFuture<HttpResponse<String>> later(Guard prices, HttpClient client, HttpRequest request) {
        // example: without waiting
        CompletableFuture<HttpResponse<String>> answer = prices.judgedBy(HttpClassifier.of(request, client))
                .callAsync(() -> client.sendAsync(request, BodyHandlers.ofString()));
        // end of example
        return answer;
    }

    static void inbound(HttpExchange exchange) throws IOException {
        // example: what came in
        Inbound.of(exchange.getRequestHeaders()).run(() -> answer(exchange));
        // end of example
    }

    private static void answer(HttpExchange exchange) throws IOException {
        LoopbackServer.answer(exchange, RetryMark.isAtEdge() ? 500 : 200, "seen");
    }

    /** A client for which a second of the guard's is as long as the machine wants it. */
    private static HttpClient patient() {
        HttpClient client = HttpClient.newHttpClient();
        return new ScriptedClient(request -> client.send(
                HttpRequest.newBuilder(request, (name, value) -> true)
                        .timeout(ofHours(1))
                        .build(),
                BodyHandlers.ofString()));
    }

    @Test
    @DisplayName("RB-2 the example of what came in puts the caller's mark in force")
    void inboundExample_runs() throws Exception {
        Retry edge = Retry.immediate().retryAtEdge();
        try (Guards guards = Guards.create(g -> g.logging(false));
                LoopbackServer server = new LoopbackServer((exchange, number) -> inbound(exchange))) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            GuardedHttpClient http =
                    GuardedHttpClient.of(HttpClient.newHttpClient(), guards.guard("edge", g -> g.retry(edge)));
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(500);
            assertThat(server.requests()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("RT-3 the examples of the page do what it says")
    void examples_run() throws Exception {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time));
                LoopbackServer server = LoopbackServer.answering(503, 200)) {
            assertThat(priceOf(guards, patient(), server.uri("/prices/7"))).isEqualTo("body 2");
            GuardedHttpClient http = opinion(perHost(guards, patient()));
            HttpResponse<String> answer = http.send(order(server.uri("/orders"), "order-7"), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(server.received).containsExactly("GET", "GET", "POST");
        }
    }

    @Test
    @DisplayName("RT-2 the asynchronous example of the page is judged and retried as HTTP is")
    void asyncExample_runs() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false));
                LoopbackServer server = LoopbackServer.answering(503, 200)) {
            Guard prices = guards.guard("prices", g -> g.retry(Retry.fixed(ofMillis(1))));
            HttpRequest request =
                    HttpRequest.newBuilder(server.uri("/prices/7")).build();
            assertThat(later(prices, HttpClient.newHttpClient(), request).join().body())
                    .isEqualTo("body 2");
        }
    }

    @Test
    @DisplayName("The examples of the page are the ones that were compiled")
    void examples_areThoseOfThePage() throws Exception {
        String page = Files.readString(PAGE);
        String[] parts = Files.readString(SOURCE).split(" +// example: .*\n", -1);
        assertThat(parts).hasSize(7);
        for (int i = 1; i < 7; i++) {
            String example = parts[i].substring(0, parts[i].indexOf("        // end of example"));
            assertThat(page).contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
        }
    }
}
