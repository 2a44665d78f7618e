package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.refusalOf;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Permit;
import dev.plimsoll.pages.Shop.AsyncPrices;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/bulkhead.md: its examples, settings and quotes. */
final class BulkheadPageTest {

    private static Price queueing(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .bulkhead(b -> b.maxConcurrent(10).maxWaiting(5).maxWait(ofMillis(200))));
        Price price = prices.call(() -> client.priceOf(item), refused -> Price.list(item));
        // end of example
        return price;
    }

    private static Price onItsOwnThreads(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard legacy = guards.guard(
                "legacy", // a driver that no interrupt reaches
                g -> g.attemptTimeout(ofSeconds(1))
                        .bulkhead(b -> b.maxConcurrent(10).ownPool()));
        Price price = legacy.call(() -> client.priceOf(item)); // comes back after a second, whatever the driver does
        // end of example
        return price;
    }

    private static List<Guard> shared(Guards guards) {
        // example
        Bulkhead database = Bulkhead.create("database", 20);
        Guard orders = guards.guard("orders", g -> g.bulkhead(database));
        Guard customers = guards.guard("customers", g -> g.bulkhead(database));
        database.resize(30); // while both are in use
        // end of example
        return List.of(orders, customers);
    }

    private static CompletableFuture<String> later(Guard prices, AsyncPrices client, String item) {
        // example
        CompletableFuture<String> label = prices.callAsync(attempt -> {
            CompletableFuture<Price> answer = client.askFor(item);
            attempt.endsWith(answer); // holds the permit until this has completed
            return answer.thenApply(price -> price.cents() + " cents");
        });
        // end of example
        return label;
    }

    @Test
    @DisplayName("BH-1 BH-4 the examples of the page do what it says")
    void examples_run() throws Exception {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            assertThat(queueing(guards, item -> new Price(7), "anchor")).isEqualTo(new Price(7));
            assertThat(onItsOwnThreads(
                            guards,
                            item -> new Price(Thread.currentThread().getName().length()),
                            "anchor"))
                    .isNotEqualTo(new Price(Thread.currentThread().getName().length()));
            assertThat(shared(guards))
                    .allSatisfy(guard -> assertThat(Objects.requireNonNull(guard.bulkhead())
                                    .snapshot()
                                    .maxConcurrent())
                            .isEqualTo(30));
        }
    }

    static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard prices = guards.guard("prices", g -> g.bulkhead(1));
            Bulkhead bulkhead = Objects.requireNonNull(prices.bulkhead());
            try (Permit held = bulkhead.tryEnter()) {
                assertThat(held).isNotNull();
                quotes.add(refusalOf(prices));
                quotes.add(overheard.last(Event.AttemptRefused.class));
                quotes.add(prices.explain() + "\n" + Page.quoted(bulkhead.snapshot()));
            }
            Guard queued = guards.guard(
                    "stock",
                    g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(5).maxWait(ofMillis(200))));
            try (Permit held = Objects.requireNonNull(queued.bulkhead()).tryEnter()) {
                assertThat(held).isNotNull();
                quotes.add(refusalOf(queued));
                Deadline.in(time, ofMillis(80)).run(() -> quotes.add(refusalOf(queued)));
            }
            quotes.add(Shop.message(thrownBy(() -> queued.run(() -> queued.run(() -> {})))));
            assertThat(overheard.log()).isEmpty();
        }
        return quotes;
    }

    @Test
    @DisplayName("BH-2 BH-6 the page quotes what a bulkhead says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("bulkhead.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(BulkheadPageTest.class));
    }

    @Test
    @DisplayName("BH-1 every setting is on the page, and naming the defaults of the page changes nothing")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("bulkhead.md");
        assertThat(page.settings()).isEqualTo(Page.settingsOf(BulkheadConfig.Builder.class));
        BulkheadConfig.Builder ten = BulkheadConfig.builder().maxConcurrent(10);
        assertThat(ten.maxWaiting(page.count("maxWaiting"))
                        .threads(BulkheadConfig.Threads.CALLERS)
                        .build())
                .isEqualTo(BulkheadConfig.builder().maxConcurrent(10).build());
        assertThat(List.of("ownPool", "ownVirtualThreads", "releaseAbandoned", "lifoUnderOverload"))
                .noneMatch(page::isOn);
        BulkheadConfig.Builder queue =
                BulkheadConfig.builder().maxConcurrent(10).maxWaiting(5);
        assertThat(queue.build().maxWait()).isEqualTo(page.span("maxWait"));
        assertThat(BulkheadConfig.builder().tenWithFiveWaiting().build())
                .isEqualTo(queue.maxWait(ofSeconds(30)).build());
    }

    @Test
    @DisplayName(
            "BH-3 the asynchronous example of the page: a cancelled call holds its permit until the answer has come")
    void asyncExample_runs() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard prices = guards.guard("prices", g -> g.bulkhead(1));
            Bulkhead bulkhead = Objects.requireNonNull(prices.bulkhead());
            assertThat(later(prices, item -> CompletableFuture.completedFuture(new Price(7)), "anchor")
                            .join())
                    .isEqualTo("7 cents");
            CompletableFuture<Price> answer = new CompletableFuture<>();
            later(prices, item -> answer, "anchor").cancel(true);
            assertThat(bulkhead.snapshot().orphans()).isEqualTo(1);
            assertThat(bulkhead.snapshot().available()).isZero();
            answer.complete(new Price(7));
            assertThat(bulkhead.snapshot().available()).isEqualTo(1);
        }
    }
}
