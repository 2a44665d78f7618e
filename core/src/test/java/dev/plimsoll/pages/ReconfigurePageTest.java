package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Event;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/reconfigure.md: its example and quote. */
final class ReconfigurePageTest {

    private static void changed(Guard prices, Bulkhead database) {
        // example
        prices.reconfigure(g -> g.attemptTimeout(ofSeconds(2)) // all that the guard is to be, as when it was made
                .retry(Retry.exponential(ofMillis(100)))
                .bulkhead(20));
        database.reconfigure(b -> b.maxConcurrent(30).maxWaiting(5)); // one that guards share, by itself
        // end of example
    }

    @Test
    @DisplayName("CB-12 the example of a change in use does what the page says")
    void example_runs() {
        List<Event> events = new ArrayList<>();
        try (Guards guards = Guards.create(g -> g.logging(false).observer(events::add))) {
            Guard prices =
                    guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)).bulkhead(10));
            Bulkhead database = Bulkhead.create("database", 20);
            changed(prices, database);

            assertThat(prices.describe()).contains("retry", "bulkhead of 20", "attempt timeout 2000 ms");
            assertThat(database.snapshot().maxConcurrent()).isEqualTo(30);
            assertThat(database.snapshot().maxWaiting()).isEqualTo(5);
            assertThat(events).hasSize(1);
            assertThat(events.get(0).toString())
                    .startsWith("Reconfigured[dependency=prices, changes=[attemptTimeout: PT1S -> PT2S, ");
        }
    }

    private static String told() {
        VirtualTime time = VirtualTime.create();
        try (Overheard overheard = Overheard.listening();
                Guards guards = Guards.create(g -> g.time(time).observer(overheard))) {
            Guard prices = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(1)));
            prices.reconfigure(g -> g.attemptTimeout(ofSeconds(2)));
            prices.reconfigure(g -> g.attemptTimeout(ofSeconds(2)));
            overheard.awaitLines(1);
            return overheard.last(Event.Reconfigured.class);
        }
    }

    @Test
    @DisplayName("CB-12 the page quotes what is told of a change, and shows the example that was compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("reconfigure.md");
        assertThat(page.quotes()).containsExactly(told());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(ReconfigurePageTest.class));
    }
}
