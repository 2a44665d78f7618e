package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of README.md, compiled, run, and compared with the page. */
final class ReadmeTest {

    private static final Path PAGE = Path.of("../README.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/plimsoll/ReadmeTest.java");

    private record Price(int cents) {

        static Price list(String item) {
            return new Price(100 * item.length());
        }
    }

    @FunctionalInterface
    private interface Client {

        Price priceOf(String item) throws IOException;
    }

    private record Asked(Guards guards, Guard prices, Price price, Price orList) {}

    private static Asked ask(Client client, String item) throws IOException {
        // example
        // dev.plimsoll: Guard, Guards; dev.plimsoll.retry: Retry
        // java.time.Duration: ofMillis, ofSeconds (imported statically)
        Guards guards = Guards.create();
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .retry(Retry.exponential(ofMillis(100)).maxAttempts(3))
                        .circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofSeconds(30)))
                        .bulkhead(10));
        Price price = prices.call(() -> client.priceOf(item)); // the checked exception is kept
        Price orList = prices.call(() -> client.priceOf(item), refused -> Price.list(item));
        // end of example
        return new Asked(guards, prices, price, orList);
    }

    @Test
    @DisplayName("CA-1 CA-3 the example answers with the price, and with the list price when it is refused")
    void example_runs() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Client client = item -> new Price(asked.incrementAndGet());
        Asked example = ask(client, "anchor");
        try (Guards guards = example.guards()) {
            assertThat(guards.all()).containsExactly(example.prices());
            assertThat(example.price()).isEqualTo(new Price(1));
            assertThat(example.orList()).isEqualTo(new Price(2));

            CircuitBreaker breaker = Objects.requireNonNull(example.prices().circuitBreaker());
            breaker.forceOpen("so that it refuses", "this test");
            Price refused = example.prices().call(() -> client.priceOf("anchor"), no -> Price.list("anchor"));
            assertThat(refused).isEqualTo(new Price(600));
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    @DisplayName("CA-2 RT-2 the example throws what the work throws, and retries only what is likely to pass")
    void example_whenWorkThrows_throwsThat() {
        IllegalStateException gone = new IllegalStateException("no such item");
        assertThatThrownBy(() -> ask(
                        item -> {
                            throw gone;
                        },
                        "anchor"))
                .isSameAs(gone);
    }

    @Test
    @DisplayName("The example of the page is the one that was compiled, and describes itself as the page says")
    void example_isThatOfThePage() throws Exception {
        String page = Files.readString(PAGE);
        String example = Files.readString(SOURCE).split(" +// example\n", 2)[1].split(" +// end of example\n", 2)[0];
        assertThat(page.split("```java\n", -1)).hasSize(2);
        assertThat(page).contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
        Asked described = ask(item -> Price.list(item), "anchor");
        try (Guards guards = described.guards()) {
            assertThat(page).contains("```text\n" + guards.all().get(0).describe() + "\n```");
        }
    }
}
