package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.retry.Retry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Spans and numbers that arrive at OpenTelemetry, after real calls on virtual time. */
@SuppressWarnings("try") // what listens, and what is in force, is there to be closed
final class GuardTracesTest {

    private final Shop shop = new Shop();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader numbers = InMemoryMetricReader.create();
    private final OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(numbers).build())
            .build();
    private final GuardTraces traces = GuardTraces.of(shop.guards);

    @AfterEach
    void close() {
        traces.close();
        openTelemetry.close();
        shop.close();
    }

    private SpanData call() {
        List<SpanData> calls = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().startsWith("call "))
                .toList();
        assertThat(calls).hasSize(1);
        return calls.get(0);
    }

    private List<SpanData> attemptsOf(SpanData call) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(call.getSpanId()))
                .sorted((a, b) -> Long.compare(a.getStartEpochNanos(), b.getStartEpochNanos()))
                .toList();
    }

    private static long nanos(SpanData span) {
        return span.getEndEpochNanos() - span.getStartEpochNanos();
    }

    @Test
    @DisplayName("EV-1 a call that goes well is a span with one attempt below it, below the span of its caller")
    void span_ofGoodCall_hasOneAttempt() throws Exception {
        Guard prices = shop.prices();
        traces.start(openTelemetry);
        Span request =
                openTelemetry.getTracer("test").spanBuilder("GET /prices").startSpan();
        try (Scope unused = request.makeCurrent()) {
            shop.good(prices, 20);
        }
        request.end();

        SpanData call = call();
        assertThat(call.getName()).isEqualTo("call prices");
        assertThat(call.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
        assertThat(nanos(call)).isEqualTo(20_000_000);
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(call.getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put("plimsoll.dependency", "prices")
                        .put("plimsoll.end", "answered")
                        .put("plimsoll.attempts", 1L)
                        .put("plimsoll.deadline.remaining", 4.98)
                        .build()
                        .asMap());
        assertThat(attemptsOf(call)).singleElement().satisfies(attempt -> {
            assertThat(attempt.getName()).isEqualTo("attempt");
            assertThat(nanos(attempt)).isEqualTo(20_000_000);
            assertThat(attempt.getAttributes().get(CallSpans.VERDICT)).isEqualTo("success");
        });
    }

    @Test
    @DisplayName(
            "EV-1 of a call that is retried and then refused, each attempt is a span with its verdict or its refusal")
    void span_ofRetriedCall_hasAllAttempts() {
        Guard prices = shop.guards.guard(
                "prices",
                g -> g.retry(Retry.fixed(ofMillis(100)).maxAttempts(3)).circuitBreaker(b -> b.consecutiveFailures(2)));
        traces.start(openTelemetry);
        assertThat(Shop.bad(prices)).isTrue();

        SpanData call = call();
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(call.getStatus().getDescription()).isEqualTo("connection reset");
        assertThat(call.getAttributes().get(CallSpans.END)).isEqualTo("failed");
        assertThat(call.getAttributes().get(CallSpans.ATTEMPTS)).isEqualTo(2);
        assertThat(call.getAttributes().get(CallSpans.REASON)).isEqualTo("circuit_open");
        assertThat(call.getAttributes().get(CallSpans.REMAINING)).isNull();
        List<SpanData> attempts = attemptsOf(call);
        assertThat(attempts)
                .extracting(span -> span.getAttributes().get(CallSpans.ATTEMPT))
                .containsExactly(1L, 2L, 3L);
        assertThat(attempts)
                .extracting(span -> span.getAttributes().get(CallSpans.VERDICT))
                .containsExactly("failure", "failure", "not_run");
        assertThat(attempts.get(1).getStartEpochNanos() - call.getStartEpochNanos())
                .isEqualTo(100_000_000);
        assertThat(attempts.get(0).getAttributes().get(CallSpans.ERROR)).isEqualTo("java.io.IOException");
        assertThat(attempts.get(2).getAttributes().get(CallSpans.GATE)).isEqualTo("circuit breaker");
        assertThat(attempts.get(2).getAttributes().get(CallSpans.REASON)).isEqualTo("circuit_open");
    }

    @Test
    @DisplayName("CA-6 with the carrier, the span of an asynchronous call has its caller's above it")
    void span_ofAsyncCall_hasItsCallerAbove() throws Exception {
        try (Guards carried =
                        Guards.create(g -> g.logging(false).time(shop.time).contextCarrier(GuardTraces.carrier()));
                GuardTraces own = GuardTraces.of(carried).spansOnly().start(openTelemetry)) {
            Guard prices = carried.guard("prices", g -> g);
            CompletableFuture<String> stage = new CompletableFuture<>();
            Span request = openTelemetry.getTracer("test").spanBuilder("GET").startSpan();
            CompletableFuture<String> answer;
            try (Scope unused = request.makeCurrent()) {
                answer = prices.callAsync(() -> stage);
            }
            stage.complete("good"); // outside of the caller's span
            assertThat(answer.join()).isEqualTo("good");
            assertThat(call().getParentSpanId())
                    .isEqualTo(request.getSpanContext().getSpanId());
        }
    }

    @Test
    @DisplayName("EV-2 OpenTelemetry gets the numbers that Micrometer gets, under the same names")
    void numbers_areThoseOfTheList() throws Exception {
        Guard prices = shop.prices();
        traces.drain(Drain.create("shop", ofSeconds(1), shop.time)).start(openTelemetry);
        shop.good(prices, 20);
        assertThat(Shop.bad(prices)).isTrue();
        shop.time.advance(ofMillis(200));

        Map<String, MetricData> all = numbers.collectAllMetrics().stream()
                .collect(Collectors.toMap(MetricData::getName, Function.identity()));
        Function<String, MetricData> seen = name -> Objects.requireNonNull(all.get(name), name);
        assertThat(all.keySet()).allMatch(name -> Arrays.stream(Metric.values()).anyMatch(m -> m.called.equals(name)));
        assertThat(seen.apply("plimsoll.calls").getUnit()).isEqualTo("s");
        assertThat(seen.apply("plimsoll.calls").getHistogramData().getPoints()).anySatisfy(point -> {
            assertThat(point.getAttributes().get(AttributeKey.stringKey("end"))).isEqualTo("answered");
            assertThat(point.getSum()).isEqualTo(0.02);
        });
        assertThat(seen.apply("plimsoll.retries").getLongSumData().getPoints())
                .extracting(point -> point.getValue())
                .containsExactly(2L);
        assertThat(seen.apply("plimsoll.amplification").getDoubleGaugeData().getPoints())
                .extracting(point -> point.getValue())
                .containsExactly(2.0);
        assertThat(seen.apply("plimsoll.drain.ready").getDoubleGaugeData().getPoints())
                .extracting(point -> point.getValue())
                .containsExactly(1.0);
        assertThat(seen.apply("plimsoll.drain.refused").getDoubleSumData().getPoints())
                .extracting(point -> point.getValue())
                .containsExactly(0.0);
    }

    @Test
    @DisplayName("EV-2 closed, no span comes and nothing is read; started twice is an error")
    void traces_whenClosed_tellNothing() throws Exception {
        Guard prices = shop.prices();
        traces.start(openTelemetry);
        assertThatIllegalStateException().isThrownBy(() -> traces.start(openTelemetry));
        traces.close();
        shop.good(prices, 20);
        assertThat(spans.getFinishedSpanItems()).isEmpty();
        assertThat(numbers.collectAllMetrics())
                .extracting(MetricData::getName)
                .doesNotContain("plimsoll.bulkhead.max", "plimsoll.guards");
        assertThat(prices.snapshot().faults()).isZero();
    }

    @Test
    @DisplayName("EV-2 only what was asked for is told")
    void traces_ofMetricsOnly_haveNoSpans() throws Exception {
        Guard prices = shop.prices();
        traces.metricsOnly().start(openTelemetry);
        shop.good(prices, 20);
        assertThat(spans.getFinishedSpanItems()).isEmpty();
        assertThat(numbers.collectAllMetrics()).isNotEmpty();
    }
}
