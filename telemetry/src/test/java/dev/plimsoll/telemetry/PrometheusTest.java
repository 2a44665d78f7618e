package dev.plimsoll.telemetry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guard;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.shed.Shedder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus makes of it: the names it gets, the rules that ship, and a real one that scrapes. */
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
                    new Numbers.Bound(shop.guards, false, List.of(), List.of()), new MicrometerInstruments(registry));
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

    @Test
    @Timeout(120)
    @DisplayName("A real Prometheus scrapes the registry, and the alerts fire in an outage")
    void prometheus_scrapes_andAlertsFire() throws Exception {
        Program.needs("prometheus");
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, text.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(text);
            }
        });
        server.start();
        int port = freePort();
        Process prometheus = start(server.getAddress().getPort(), port);
        try (Shop shop = new Shop()) {
            Drain drain = Drain.create("shop", ofSeconds(1), shop.time);
            Guard prices = shop.prices();
            try (GuardMeters meters = GuardMeters.of(shop.guards).drain(drain)) {
                meters.bindTo(registry);
                shop.good(prices, 20);
                await(port, "plimsoll_calls_seconds_count{end=\"answered\"} == 1");
                assertThat(Shop.bad(prices)).isTrue();
                assertThat(Shop.bad(prices)).isTrue();
                Unit late = drain.enter("POST /orders");
                drain.start();
                shop.time.advance(ofSeconds(2));
                drain.await();
                await(port, "ALERTS{alertname=\"PlimsollBreakerOpen\", alertstate=\"firing\", dependency=\"prices\"}");
                await(
                        port,
                        "ALERTS{alertname=\"PlimsollDrainCutOffWork\", alertstate=\"firing\", dependency=\"shop\"}");
                late.close();
            }
        } finally {
            prometheus.destroy();
            prometheus.waitFor();
            server.stop(0);
            registry.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** With the rules that ship, but for how long an alert must hold: a test has no minutes. */
    private Process start(int target, int port) throws IOException {
        Files.writeString(folder.resolve(RULES), Shipped.text(RULES).replaceAll("for: \\d+m", "for: 0s"));
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: { scrape_interval: 200ms, evaluation_interval: 200ms }
                rule_files: [ %s ]
                scrape_configs:
                  - job_name: shop
                    static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
                """.formatted(RULES, target));
        return Program.start(
                folder,
                folder.resolve("prometheus.out"),
                List.of(
                        "prometheus",
                        "--config.file=prometheus.yml",
                        "--storage.tsdb.path=data",
                        "--web.listen-address=127.0.0.1:" + port));
    }

    /** Asks until there is an answer that is not empty. */
    private void await(int port, String query) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        URI uri = URI.create(
                "http://127.0.0.1:" + port + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ofSeconds(10)).build();
        while (true) {
            try {
                String answer = client.send(request, BodyHandlers.ofString()).body();
                if (answer.contains("\"value\":")) {
                    return;
                }
            } catch (IOException notYetUp) {
                assertThat(notYetUp).isNotNull();
            }
            Thread.sleep(ofMillis(50).toMillis()); // another process: no rendezvous with that one
        }
    }
}
