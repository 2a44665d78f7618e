package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/from-resilience4j.md: its example, and that what it says something is called here is there. */
final class FromResilience4jPageTest {

    private static final Path PAGE = Path.of("../docs/from-resilience4j.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| .* \\| (.*) \\|$");
    private static final Pattern CALL = Pattern.compile("\\b([a-z]\\w+)\\(");

    private static Price priceOf(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1)) // the TimeLimiter, for work that blocks, too
                        .retry(Retry.exponential(ofMillis(500)).maxAttempts(3))
                        .circuitBreaker(
                                b -> b.failureRate(0.5, 10).overLastCalls(100).openFor(ofSeconds(60)))
                        .bulkhead(25));
        Price price = prices.call(() -> client.priceOf(item), refused -> Price.list(item)); // the recovery
        // end of example
        return price;
    }

    @Test
    @DisplayName("CA-1 the example of the page runs, in the order that the page says")
    void example_runs() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            assertThat(priceOf(guards, item -> new Price(7), "anchor")).isEqualTo(new Price(7));
            assertThat(guards.get("prices").describe())
                    .containsSubsequence("retry", "circuit breaker", "bulkhead", "attempt timeout", "work");
        }
        assertThat(Page.of("from-resilience4j.md").examples())
                .isEqualTo(Page.examplesOf(FromResilience4jPageTest.class));
    }

    @Test
    @DisplayName("Every method that the page says something is called here exists")
    void names_exist() throws Exception {
        Set<String> known = new TreeSet<>(List.of("call", "judging", "judgingResults", "standard", "describe"));
        for (Class<?> builder : List.of(
                GuardBuilder.class,
                CircuitBreakerBuilder.class,
                Retry.class,
                BulkheadConfig.Builder.class,
                RateLimit.class)) {
            known.addAll(Page.settingsOf(builder));
        }
        Set<String> named = new TreeSet<>();
        ROW.matcher(Files.readString(PAGE))
                .results()
                .flatMap(row -> CALL.matcher(row.group(1)).results())
                .forEach(call -> named.add(call.group(1)));
        assertThat(named).hasSizeGreaterThan(15);
        assertThat(known).containsAll(named);
    }
}
