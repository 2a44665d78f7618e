package dev.plimsoll.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.shed.Shedder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus makes of it: the names it gets, and the rules that ship. cli's {@code OutageAlertsTest} asks a real one. */
final class PrometheusTest {

    private static final Pattern NAME = Pattern.compile("plimsoll_[a-z_]+");
    private static final String RULES = "plimsoll-rules.yml";

    @TempDir
    Path folder;

    /** All that is in the text that a registry gives to whoever scrapes it, after something of everything has happened. */
    private static String scraped() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Shop shop = new Shop();
                GuardMeters meters = GuardMeters.of(shop.guards)
                        .drain(Drain.create("shop"))
                        .degradation(Degradation.create("shop", d -> d.at(Level.NORMAL, "search")))
                        .shedder(Shedder.create("door", s -> s.inFlightLimit(() -> 10)))) {
            Guard prices = shop.prices();
            Guard limited = shop.guards.guard(
                    "limited",
                    g -> g.rateLimiter(l -> l.permits(10))
                            .concurrencyLimit(l -> l)
                            .adaptiveThrottle(t -> t));
            shop.guards.keyed("hosts", g -> g.bulkhead(1));
            meters.bindTo(registry);
            shop.good(prices, 20);
            shop.good(limited, 20);
            assertThat(Shop.bad(prices)).isTrue();
            assertThat(Shop.bad(prices)).isTrue();
            assertThat(Shop.bad(prices)).isFalse();
            Numbers rare = Numbers.bind(
                    new Numbers.Bound(shop.guards, false, List.of(), List.of(), List.of()),
                    new MicrometerInstruments(registry));
            GuardMetersTest.RARE.forEach(rare::on);
            return registry.scrape();
        } finally {
            registry.close();
        }
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(match -> match.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName("Every name in the rules and on the dashboard is one that is scraped")
    void namesInUse_areScraped() throws Exception {
        Set<String> scraped = names(scraped());
        assertThat(scraped)
                .contains("plimsoll_calls_seconds_count", "plimsoll_refusals_total", "plimsoll_circuitbreaker_state");
        assertThat(scraped).containsAll(names(Shipped.text(RULES)));
        assertThat(scraped).containsAll(names(Shipped.text("plimsoll-dashboard.json")));
        for (Metric metric : Metric.values()) {
            assertThat(scraped).anyMatch(name -> name.startsWith(metric.called.replace('.', '_')));
        }
    }

    @Test
    @DisplayName("The rules that ship pass promtool check rules and promtool test rules")
    void rules_passPromtool() throws Exception {
        Program.needs("promtool");
        Files.writeString(folder.resolve(RULES), Shipped.text(RULES));
        Files.copy(Path.of("src/test/resources/plimsoll-rules-test.yml"), folder.resolve("test.yml"));
        Program.run(folder, "promtool", "check", "rules", RULES);
        Program.run(folder, "promtool", "test", "rules", "test.yml");
        Files.writeString(folder.resolve(RULES), Shipped.text(RULES).replace("> 1.2", "> 1.6"));
        assertThatThrownBy(() -> Program.run(folder, "promtool", "test", "rules", "test.yml"))
                .hasMessageContaining("PlimsollAmplification");
    }
}
