package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.hedge.Hedge;
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
import java.io.IOException;
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
        assertThat(attempts.get(2).getAttributes().get(CallSpans.GATE)).isEqualTo("circuit_breaker");
        assertThat(attempts.get(2).getAttributes().get(CallSpans.REASON)).isEqualTo("circuit_open");
    }

    @Test
    @DisplayName(
            "CA-6 what the work traces stands below its call: calls of other guards, and what a pool does for those")
    void span_ofCall_isAboveWhatItsWorkTraces() throws Exception {
        Guard checkout = shop.guards.guard("checkout", g -> g.retry(Retry.fixed(ofMillis(100))));
        Guard prices = shop.guards.guard(
                "prices", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
        traces.start(openTelemetry);
        checkout.run(() -> prices.run(this::query));
        assertThat(Span.current().getSpanContext().isValid()).isFalse();

        assertThat(span("call prices").getParentSpanId())
                .isEqualTo(span("call checkout").getSpanId());
        assertThat(span("SELECT").getParentSpanId())
                .isEqualTo(span("call prices").getSpanId());
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getTraceId)
                .containsOnly(span("call checkout").getTraceId());
    }

    private void query() {
        openTelemetry.getTracer("test").spanBuilder("SELECT").startSpan().end();
    }

    private SpanData span(String name) {
        List<SpanData> named = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(named).as(name).hasSize(1);
        return named.get(0);
    }

    @Test
    @DisplayName("CA-6 an asynchronous call stands below its caller, and takes its span to its later attempts")
    void span_ofAsyncCall_goesWithIt() throws Exception {
        Guard prices = shop.guards.guard("prices", g -> g.retry(Retry.fixed(ofMillis(100))));
        traces.spansOnly().start(openTelemetry);
        CompletableFuture<String> first = new CompletableFuture<>();
        Span request = openTelemetry.getTracer("test").spanBuilder("GET").startSpan();
        CompletableFuture<String> answer;
        try (Scope unused = request.makeCurrent()) {
            answer = prices.callAsync(() -> {
                if (!first.isDone()) {
                    return first;
                }
                query();
                return CompletableFuture.completedFuture("good");
            });
        }
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
        first.completeExceptionally(new IOException("connection reset")); // outside of the caller's span
        shop.time.advance(ofMillis(100));
        assertThat(answer.join()).isEqualTo("good");
        assertThat(call().getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
        assertThat(nanos(call())).isEqualTo(100_000_000);
        assertThat(span("SELECT").getParentSpanId()).isEqualTo(call().getSpanId());
    }

    @Test
    @DisplayName("HG-1 of an attempt that is hedged, each leg is a span below the call: who decided, and who lost")
    void span_ofHedgedCall_hasItsLegs() throws Exception {
        Guard prices = shop.guards.guard(
                "prices",
                g -> g.hedge(Hedge.after(ofMillis(100)))
                        .bulkhead(b -> b.maxConcurrent(2).ownPool()));
        traces.spansOnly().start(openTelemetry);
        assertThat(prices.<Integer, InterruptedException>call(attempt -> {
                    shop.time.sleep(ofMillis(attempt.leg() == 1 ? 5_000 : 50));
                    return attempt.leg();
                }))
                .isEqualTo(2);
        shop.close(); // the loser has been told of by then

        List<SpanData> legs = attemptsOf(call()).stream()
                .filter(span -> span.getName().equals("leg"))
                .toList();
        assertThat(legs)
                .extracting(
                        span -> span.getAttributes().get(CallSpans.LEG),
                        span -> span.getAttributes().get(CallSpans.RESULT))
                .containsExactly(tuple(1L, "cancelled"), tuple(2L, "decided"));
        assertThat(nanos(legs.get(1))).isEqualTo(50_000_000);
        assertThat(legs.get(1).getStartEpochNanos() - call().getStartEpochNanos())
                .isEqualTo(100_000_000);
        assertThat(legs).extracting(span -> span.getStatus().getStatusCode()).containsOnly(StatusCode.UNSET);
    }

    @Test
    @DisplayName(
            "CB-11 EV-2 the span of a guard by key is named without the key; a call that began unheard has one, too")
    void span_ofCallThatBeganBefore_isMadeAtItsEnd() throws Exception {
        Guard host = shop.guards.keyed("hosts", g -> g).get("a.example");
        host.run(() -> {
            traces.spansOnly().start(openTelemetry);
            shop.time.sleep(ofMillis(20));
        });
        SpanData call = span("call hosts");
        assertThat(call.getAttributes().get(CallSpans.DEPENDENCY)).isEqualTo("hosts/a.example");
        shop.good(host, 20);
        assertThat(spans.getFinishedSpanItems())
                .filteredOn(span -> span.getName().equals("call hosts"))
                .hasSize(2);
    }

    @Test
    @DisplayName("CA-6 the carrier alone takes somebody else's span to a pool")
    void carrier_withoutSpansOfOurs_carries() throws Exception {
        try (Guards carried =
                Guards.create(g -> g.logging(false).time(shop.time).contextCarrier(GuardTraces.carrier()))) {
            Guard prices = carried.guard(
                    "prices", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
            Span request = openTelemetry.getTracer("test").spanBuilder("GET").startSpan();
            try (Scope unused = request.makeCurrent()) {
                prices.run(this::query);
            }
            assertThat(span("SELECT").getParentSpanId())
                    .isEqualTo(request.getSpanContext().getSpanId());
        }
    }

    @Test
    @DisplayName("EV-2 OpenTelemetry gets the numbers that Micrometer gets, under the same names")
    void numbers_areThoseOfTheList() throws Exception {
        Guard prices = shop.prices();
        Degradation service = Degradation.create("shop", d -> d.at(Level.NORMAL, "search"), shop.time);
        service.hold(Level.DEGRADED, "the sale begins", "anna");
        traces.degradation(service)
                .drain(Drain.create("shop", ofSeconds(1), shop.time))
                .start(openTelemetry);
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
        assertThat(seen.apply("plimsoll.degradation.level").getDoubleGaugeData().getPoints())
                .extracting(point -> point.getValue())
                .containsExactly(1.0);
        assertThat(seen.apply("plimsoll.drain.refused").getDoubleSumData().getPoints())
                .extracting(point -> point.getValue())
                .containsExactly(0.0);
    }

    @Test
    @DisplayName("EV-2 closed, no span comes and nothing is read; started twice, or set up after that, is an error")
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
    @DisplayName("EV-1 the spans of calls under way end when nobody listens any more, once, and late ends make none")
    void spans_ofCallsUnderWay_endWithTheTraces() throws Exception {
        Guard prices = shop.prices();
        traces.start(openTelemetry);
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        CompletableFuture<Integer> pending = prices.callAsync(() -> answer).toCompletableFuture();
        shop.time.advance(ofMillis(300));
        assertThat(spans.getFinishedSpanItems()).isEmpty();

        traces.close();
        assertThat(call().getAttributes().get(CallSpans.END)).isNull();
        answer.complete(7);
        assertThat(pending).isCompletedWithValue(7);
        assertThat(spans.getFinishedSpanItems()).hasSize(1);
    }

    @Test
    @DisplayName("EV-1 two that trace the same calls each end their own spans")
    void spans_ofTwoTraces_areTheirOwn() throws Exception {
        Guard prices = shop.prices();
        traces.start(openTelemetry);
        try (GuardTraces others = GuardTraces.of(shop.guards).spansOnly().start(openTelemetry)) {
            shop.good(prices, 20);
        }
        List<SpanData> calls = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals("call prices"))
                .toList();
        assertThat(calls).hasSize(2);
        assertThat(calls)
                .extracting(SpanData::getParentSpanId)
                .containsOnlyOnce(Span.getInvalid().getSpanContext().getSpanId());
        assertThat(calls)
                .extracting(span -> span.getAttributes().get(CallSpans.END))
                .containsOnly("answered");
    }

    @Test
    @DisplayName("EV-1 a value that is a failure makes its call an error, also without an exception")
    void span_ofValueJudgedBad_isAnError() throws Exception {
        Guard prices = shop.guards.guard(
                "prices",
                g -> g.classifier(
                        Classifier.standard().judgingResults(Integer.class, value -> value <= 0, Judgement.TRANSIENT)));
        traces.start(openTelemetry);
        assertThat(prices.<Integer, RuntimeException>call(() -> 0)).isZero();
        assertThat(call().getAttributes().get(CallSpans.END)).isEqualTo("failed");
        assertThat(call().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attemptsOf(call()).get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    @DisplayName("EV-2 times are told in buckets of milliseconds to seconds, and not all in the first")
    void numbers_ofTimes_haveBucketsOfSeconds() throws Exception {
        traces.start(openTelemetry);
        shop.good(shop.prices(), 20);
        assertThat(numbers.collectAllMetrics())
                .filteredOn(metric -> metric.getName().equals("plimsoll.calls"))
                .singleElement()
                .satisfies(calls -> assertThat(calls.getHistogramData().getPoints())
                        .allSatisfy(point -> {
                            assertThat(point.getBoundaries())
                                    .startsWith(0.005, 0.01, 0.025)
                                    .endsWith(10.0);
                            assertThat(point.getCounts().get(2)).isEqualTo(1); // 20 ms
                        }));
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
