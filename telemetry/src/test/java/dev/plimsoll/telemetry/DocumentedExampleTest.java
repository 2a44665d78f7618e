package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.shed.Shedder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The examples of docs/telemetry.md, compiled, run, and compared with the page; and what the page says that is scraped. */
@SuppressWarnings("try") // what is closed may throw anything
final class DocumentedExampleTest {

    private static final Path PAGE = Path.of("../docs/telemetry.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/plimsoll/telemetry/DocumentedExampleTest.java");

    private record Bound(Guards guards, List<AutoCloseable> all) implements AutoCloseable {

        @Override
        public void close() throws Exception {
            for (AutoCloseable each : all) {
                each.close();
            }
            guards.close();
        }
    }

    private static Bound bind(MeterRegistry registry, OpenTelemetry openTelemetry, Shedder shedder, Degradation shop) {
        // example
        Guards guards = Guards.create();
        Drain drain = Drain.create("shop");
        GuardMeters meters =
                GuardMeters.of(guards).drain(drain).shedder(shedder).degradation(shop);
        meters.bindTo(registry); // Micrometer: guards that are made later, too
        GuardTraces traces = GuardTraces.of(guards).spansOnly().start(openTelemetry);
        GuardFlight flight = GuardFlight.start(guards);
        // end of example
        return new Bound(guards, List.of(flight, traces, meters));
    }

    @Test
    @DisplayName("The example binds all guards to Micrometer and OpenTelemetry, and unbinds them")
    void example_runs() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        try (OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build()) {
            Shedder shedder = Shedder.create("shop", s -> s);
            Degradation shop = Degradation.create("shop", d -> d.at(Level.NORMAL, "reviews"));
            try (Bound bound = bind(registry, openTelemetry, shedder, shop)) {
                Guard prices = bound.guards().guard("prices", g -> g.bulkhead(10));
                assertThat(prices.get(() -> 7)).isEqualTo(7);
                assertThat(registry.scrape())
                        .contains("plimsoll_calls_seconds_count{dependency=\"prices\",end=\"answered\"} 1")
                        .contains("plimsoll_pressure{dependency=\"shop\"}")
                        .contains("plimsoll_degradation_level{dependency=\"shop\"}")
                        .contains("plimsoll_drain_ready{dependency=\"shop\"}");
                assertThat(spans.getFinishedSpanItems()).hasSize(2);
            }
            assertThat(registry.scrape()).doesNotContain("plimsoll_");
        }
        registry.close();
    }

    private static ChangeObserver follow(Guards guards, List<String> journal) {
        // example
        ChangeObserver changes = event -> journal.add(event.toString());
        guards.observe(changes); // all guards, those included that are made later
        // end of example
        return changes;
    }

    @Test
    @DisplayName("EV-2 a journal of changes has the transitions, and nothing of calls")
    void journal_hasTheChanges() {
        List<String> journal = new ArrayList<>();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            ChangeObserver changes = follow(guards, journal);
            Guard prices = guards.guard("prices", g -> g.circuitBreaker());
            assertThat(prices.get(() -> 7)).isEqualTo(7);
            Objects.requireNonNull(prices.circuitBreaker()).reset("a drill", "anna");
            guards.forget(changes);
        }
        assertThat(journal).singleElement().asString().contains("CircuitTransition", "reset by anna: a drill");
    }

    @Test
    @DisplayName("What the page says that a scrape says, it says")
    void page_saysWhatIsScraped() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Shop shop = new Shop();
                GuardMeters meters = GuardMeters.of(shop.guards)) {
            meters.bindTo(registry);
            Guard prices = shop.prices();
            assertThat(Shop.bad(prices)).isTrue();
            assertThat(Shop.bad(prices)).isTrue();
            assertThat(Shop.bad(prices)).isFalse();
            shop.time.advance(ofMillis(200));
            String page = Files.readString(PAGE);
            String[] lines = page.substring(page.indexOf("```text\n") + 8)
                    .split("\n```", 2)[0]
                    .split("\n", -1);
            assertThat(lines).hasSize(6);
            assertThat(registry.scrape().lines()).contains(lines);
        }
        registry.close();
    }

    @Test
    @DisplayName("The examples of the page are those that were compiled")
    void examples_areThoseOfThePage() throws Exception {
        List<String> compiled = all("(?s) +// example\n(.*?)\n +// end of example\n", SOURCE).stream()
                .map(String::stripIndent)
                .toList();
        assertThat(compiled).hasSize(2);
        assertThat(all("(?s)```java\n(.*?)\n```", PAGE)).isEqualTo(compiled);
    }

    private static List<String> all(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
