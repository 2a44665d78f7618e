package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.pages.Shop.AsyncPrices;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/hedging.md: its examples, settings and quotes. */
final class HedgingPageTest {

    private static CompletableFuture<Price> priceOf(
            Guards guards, RetryBudget budget, AsyncPrices client, String item) {
        // example
        Guard prices = guards.guard(
                "prices", // reads: they may run twice
                g -> g.attemptTimeout(ofSeconds(1))
                        .hedge(Hedge.afterQuantile(0.95)) // what is slower than 19 of 20
                        .retryBudget(budget));
        CompletableFuture<Price> price = prices.callAsync(() -> client.askFor(item));
        // end of example
        return price;
    }

    private static Price offerOf(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard offers = guards.guard(
                "offers",
                g -> g.hedge(Hedge.after(ofMillis(20)).maxHedges(2)) // a fixed delay, from the first call on
                        .bulkhead(b -> b.maxConcurrent(20).ownPool()));
        Price price = offers.call(attempt -> client.priceOf(item)); // attempt.leg() is 1, 2 or 3
        // end of example
        return price;
    }

    @Test
    @DisplayName("HG-1 the examples of the page do what it says")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            RetryBudget budget = RetryBudget.ratio(0.1);
            CompletableFuture<Price> price =
                    priceOf(guards, budget, item -> CompletableFuture.completedFuture(new Price(7)), "anchor");
            assertThat(price.join()).isEqualTo(new Price(7));
            assertThat(guards.get("prices").describe())
                    .isEqualTo(Page.of("hedging.md").quotes().get(0));
            assertThat(offerOf(guards, item -> new Price(8), "anchor")).isEqualTo(new Price(8));
        }
    }

    static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        List<CompletableFuture<Integer>> legs = new ArrayList<>();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard described = guards.guard(
                    "described", g -> g.attemptTimeout(ofSeconds(1)).hedge(Hedge.afterQuantile(0.95)));
            quotes.add(described.describe());
            List<String> events = new ArrayList<>();
            Guard prices = guards.guard(
                    "prices",
                    g -> g.hedge(Hedge.after(ofMillis(20))).observer(event -> {
                        if (event instanceof HedgeLaunched || event instanceof LegEnded) {
                            events.add(Page.quoted(event));
                        }
                    }));
            CompletableFuture<Integer> call = prices.callAsync(() -> {
                legs.add(new CompletableFuture<>());
                return legs.get(legs.size() - 1);
            });
            time.advance(ofMillis(25));
            legs.get(1).complete(1);
            assertThat(call).isCompletedWithValue(1);
            quotes.add(String.join("\n", events));
            HedgeSnapshot hedges = prices.snapshot().hedges().orElseThrow();
            quotes.add(hedges.toString());
        }
        return quotes;
    }

    @Test
    @DisplayName("HG-1 the page quotes what hedging says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("hedging.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(HedgingPageTest.class));
    }

    @Test
    @DisplayName("The table of the page has every setting of a hedge")
    void table_hasEverySetting() throws Exception {
        List<String> settings = Arrays.stream(Hedge.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == Hedge.class)
                .map(method -> method.getName())
                .sorted()
                .toList();
        assertThat(Page.of("hedging.md").settings()).isEqualTo(settings);
    }
}
