package dev.plimsoll.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of docs/http.md, compiled, run, and compared with the page. */
final class DocumentedExampleTest {

    private static final Path PAGE = Path.of("../docs/http.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/plimsoll/http/DocumentedExampleTest.java");

    static String priceOf(Guards guards, URI service) throws IOException, InterruptedException {
        // example: a read
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .totalTimeout(ofSeconds(3))
                        .retry(Retry.exponential(ofMillis(100)).maxAttempts(3))
                        .circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofSeconds(30)))
                        .bulkhead(10));
        GuardedHttpClient http = GuardedHttpClient.of(HttpClient.newHttpClient(), prices);

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
        Map<String, Guard> byHost = new ConcurrentHashMap<>();
        GuardedHttpClient http = GuardedHttpClient.of(
                client,
                request -> byHost.computeIfAbsent(
                        request.uri().getHost(),
                        host -> guards.guard(
                                host, g -> g.attemptTimeout(ofSeconds(1)).circuitBreaker())));
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

    @Test
    @DisplayName("RT-3 the examples of the page do what it says")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create();
                LoopbackServer server = LoopbackServer.answering(503, 200)) {
            assertThat(priceOf(guards, server.uri("/prices/7"))).isEqualTo("body 2");
            GuardedHttpClient http = opinion(perHost(guards, HttpClient.newHttpClient()));
            HttpResponse<String> answer = http.send(order(server.uri("/orders"), "order-7"), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(server.received).containsExactly("GET", "GET", "POST");
        }
    }

    @Test
    @DisplayName("The examples of the page are the ones that were compiled")
    void examples_areThoseOfThePage() throws Exception {
        String page = Files.readString(PAGE);
        String[] parts = Files.readString(SOURCE).split(" +// example: .*\n", -1);
        assertThat(parts).hasSizeGreaterThan(4);
        for (int i = 1; i < 5; i++) {
            String example = parts[i].substring(0, parts[i].indexOf("        // end of example"));
            assertThat(page).contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
        }
    }
}
