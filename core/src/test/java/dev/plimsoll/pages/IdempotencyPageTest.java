package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.message;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.idempotency.Idempotency;
import dev.plimsoll.idempotency.IdempotencyConfig;
import dev.plimsoll.pages.Shop.Order;
import dev.plimsoll.pages.Shop.Orders;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/idempotency.md: its examples, settings and quotes. */
final class IdempotencyPageTest {

    private static Idempotency<Order> create() {
        // example
        Idempotency<Order> placed = Idempotency.create("orders", i -> i.lease(ofSeconds(90)));
        // end of example
        return placed;
    }

    private static Order place(Idempotency<Order> placed, Guard orders, Orders client, String key, String item)
            throws IOException {
        // example
        Order order = placed.once(key, item, () -> orders.call(() -> client.place(item)));
        // end of example
        return order;
    }

    @Test
    @DisplayName("ID-1 the examples of the page do what it says")
    void examples_run() throws Exception {
        Idempotency<Order> placed = create();
        List<String> done = new ArrayList<>();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard orders = guards.guard("orders", g -> g.circuitBreaker());
            Orders client = item -> {
                done.add(item);
                return new Order(item);
            };
            for (int i = 0; i < 3; i++) {
                assertThat(place(placed, orders, client, "1234", "anchor")).isEqualTo(new Order("anchor"));
            }
        }
        assertThat(done).hasSize(1);
    }

    private static List<String> quotes() {
        List<String> quotes = new ArrayList<>();
        Idempotency<Order> placed = Idempotency.create("orders", i -> i.maxKeys(1), VirtualTime.create());
        placed.once("1234", "anchor", () -> new Order("anchor"));
        quotes.add(message(thrownBy(() -> placed.once("1234", "buoy", () -> new Order("buoy")))));
        quotes.add(message(thrownBy(() -> placed.once("5678", () -> new Order("buoy")))));
        placed.once("1234", "anchor", () -> new Order("anchor"));
        quotes.add(Page.quoted(placed.snapshot()));
        return quotes;
    }

    @Test
    @DisplayName("ID-1 the page quotes what it says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("idempotency.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(IdempotencyPageTest.class));
    }

    @Test
    @DisplayName("ID-1 every setting is on the page, with its default")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("idempotency.md");
        assertThat(page.settings()).isEqualTo(Page.settingsOf(IdempotencyConfig.class));
        IdempotencyConfig defaults = IdempotencyConfig.DEFAULTS;
        assertThat(page.count("maxKeys")).isEqualTo(defaults.maxKeys());
        assertThat(page.span("lease")).isEqualTo(defaults.lease());
        assertThat(page.span("keepFor")).isEqualTo(defaults.keepFor());
    }
}
