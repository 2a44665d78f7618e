package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.message;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Answer;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.fallback.FileLaterQueue;
import dev.plimsoll.fallback.FileQueueConfig;
import dev.plimsoll.fallback.Later;
import dev.plimsoll.fallback.LaterQueue;
import dev.plimsoll.fallback.MemoryLaterQueue;
import dev.plimsoll.fallback.Replay;
import dev.plimsoll.fallback.StaleValues;
import dev.plimsoll.pages.Shop.Order;
import dev.plimsoll.pages.Shop.Orders;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/fallback.md: its examples, settings and quotes. */
final class FallbackPageTest {

    @TempDir
    private Path directory;

    private static Price price(
            Guard prices, Guard copies, StaleValues<String, Price> last, Prices client, Prices replica, String item)
            throws IOException {
        // example
        Fallback<Price> fallback = Fallback.<Price>onRefusedOrFailed()
                .slower(() -> copies.call(() -> replica.priceOf(item)))
                .stale(last, item) // remembers what the work answers, too
                .orElse(Price.list(item));
        Price price = prices.call(() -> client.priceOf(item), fallback);
        // end of example
        return price;
    }

    private static Answer<Order> place(Guard orders, LaterQueue queue, Orders client, String id, String item)
            throws IOException {
        // example
        Answer<Order> answer = orders.answer(
                () -> client.place(item),
                Fallback.<Order>onRefusedOrFailed().later(queue, () -> Later.of(id, item), new Order("queued")));
        boolean accepted = answer.rung() == Answer.Rung.LATER; // 202 and not 201
        // end of example
        assertThat(accepted).isEqualTo(answer.value().id().equals("queued"));
        return answer;
    }

    private Replay replay(Guard orders, Orders client) {
        // example
        FileLaterQueue queue = FileLaterQueue.open("orders", directory, q -> q.maxItems(100_000));
        Replay replay = Replay.of(
                queue, queued -> orders.run(() -> client.place(queued.item().text())));
        replay.start(); // and close() both, the replay first, when the service goes down
        // end of example
        replay.close();
        queue.close();
        return replay;
    }

    @Test
    @DisplayName("DG-1 the examples of the page do what it says")
    void examples_run() throws Exception {
        StaleValues<String, Price> last = StaleValues.create();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard prices = guards.guard("prices", g -> g.circuitBreaker());
            Guard copies = guards.guard("copies", g -> g.circuitBreaker());
            Prices down = item -> {
                throw new IOException("down");
            };
            assertThat(price(prices, copies, last, item -> new Price(7), down, "anchor"))
                    .isEqualTo(new Price(7));
            assertThat(price(prices, copies, last, down, item -> new Price(8), "anchor"))
                    .isEqualTo(new Price(8));
            assertThat(price(prices, copies, last, down, down, "anchor")).isEqualTo(new Price(7));
            assertThat(price(prices, copies, last, down, down, "buoy")).isEqualTo(new Price(400));

            MemoryLaterQueue queue = MemoryLaterQueue.create("orders", 10, 1_000);
            assertThat(place(prices, queue, Order::new, "1", "anchor").rung()).isEqualTo(Answer.Rung.WORK);
            Orders out = item -> {
                throw new IOException("down");
            };
            assertThat(place(prices, queue, out, "2", "buoy").rung()).isEqualTo(Answer.Rung.LATER);
            assertThat(replay(prices, Order::new)).isNotNull();
        }
    }

    private static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        StaleValues<String, Price> last = StaleValues.create(StaleValues.DEFAULT_AGE, 10, time);
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard prices = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)));
            Fallback<Price> fallback = Fallback.<Price>onFailed()
                    .slower(() -> {
                        throw new IOException("the replica is down");
                    })
                    .stale(last, "anchor");
            prices.call(() -> new Price(7), fallback);
            Price unused = thrownIn(prices, fallback);
            quotes.add(overheard.last(FallbackAsked.class));
            quotes.add(fallback.toString());
            MemoryLaterQueue queue = MemoryLaterQueue.create("orders", 1, 1_000);
            queue.offer(Later.of("order-1", "anchor"));
            quotes.add(message(thrownBy(() -> queue.offer(Later.of("order-2", "anchor")))));
            quotes.add(Page.quoted(queue));
            Replay replay = Replay.of(queue, queued -> {
                throw new IOException("down");
            });
            quotes.add(Page.quoted(replay.run()));
        }
        return quotes;
    }

    private static Price thrownIn(Guard prices, Fallback<Price> fallback) {
        try {
            return prices.<Price, IOException>call(
                    () -> {
                        throw new IOException("down");
                    },
                    fallback);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("DG-1 the page quotes what a fallback says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("fallback.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(FallbackPageTest.class));
    }

    @Test
    @DisplayName("DG-1 the defaults are those of the page")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("fallback.md");
        assertThat(page.span("maxAge")).isEqualTo(StaleValues.DEFAULT_AGE);
        assertThat(page.count("maxSize")).isEqualTo(StaleValues.DEFAULT_SIZE);
        assertThat(page.span("pause")).isEqualTo(Replay.DEFAULT_PAUSE);
        assertThat(new FileQueueConfig(page.count("maxItems"), page.count("maxBytes"), page.count("segmentBytes")))
                .isEqualTo(FileQueueConfig.DEFAULTS);
    }
}
