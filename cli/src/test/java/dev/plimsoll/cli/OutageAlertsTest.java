package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.telemetry.GuardMeters;
import dev.plimsoll.time.Time;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An outage of {@code plimsoll flaky}, as a real Prometheus sees it that scrapes this process: all alerts that ship fire.
 * Their rules are those that ship, but that a minute has two seconds.
 */
@SuppressWarnings("try") // what listens, and what is under way, is there to be closed
final class OutageAlertsTest {

    private static final String RULES = "plimsoll-rules.yml";
    private static final int MINUTE_IN_SECONDS = 2;
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(50);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient plain =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Drain drain = Drain.create("shop", Duration.ofMillis(100));
    private final List<Thread> customers = new ArrayList<>();
    private volatile boolean over;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        over = true;
        customers.forEach(Thread::interrupt);
        customers.forEach(Rendezvous::join);
        guards.close();
        registry.close();
    }

    @Test
    @DisplayName("When plimsoll flaky fails and hangs, a real Prometheus scrapes who calls it, and each alert fires")
    void alerts_inARealOutage_fire() throws Exception {
        Prometheus.isNeeded();
        Files.writeString(folder.resolve(RULES), quickened(rules()));
        HttpServer scraped = serveMetrics();
        String target = "127.0.0.1:" + scraped.getAddress().getPort();
        try (Program flaky = Program.start("flaky", "--port", "0", "--json");
                Prometheus prometheus = Prometheus.start(folder, RULES, target);
                GuardMeters meters = GuardMeters.of(guards).drain(drain)) {
            meters.bindTo(registry);
            String address = addressIn(flaky.line(1, "server"));
            Program.send("POST", address + "/slow?ms=3600000");
            customers(guards.guard("stock", g -> g.bulkhead(2)), address, 2);
            Rendezvous.await(() -> requests(address) == 2, "two requests hang");
            Program.send("POST", address + "/recover");
            customers(guards.guard("prices", g -> g.attemptTimeout(LIMIT).circuitBreaker()), address, 1);
            customers(retrying("payments", RetryBudget.create(b -> b.minimumPerSecond(1))), address, 1);
            customers(retrying("delivery", RetryBudget.unlimited()), address, 1);
            await(prometheus, "plimsoll_calls_seconds_count{end=\"answered\", dependency=\"delivery\"} > 5");
            assertThat(prometheus.finds("ALERTS{dependency!=\"stock\"}"))
                    .as("alerts of those who have no trouble yet")
                    .isFalse();

            Program.send("POST", address + "/fail");
            try (Unit cutOff = drain.enter("POST /orders")) {
                drain.start();
                drain.await();
            }
            fires(prometheus, "PlimsollDrainCutOffWork", "shop");
            fires(prometheus, "PlimsollBreakerOpen", "prices");
            fires(prometheus, "PlimsollBudgetExhausted", "payments");
            fires(prometheus, "PlimsollBulkheadSaturated", "stock");
            fires(prometheus, "PlimsollAmplification", "delivery");
            assertThat(prometheus.finds("ALERTS{alertname=\"PlimsollBudgetExhausted\", dependency=\"delivery\"}"))
                    .as("who has more budget than that")
                    .isFalse();
        } finally {
            scraped.stop(0);
        }
    }

    private Guard retrying(String name, RetryBudget budget) {
        Retry soon = Retry.fixed(Duration.ofMillis(20));
        return guards.guard(name, g -> g.attemptTimeout(LIMIT).retry(soon).retryBudget(budget));
    }

    private static void fires(Prometheus prometheus, String alert, String dependency) {
        await(
                prometheus,
                "ALERTS{alertname=\"" + alert + "\", alertstate=\"firing\", dependency=\"" + dependency + "\"}");
    }

    private static void await(Prometheus prometheus, String query) {
        Rendezvous.await(() -> prometheus.finds(query), query, BETWEEN_QUESTIONS);
    }

    /** How many have arrived at the service. */
    private static int requests(String address) {
        try {
            String counts = Program.send("GET", address + "/stats");
            Matcher requests = Pattern.compile("\"requests\":(\\d+)").matcher(counts);
            assertThat(requests.find()).as(counts).isTrue();
            return Integer.parseInt(requests.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void call(GuardedHttpClient http, HttpRequest request) throws InterruptedException {
        try {
            int unused = http.send(request, BodyHandlers.ofString()).statusCode();
        } catch (IOException refused) {
            assertThat(refused).isNotNull();
        }
    }

    /** Calls, one after the other, until the test is over. */
    private void customers(Guard guard, String address, int how) {
        GuardedHttpClient http = GuardedHttpClient.of(plain, guard);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/")).build();
        for (int i = 0; i < how; i++) {
            Thread customer = new Thread(
                    () -> {
                        while (!over) {
                            try {
                                call(http, request);
                                Time.system().sleep(BETWEEN_CALLS); // that many customers, and not as many as possible
                            } catch (InterruptedException e) {
                                return;
                            }
                        }
                    },
                    "customer-of-" + guard.name());
            customers.add(customer);
            customer.start();
        }
    }

    private static String addressIn(String json) {
        return Pattern.compile("http://[0-9.:]+")
                .matcher(json)
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
    }

    private static String rules() throws IOException {
        try (InputStream in = Objects.requireNonNull(GuardMeters.class.getResourceAsStream(RULES))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A test has no minutes. */
    private static String quickened(String rules) {
        return Pattern.compile("(?<=[\\[ ])(\\d+)m\\b")
                .matcher(rules)
                .replaceAll(match -> Integer.parseInt(match.group(1)) * MINUTE_IN_SECONDS + "s");
    }

    private HttpServer serveMetrics() throws IOException {
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
        return server;
    }
}
