package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Event;
import dev.plimsoll.pages.Shop.AsyncPrices;
import dev.plimsoll.pages.Shop.Order;
import dev.plimsoll.pages.Shop.Orders;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/retry.md: its examples, settings and quotes. */
final class RetryPageTest {

    private static Price read(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .totalTimeout(ofSeconds(3))
                        .retry(Retry.exponential(ofMillis(100)).maxAttempts(4)));
        Price price = prices.call(() -> client.priceOf(item)); // a read may be repeated
        // end of example
        return price;
    }

    private static Order write(Guards guards, Orders client, String item) throws IOException {
        // example
        Guard orders = guards.guard(
                "orders",
                g -> g.attemptTimeout(ofSeconds(5))
                        .retry(Retry.exponential(ofMillis(200)).nonIdempotent()));
        Order order = orders.call(() -> client.place(item)); // repeated only if it never left this process
        // end of example
        return order;
    }

    private static Retry pickier() {
        // example
        Retry retry = Retry.exponential(ofMillis(100))
                .cap(ofSeconds(5))
                .equalJitter()
                .retryOn(IllegalStateException.class) // what the client throws for "not ready yet"
                .retryOnResult(answer -> answer instanceof Price price && price.cents() == 0);
        // end of example
        return retry;
    }

    private static CompletableFuture<Price> later(Guard prices, AsyncPrices client, String item) {
        // example
        CompletableFuture<Price> price = prices.callAsync(() -> client.askFor(item)); // a new stage for each attempt
        // end of example
        return price;
    }

    @Test
    @DisplayName("RT-1 RT-2 RT-3 the examples of the page do what it says")
    void examples_run() throws Exception {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            AtomicInteger asked = new AtomicInteger();
            Prices lost = item -> {
                if (asked.incrementAndGet() < 4) {
                    throw new SocketTimeoutException("no answer");
                }
                return new Price(7);
            };
            assertThat(read(guards, lost, "anchor")).isEqualTo(new Price(7));

            asked.set(0);
            Orders unanswered = item -> {
                asked.incrementAndGet();
                throw new SocketTimeoutException("no answer");
            };
            assertThat(thrownBy(() -> write(guards, unanswered, "anchor"))).hasMessage("no answer");
            assertThat(asked).hasValue(1);
            Orders unreachable = item -> {
                asked.incrementAndGet();
                throw new ConnectException("connection refused");
            };
            assertThat(thrownBy(() -> write(guards, unreachable, "anchor"))).hasMessage("connection refused");
            assertThat(asked).hasValue(4);
            assertThat(pickier().maxAttempts()).isEqualTo(3);
        }
    }

    static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard prices = guards.guard(
                    "prices", g -> g.retry(Retry.exponential(ofMillis(100)).withoutJitter()));
            quotes.add(prices.describe());
            AtomicInteger asked = new AtomicInteger();
            Exception last = thrownBy(() -> prices.run(() -> {
                throw new IOException("connection reset at attempt " + asked.incrementAndGet());
            }));
            StringBuilder thrown = new StringBuilder(last.toString());
            for (Throwable earlier : last.getSuppressed()) {
                thrown.append("\n  suppressed: ").append(earlier);
            }
            quotes.add(thrown.toString());
            quotes.add(overheard.last(Event.RetryScheduled.class) + "\n" + overheard.last(Event.RetryDenied.class));
            quotes.add(overheard.last(Event.CallEnded.class));
            assertThat(overheard.log()).isEmpty();
        }
        return quotes;
    }

    @Test
    @DisplayName("RT-7 the page quotes what a retry says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("retry.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(RetryPageTest.class));
    }

    @Test
    @DisplayName("RT-1 RT-4 every setting is on the page, and naming the defaults of the page changes nothing")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("retry.md");
        assertThat(page.settings()).isEqualTo(Page.settingsOf(Retry.class));
        for (Retry retry : List.of(Retry.exponential(ofMillis(100)), Retry.linear(ofMillis(100)))) {
            assertThat(retry.maxAttempts(page.count("maxAttempts"))
                            .cap(page.span("cap"))
                            .fullJitter()
                            .retryAfterClamp(page.span("retryAfterClamp")))
                    .isEqualTo(retry);
        }
        Retry fixed = Retry.fixed(ofMillis(100));
        assertThat(fixed.withoutJitter()).isEqualTo(fixed);
    }

    @Test
    @DisplayName("RT-6 the asynchronous example of the page: cancelled in its pause there is no further attempt")
    void asyncExample_runs() {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard prices = guards.guard("prices", g -> g.retry(Retry.fixed(ofSeconds(1))));
            AtomicInteger asked = new AtomicInteger();
            CompletableFuture<Price> price = later(
                    prices,
                    item -> {
                        asked.incrementAndGet();
                        return CompletableFuture.failedFuture(new IOException("lost"));
                    },
                    "anchor");
            assertThat(time.pendingTimers()).isEqualTo(1);
            price.cancel(true);
            assertThat(time.pendingTimers()).isZero();
            assertThat(asked).hasValue(1);
            assertThat(later(prices, item -> CompletableFuture.completedFuture(new Price(7)), "anchor")
                            .join())
                    .isEqualTo(new Price(7));
        }
    }
}
