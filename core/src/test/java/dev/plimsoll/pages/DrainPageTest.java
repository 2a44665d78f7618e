package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.message;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.DrainReport;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.pages.Shop.Order;
import dev.plimsoll.pages.Shop.Orders;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/drain.md: its examples, settings and quotes. */
final class DrainPageTest {

    @SuppressWarnings("try") // the unit is there to be closed
    private static Order handle(Drain drain, Orders orders, String item) throws IOException {
        // example
        try (Unit unit = drain.enter("POST /orders")) { // refused once the drain has begun
            return orders.place(item);
        }
        // end of example
    }

    private static DrainReport stop(Drain drain, Guards guards) throws InterruptedException {
        // example
        drain.start(); // isReady() is false from here on: the balancer sends no more
        DrainReport report = drain.await();
        guards.close();
        // end of example
        return report;
    }

    private static CompletableFuture<Order> later(
            Drain drain, Guard orders, Function<String, CompletableFuture<Order>> client, String item) {
        // example
        Unit unit = drain.enter("POST /orders");
        return orders.callAsync(() -> client.apply(item)).whenComplete((order, error) -> unit.close());
        // end of example
    }

    @Test
    @DisplayName("DR-1 the examples of the page do what it says")
    void examples_run() throws Exception {
        Guards guards = Guards.create(g -> g.logging(false));
        Drain drain = Drain.create("shop", ofSeconds(20));
        assertThat(handle(drain, Order::new, "anchor")).isEqualTo(new Order("anchor"));
        assertThat(stop(drain, guards).phase()).isEqualTo(Drain.Phase.STOPPED);
        assertThat(drain.isReady()).isFalse();
    }

    static List<String> quotes() throws InterruptedException {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        Drain drain = Drain.create("shop", ofSeconds(20), time);
        Unit browsing = drain.enter("GET /prices");
        Unit ordering = drain.enter("POST /orders");
        drain.start();
        time.advance(ofSeconds(5));
        browsing.close();
        quotes.add(message(thrownBy(() -> drain.enter("GET /stock"))));
        quotes.add(drain.toString());
        quotes.add(Page.quoted(drain.await()));
        quotes.add(message(thrownBy(drain::enter)));
        ordering.close();
        return quotes;
    }

    @Test
    @DisplayName("DR-1 the page quotes what a drain says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("drain.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(DrainPageTest.class));
    }

    @Test
    @DisplayName("DR-1 the time to drain is that of the page")
    void defaults_areThoseOfThePage() throws Exception {
        Duration span = Page.of("drain.md").span("create");
        Drain drain = Drain.create("shop");
        try (Unit unit = drain.enter()) {
            drain.start();
            assertThat(unit.label()).isNull();
            RejectedException refused = (RejectedException) thrownBy(drain::enter);
            assertThat(refused.retryAfter().orElseThrow()).isBetween(span.minusSeconds(10), span);
        }
    }

    @Test
    @DisplayName("DR-1 the asynchronous example of the page: the drain waits for the future")
    void asyncExample_runs() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard guard = guards.guard("orders", g -> g);
            Drain drain = Drain.create("shop", ofSeconds(20));
            CompletableFuture<Order> placed = new CompletableFuture<>();
            CompletableFuture<Order> order = later(drain, guard, item -> placed, "anchor");
            drain.start();
            assertThat(drain.report().phase()).isEqualTo(Drain.Phase.DRAINING);
            placed.complete(new Order("7"));
            assertThat(order.join()).isEqualTo(new Order("7"));
            assertThat(drain.report().phase()).isEqualTo(Drain.Phase.STOPPED);
        }
    }
}
