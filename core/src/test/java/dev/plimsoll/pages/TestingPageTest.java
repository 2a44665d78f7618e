package dev.plimsoll.pages;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/testing.md: its examples, and the methods that it names. */
final class TestingPageTest {

    private static void outage(Prices client, Prices broken) throws IOException {
        // example
        VirtualTime time = VirtualTime.create(); // this thread takes part
        Guards guards = Guards.create(g -> g.time(time));
        Guard prices = guards.guard(
                "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(ofMinutes(1))));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> prices.call(() -> broken.priceOf("anchor")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(prices.call(() -> client.priceOf("anchor"), refused -> Price.list("anchor")))
                .isEqualTo(Price.list("anchor")); // the circuit is open
        time.advance(ofMinutes(1)); // at once
        assertThat(prices.call(() -> client.priceOf("anchor"), refused -> Price.list("anchor")))
                .isEqualTo(new Price(7)); // a probe
        // end of example
        guards.close();
    }

    private static void twoAtOnce(Guards guards, VirtualTime time) throws InterruptedException {
        // example
        Guard stock = guards.guard("stock", g -> g.bulkhead(1));
        Thread other = time.start("other", () -> fiveSeconds(stock, time)); // stock.run(() -> time.sleep(ofSeconds(5)))
        time.advance(ofSeconds(1)); // now it is inside
        assertThatThrownBy(() -> stock.get(() -> 1)).isInstanceOf(RejectedException.class);
        time.join(other); // four seconds later
        assertThat(stock.get(() -> 1)).isEqualTo(1);
        // end of example
    }

    private static void fiveSeconds(Guard guard, Time time) {
        try {
            guard.run(() -> time.sleep(ofSeconds(5)));
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    @Test
    @DisplayName("EV-4 the examples of the page do what it says")
    void examples_run() throws Exception {
        outage(item -> new Price(7), item -> {
            throw new IOException("down");
        });
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            twoAtOnce(guards, time);
            assertThat(time.precise()).isEqualTo(ofSeconds(5).toNanos());
        }
    }

    @Test
    @DisplayName("The page shows the examples that were compiled, and the methods that it names exist")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("testing.md");
        assertThat(page.examples()).isEqualTo(Page.examplesOf(TestingPageTest.class));
        List<String> methods = Arrays.stream(VirtualTime.class.getMethods())
                .map(method -> method.getName())
                .toList();
        assertThat(page.settings()).isNotEmpty();
        assertThat(methods).containsAll(page.settings());
    }
}
