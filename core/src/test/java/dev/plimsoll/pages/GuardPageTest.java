package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.message;
import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.GuardsBuilder;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/guard.md: its examples, settings and quotes. */
final class GuardPageTest {

    private record Made(Guards guards, Guard prices, Guard stock) {}

    private static Made made() {
        // example
        Guards guards = Guards.create(); // one for the application
        UnaryOperator<GuardBuilder> usual = g -> g.attemptTimeout(ofSeconds(1)).circuitBreaker();
        Guard prices = guards.guard("prices", usual);
        Guard stock = guards.guard("stock", g -> usual.apply(g).bulkhead(10)); // the same, and a bulkhead
        // end of example
        return new Made(guards, prices, stock);
    }

    private static List<Price> called(Guard prices, Prices client, String item) throws IOException {
        // example
        Price price = prices.call(() -> client.priceOf(item)); // throws what the work throws
        Price known = prices.call(() -> client.priceOf(item), refused -> Price.list(item)); // when it is refused
        // end of example
        return List.of(price, known);
    }

    @Test
    @DisplayName("CA-1 CA-4 the examples of the page do what it says")
    void examples_run() throws Exception {
        Made made = made();
        try (Guards guards = made.guards()) {
            assertThat(guards.all()).containsExactly(made.prices(), made.stock());
            assertThat(called(made.prices(), item -> new Price(7), "anchor"))
                    .containsExactly(new Price(7), new Price(7));
            assertThat(made.stock().describe()).contains("circuit breaker", "bulkhead of 10");
            assertThat(guards.get("stock")).isSameAs(made.stock());
            assertThat(guards.find("other")).isEmpty();
            Objects.requireNonNull(made.prices().circuitBreaker()).forceOpen("it is to refuse", "this test");
            assertThat(made.prices().call(() -> new Price(7), refused -> Price.list("anchor")))
                    .isEqualTo(new Price(600));
        }
    }

    @Test
    @DisplayName("CA-4 a set-up with a lambda that captures something is another one each time, as the page warns")
    void lambda_thatCaptures_isAnotherSetUpEachTime() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            List<Object> late = new ArrayList<>();
            UnaryOperator<GuardBuilder> setUp =
                    g -> g.attemptTimeout(ofSeconds(1)).onLateResult(value -> late.add(String.valueOf(value)));
            guards.guard("prices", setUp);
            assertThatThrownBy(() -> guards.guard("prices", setUp))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("onLateResult must be as the guard has it already");
        }
    }

    static List<String> quotes() {
        List<String> quotes = new ArrayList<>();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            UnaryOperator<GuardBuilder> setUp = g -> g.attemptTimeout(ofSeconds(1));
            Guard prices = guards.guard("prices", setUp);
            assertThat(guards.guard("prices", setUp)).isSameAs(prices);
            quotes.add(message(thrownBy(
                    () -> guards.guard("prices", g -> setUp.apply(g).totalTimeout(ofSeconds(3))))));
            quotes.add(Page.quoted(
                    guards.guard("stock", g -> g.circuitBreaker()).warnings().get(0)));
        }
        return quotes;
    }

    @Test
    @DisplayName("CA-4 the page quotes what guards say, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("guard.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(GuardPageTest.class));
    }

    @Test
    @DisplayName("Every setting of a guard, and of all guards, is on the page")
    void settings_areThoseOfThePage() throws Exception {
        assertThat(Page.of("guard.md").settings())
                .containsAll(Page.settingsOf(GuardBuilder.class))
                .containsAll(Page.settingsOf(GuardsBuilder.class));
    }
}
