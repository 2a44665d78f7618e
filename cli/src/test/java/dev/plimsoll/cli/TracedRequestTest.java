package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.telemetry.GuardTraces;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A client that says on the wire what it is traced by, inside of a guard: the other side stands below the call. */
@SuppressWarnings("try") // what listens is there to be closed
final class TracedRequestTest {

    @Test
    @DisplayName("CA-6 a tracing client inside of GuardedHttpClient sends the span of the call, at each attempt")
    void request_saysTheSpanOfItsCall() throws Exception {
        Queue<String> parents = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            parents.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            exchange.sendResponseHeaders(parents.size() == 1 ? 503 : 204, -1);
            exchange.close();
        });
        server.start();
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        try (OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
                        .setTracerProvider(SdkTracerProvider.builder()
                                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                .build())
                        .build();
                Guards guards = Guards.create(g -> g.logging(false));
                GuardTraces traces = GuardTraces.of(guards).spansOnly().start(openTelemetry)) {
            Guard prices = guards.guard("prices", g -> g.retry(Retry.immediate()));
            GuardedHttpClient http = GuardedHttpClient.of(new TracedClient(HttpClient.newHttpClient()), prices);
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
                    .build();
            assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(204);
            SpanData call = spans.getFinishedSpanItems().stream()
                    .filter(span -> span.getName().equals("call prices"))
                    .findFirst()
                    .orElseThrow();
            String parent = "00-" + call.getTraceId() + "-" + call.getSpanId() + "-";
            assertThat(List.copyOf(parents)).hasSize(2).allMatch(said -> said.startsWith(parent));
        } finally {
            server.stop(0);
        }
    }
}
