package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.WindowedRatio;
import dev.plimsoll.budget.WindowedRatio.Combination;
import dev.plimsoll.call.Event;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/retry-budget.md: its example, settings and quotes. */
final class RetryBudgetPageTest {

    private static List<Guard> share(Guards guards) {
        // example
        RetryBudget budget = RetryBudget.create(b -> b.ratio(0.05).minimumPerSecond(1));
        Retry retry = Retry.exponential(ofMillis(100));
        Guard search = guards.guard("catalog-search", g -> g.retry(retry).retryBudget(budget));
        Guard prices = guards.guard("catalog-prices", g -> g.retry(retry).retryBudget(budget));
        // end of example
        return List.of(search, prices);
    }

    private static void fail() throws IOException {
        throw new IOException("connection reset");
    }

    @Test
    @DisplayName("RB-1 the guards of the example share one budget")
    void example_runs() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            List<Guard> both = share(guards);
            both.get(0).run(() -> {});
            assertThat(both.get(1).snapshot().budget().orElseThrow().calls()).isEqualTo(1);
        }
    }

    static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            RetryBudget budget = RetryBudget.create(b -> b.minimumPerSecond(1), time);
            Guard prices =
                    guards.guard("prices", g -> g.retry(Retry.immediate()).retryBudget(budget));
            for (Exception thrown : thrownBy(6, () -> prices.run(RetryBudgetPageTest::fail))) {
                assertThat(thrown).hasMessage("connection reset");
            }
            quotes.add(overheard.last(Event.RetryDenied.class) + "\n" + overheard.last(Event.CallEnded.class));
            quotes.add(budget.snapshot() + "\n" + budget);
            assertThat(overheard.log()).isEmpty();
        }
        return quotes;
    }

    @Test
    @DisplayName("RB-1 the page quotes what a budget says, and shows the example that was compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("retry-budget.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(RetryBudgetPageTest.class));
    }

    @Test
    @DisplayName("RB-1 every setting is on the page, and naming the defaults of the page changes nothing")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("retry-budget.md");
        WindowedRatio defaults = WindowedRatio.defaults();
        assertThat(page.settings()).containsAll(settings());
        assertThat(new WindowedRatio(9, 9, ofSeconds(9), Combination.SUM)
                        .ratio(page.number("ratio"))
                        .minimumPerSecond(page.number("minimumPerSecond"))
                        .over(page.span("over"))
                        .combinedAs(Combination.valueOf(page.word("combinedAs"))))
                .isEqualTo(defaults);
    }

    private static List<String> settings() {
        return Page.settingsOf(WindowedRatio.class).stream()
                .filter(name -> !name.equals("defaults"))
                .toList();
    }
}
