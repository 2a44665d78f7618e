package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.message;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.pages.Shop.AsyncPrices;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/timeout-and-deadline.md: its examples, settings and quotes. */
final class TimeoutPageTest {

    private static Price bounded(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .totalTimeout(ofSeconds(3))
                        .retry(Retry.exponential(ofMillis(100)))
                        .onLateResult(late -> close(late)));
        Price price =
                prices.call(attempt -> client.priceOf(item, attempt.deadline().remaining()));
        // end of example
        return price;
    }

    private static void close(Object late) {
        if (late instanceof Closeable open) {
            try {
                open.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Says how many there are of an item. */
    private interface Warehouse {
        int count(String item) throws IOException;
    }

    private static Price inOneSecond(Guard prices, Guard stock, Prices client, Warehouse warehouse, String item)
            throws IOException {
        // example
        return Deadline.in(ofSeconds(1)).call(() -> {
            if (stock.call(() -> warehouse.count(item)) == 0) {
                return Price.list(item);
            }
            return prices.call(() -> client.priceOf(item)); // gets what the stock has left of the second
        });
        // end of example
    }

    private static Duration promise() {
        // example
        Duration told = Deadline.current().lessReserve().remaining(); // what to promise another process
        // end of example
        return told;
    }

    private static Guard adaptive(Guards guards) {
        // example
        Guard prices =
                guards.guard("prices", g -> g.attemptTimeout(AdaptiveTimeout.between(ofMillis(50), ofSeconds(2))));
        // end of example
        return prices;
    }

    /** What has more prices than one wants to wait for. */
    private interface Catalogue {
        List<Price> allPrices() throws IOException;
    }

    private static void imports(Guards guards, Catalogue client, List<Price> stored) throws IOException {
        // example
        Guard imports = guards.guard("imports", g -> g.heartbeatTimeout(ofSeconds(30)));
        imports.call(attempt -> {
            for (Price price : client.allPrices()) {
                stored.add(price);
                attempt.beat();
            }
            return stored.size();
        });
        // end of example
    }

    /** A guard that knows its dependency's answers take 40 ms. */
    private static Guard taught(Guards guards, VirtualTime time) throws InterruptedException {
        Guard tax = guards.guard(
                "tax",
                g -> g.attemptTimeout(AdaptiveTimeout.between(ofMillis(20), ofSeconds(2)))
                        .refuseHopeless());
        for (int i = 0; i < 2_000; i++) {
            Deadline.in(time, ofSeconds(1)).run(() -> tax.run(() -> time.sleep(ofMillis(40))));
        }
        return tax;
    }

    private static CompletableFuture<Price> later(Guard prices, AsyncPrices client, String item) {
        // example
        CompletableFuture<Price> price = prices.callAsync(
                attempt -> client.askFor(item, attempt.deadline().remaining()));
        // end of example
        return price;
    }

    @Test
    @DisplayName("TO-1 DL-1 the examples of the page do what it says")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard prices = guards.guard("plain", g -> g);
            assertThat(bounded(guards, item -> new Price(7), "anchor")).isEqualTo(new Price(7));
            assertThat(inOneSecond(prices, prices, item -> new Price(7), item -> 3, "anchor"))
                    .isEqualTo(new Price(7));
            assertThat(inOneSecond(prices, prices, item -> new Price(7), item -> 0, "anchor"))
                    .isEqualTo(new Price(600));
            VirtualTime time = VirtualTime.create();
            assertThat(Deadline.in(time, ofSeconds(2)).call(TimeoutPageTest::promise))
                    .isEqualTo(ofMillis(1_900));
            close(item());
            List<Price> stored = new ArrayList<>();
            imports(guards, () -> List.of(new Price(7), new Price(8)), stored);
            assertThat(stored).hasSize(2);
        }
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            assertThat(adaptive(guards).snapshot().attemptTimeout()).contains(ofSeconds(2));
        }
    }

    private static Closeable item() {
        return () -> {};
    }

    static List<String> quotes() throws InterruptedException {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard prices = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)));
            quotes.add(message(thrownBy(() -> prices.run(() -> time.sleep(ofSeconds(2))))));
            quotes.add(overheard.last(Event.AttemptEnded.class) + "\n" + overheard.last(Event.CallEnded.class));
            Guard stock = guards.guard("stock", g -> g.totalTimeout(ofSeconds(3)));
            quotes.add(message(thrownBy(() -> stock.run(() -> time.sleep(ofSeconds(5))))));
            quotes.add(message(thrownBy(() -> Deadline.in(time, Duration.ZERO).run(() -> prices.run(() -> {})))));
            Guard retried = guards.guard("search", g -> g.retry(Retry.fixed(ofSeconds(1))));
            quotes.add(message(thrownBy(() -> retried.run(() -> {
                Thread.currentThread().interrupt();
                throw new IOException("connection reset");
            }))));
            assertThat(Thread.interrupted()).isTrue();
            Guard imports = guards.guard("imports", g -> g.heartbeatTimeout(ofSeconds(30)));
            quotes.add(message(thrownBy(() -> imports.run(() -> time.sleep(ofSeconds(40))))));
            Guard tax = taught(guards, time);
            quotes.add(message(thrownBy(() ->
                    Deadline.in(time, ofMillis(12)).run(() -> tax.run(() -> time.sleep(ofMillis(40)))))));
            quotes.add(tax.explain());
            assertThat(overheard.log()).isEmpty();
        }
        return quotes;
    }

    @Test
    @DisplayName("TO-1 CA-2 the page quotes what timeouts say, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("timeout-and-deadline.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(TimeoutPageTest.class));
    }

    @Test
    @DisplayName("CB-13 DL-1 the defaults are those of the page")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("timeout-and-deadline.md");
        assertThat(page.settings())
                .containsExactly(
                        "attemptTimeout",
                        "blameAfter",
                        "heartbeatTimeout",
                        "onLateResult",
                        "refuseHopeless",
                        "totalTimeout",
                        "withoutInterrupt");
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard plain = guards.guard("plain", g -> g);
            assertThat(guards.guard("plain", g -> g.blameAfter(page.span("blameAfter"))))
                    .isSameAs(plain);
            assertThat(plain.describe()).isEqualTo("[work]");
        }
    }

    @Test
    @DisplayName("TO-1 DL-1 the asynchronous example of the page: the future fails in time, and the stage is cancelled")
    void asyncExample_runs() {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard prices = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)));
            CompletableFuture<Price> stage = new CompletableFuture<>();
            List<Duration> told = new ArrayList<>();
            AsyncPrices client = new AsyncPrices() {
                @Override
                public CompletableFuture<Price> askFor(String item) {
                    return stage;
                }

                @Override
                public CompletableFuture<Price> askFor(String item, Duration timeout) {
                    told.add(timeout);
                    return stage;
                }
            };
            CompletableFuture<Price> price = later(prices, client, "anchor");
            time.advance(ofSeconds(1));
            assertThat(thrownBy(price::join)).hasMessageContaining("the attempt took longer than 1 s");
            assertThat(stage).isCancelled();
            assertThat(told).containsExactly(ofSeconds(1));
        }
    }
}
