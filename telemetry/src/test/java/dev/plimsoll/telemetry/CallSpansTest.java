package dev.plimsoll.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Spans of calls whose errors are odd; of all others, see {@link GuardTracesTest}. */
final class CallSpansTest {

    private static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException();
        }
    }

    private final Shop shop = new Shop();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    private final GuardTraces traces = GuardTraces.of(shop.guards);

    @AfterEach
    void close() {
        traces.close();
        openTelemetry.close();
        shop.close();
    }

    @Test
    @DisplayName("EV-1 a call whose error has a message that cannot be read has its spans all the same, which say so")
    void spans_ofUnreadableError_areThere() {
        Guard prices = shop.guards.guard("prices", g -> g);
        traces.spansOnly().start(openTelemetry);
        Unreadable error = new Unreadable();
        assertThat(catchThrowable(() -> prices.run(() -> {
                    throw error;
                })))
                .isSameAs(error);

        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("call prices", "attempt");
        assertThat(spans.getFinishedSpanItems()).allSatisfy(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).isEqualTo("(its message cannot be read)");
            assertThat(span.getAttributes().get(CallSpans.ERROR)).isEqualTo(Unreadable.class.getName());
        });
        assertThat(prices.snapshot().faults()).isZero();
    }
}
