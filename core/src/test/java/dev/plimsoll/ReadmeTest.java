package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of the README, compiled and run. */
final class ReadmeTest {

    private record Price(int cents) {
        static Price list(String item) {
            return new Price(item.length());
        }
    }

    private static final class Client {
        private boolean down;

        Price priceOf(String item) throws IOException {
            if (down) {
                throw new IOException("no price for " + item);
            }
            return new Price(100);
        }
    }

    @Test
    @DisplayName("CA-1 the example of the README does what it says")
    void example_works() throws IOException {
        Client client = new Client();
        String item = "tea";

        Guards guards = Guards.create();
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .retry(Retry.exponential(ofMillis(100)).maxAttempts(3))
                        .circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofSeconds(30)))
                        .bulkhead(10));
        Price price = prices.call(() -> client.priceOf(item)); // one checked exception type is kept
        Price orList = prices.call(() -> client.priceOf(item), refused -> Price.list(item));

        assertThat(price).isEqualTo(new Price(100));
        assertThat(orList).isEqualTo(new Price(100));
        assertThat(prices.describe())
                .isEqualTo("retry (3 attempts, "
                        + Retry.exponential(ofMillis(100)).toString().substring(12)
                        + ") → [circuit breaker → bulkhead of 10 → attempt timeout 1000 ms → work]");
        client.down = true;
        assertThatThrownBy(() -> prices.call(() -> client.priceOf(item))).isInstanceOf(IOException.class);
        Objects.requireNonNull(prices.circuitBreaker()).forceOpen("example", "me");
        assertThat(prices.call(() -> client.priceOf(item), refused -> Price.list(item)))
                .isEqualTo(new Price(3));
        guards.close();
    }
}
