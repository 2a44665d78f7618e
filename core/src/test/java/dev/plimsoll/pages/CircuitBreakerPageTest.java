package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.refusalOf;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.breaker.TripRule;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.pages.Shop.AsyncPrices;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/circuit-breaker.md: its examples, settings and quotes. */
final class CircuitBreakerPageTest {

    private static Price priceOf(Guards guards, Prices client, String item) throws IOException {
        // example
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .circuitBreaker(b -> b.failureRate(0.5, 20)
                                .slowCallRate(0.8, ofMillis(800), 20)
                                .overLast(ofSeconds(30))
                                .openFor(Backoff.exponential(ofSeconds(5)).cap(ofMinutes(1)))
                                .rampUp(ofSeconds(20))));
        try {
            return prices.call(() -> client.priceOf(item));
        } catch (RejectedException refused) {
            return Price.list(item); // nothing was sent; refused.retryAfter() says when to ask again
        }
        // end of example
    }

    private static boolean deliver(CircuitBreaker mail, Shop.Failing message) {
        // example
        try (Permit permit = mail.tryEnter()) {
            if (permit == null) {
                return false; // the message stays in the queue
            }
            try {
                message.run();
                permit.succeeded();
                return true;
            } catch (Exception e) {
                permit.failed(e);
                return false;
            }
        }
        // end of example
    }

    private static void operate(CircuitBreaker breaker) {
        // example
        breaker.forceOpen("the price list is being rebuilt", "anna", ofMinutes(10));
        breaker.reset("it is back", "anna");
        // end of example
    }

    private static void reconfigure(CircuitBreaker breaker) {
        // example
        breaker.reconfigure(b -> b.failureRate(0.3, 20).overLast(ofSeconds(30)).openFor(ofSeconds(10)));
        // end of example
    }

    private static CompletableFuture<Price> later(Guard prices, AsyncPrices client, String item) {
        // example
        CompletableFuture<Price> price = prices.callAsync(
                () -> client.askFor(item), // counts when its stage completes
                refused -> Price.list(item));
        // end of example
        return price;
    }

    @Test
    @DisplayName("CB-1 CB-9 the examples of the page do what it says")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            assertThat(priceOf(guards, item -> new Price(7), "anchor")).isEqualTo(new Price(7));
            CircuitBreaker prices = Objects.requireNonNull(guards.get("prices").circuitBreaker());
            prices.forceOpen("test", "test");
            assertThat(priceOf(guards, item -> new Price(7), "anchor")).isEqualTo(new Price(600));

            CircuitBreaker mail = CircuitBreaker.create("mail", b -> b.consecutiveFailures(1));
            assertThat(deliver(mail, () -> {})).isTrue();
            assertThat(deliver(mail, () -> {
                        throw new IOException("no route");
                    }))
                    .isFalse();
            assertThat(mail.state()).isEqualTo(BreakerState.OPEN);
            assertThat(deliver(mail, () -> {})).isFalse();
            operate(mail);
            assertThat(mail.state()).isEqualTo(BreakerState.CLOSED);
            reconfigure(mail);
            assertThat(mail.config().rules()).containsExactly(new TripRule.FailureRate(0.3, 20));
        }
    }

    static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard prices =
                    guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)).circuitBreaker());
            CircuitBreaker breaker = Objects.requireNonNull(prices.circuitBreaker());
            quotes.add(Page.quoted(prices.describe()));
            thrownBy(
                    5,
                    () -> prices.run(() -> {
                        throw new ConnectException("connection refused");
                    }));
            time.advance(ofMillis(1_500));
            quotes.add(prices.explain());
            quotes.add(refusalOf(prices));
            quotes.add(overheard.last(CircuitTransition.class));
            time.advance(ofSeconds(30));
            for (int i = 0; i < 3; i++) {
                prices.run(() -> {});
            }
            overheard.awaitLines(3);
            quotes.add(overheard.log());
            breaker.forceOpen("the price list is being rebuilt", "anna", ofMinutes(10));
            quotes.add(prices.explain());
        }
        return quotes;
    }

    @Test
    @DisplayName("CB-9 CB-10 the page quotes what a breaker says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("circuit-breaker.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(CircuitBreakerPageTest.class));
    }

    @Test
    @DisplayName("CB-3 every setting is on the page, and naming the defaults of the page changes nothing")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("circuit-breaker.md");
        assertThat(page.settings()).isEqualTo(Page.settingsOf(CircuitBreakerBuilder.class));
        assertThat(new CircuitBreakerBuilder()
                        .consecutiveFailures(page.count("consecutiveFailures"))
                        .failureRate(page.number("failureRate"), page.count("failureRate", 1))
                        .overLast(page.span("overLast"))
                        .openFor(page.span("openFor"))
                        .retryAfterClamp(page.span("retryAfterClamp"))
                        .overloadTrips(page.isOn("overloadTrips"))
                        .maxConcurrentProbes(page.count("maxConcurrentProbes"))
                        .successesToClose(page.count("successesToClose"))
                        .rampUp(page.span("rampUp"))
                        .build())
                .isEqualTo(new CircuitBreakerBuilder().build());
    }

    @Test
    @DisplayName(
            "CB-8 CB-9 the asynchronous example of the page: judged by its stage, a cancelled probe gives its place back")
    void asyncExample_runs() {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard prices = guards.guard(
                    "prices",
                    g -> g.circuitBreaker(
                            b -> b.consecutiveFailures(1).maxConcurrentProbes(1).successesToClose(1)));
            CircuitBreaker breaker = Objects.requireNonNull(prices.circuitBreaker());
            CompletableFuture<Price> lost = new CompletableFuture<>();
            CompletableFuture<Price> price = later(prices, item -> lost, "anchor");
            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
            lost.completeExceptionally(new ConnectException("refused"));
            assertThat(price).isCompletedExceptionally();
            assertThat(later(prices, item -> lost, "anchor").join()).isEqualTo(Price.list("anchor"));
            time.advance(ofSeconds(30));
            later(prices, item -> new CompletableFuture<>(), "anchor").cancel(true);
            assertThat(later(prices, item -> CompletableFuture.completedFuture(new Price(7)), "anchor")
                            .join())
                    .isEqualTo(new Price(7));
        }
    }
}
