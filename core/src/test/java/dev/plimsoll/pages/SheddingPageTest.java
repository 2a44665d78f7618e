package dev.plimsoll.pages;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.pages.Shop.Order;
import dev.plimsoll.pages.Shop.Orders;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.shed.Shedding;
import dev.plimsoll.shed.Throttling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/shedding.md: its examples and settings. */
final class SheddingPageTest {

    private static Shedder shedder() {
        // example
        Shedder shedder = Shedder.create("shop", s -> s); // or s.target(…), s.interval(…) and so on
        // end of example
        return shedder;
    }

    @SuppressWarnings("try") // the permit is there to be closed
    private static Order handle(Shedder shedder, Orders orders, String user, long waitedNanos) throws IOException {
        // example
        // around the question, for that is what the shedder goes by
        return Criticality.CRITICAL.call(() -> {
            try (Permit permit = shedder.admit(user)) { // throws SHED when this user has to stand back
                shedder.waited(waitedNanos); // in the queue of the service, before it was begun
                return orders.place("anchor");
            }
        });
        // end of example
    }

    private static Guard guarded(Guards guards) {
        // example
        Guard payments = guards.guard(
                "payments", g -> g.attemptTimeout(ofSeconds(1)).adaptiveThrottle(t -> t.k(2).over(ofSeconds(30))));
        // end of example
        return payments;
    }

    private static AdaptiveThrottle throttle() {
        // example
        AdaptiveThrottle throttle = AdaptiveThrottle.create("prices");
        // end of example
        return throttle;
    }

    private static @Nullable Price ask(AdaptiveThrottle throttle, Prices client) throws IOException {
        // example
        try (Permit permit = throttle.tryEnter()) {
            if (permit == null) {
                return null; // held back
            }
            Price price = client.priceOf("anchor");
            permit.settle(Verdict.SUCCESS); // OVERLOAD when it said that it is full
            return price;
        }
        // end of example
    }

    @Test
    @DisplayName("SH-1 AT-1 the examples of the page do what it says, and are those that were compiled")
    void examples_run() throws Exception {
        Shedder shedder = shedder();
        assertThat(handle(shedder, Order::new, "7", 0)).isEqualTo(new Order("anchor"));
        assertThat(shedder.snapshot().inFlight()).isZero();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard payments = guarded(guards);
            assertThat(payments.get(() -> "paid")).isEqualTo("paid");
            assertThat(payments.snapshot().throttle().orElseThrow().accepts()).isEqualTo(1);
        }
        AdaptiveThrottle throttle = throttle();
        assertThat(ask(throttle, item -> new Price(7))).isEqualTo(new Price(7));
        assertThat(throttle.snapshot().accepts()).isEqualTo(1);
        assertThat(Page.of("shedding.md").examples()).isEqualTo(Page.examplesOf(SheddingPageTest.class));
    }

    @Test
    @DisplayName("SH-1 AT-1 every setting is on the page, with its default")
    void settings_areThoseOfThePage() throws Exception {
        Page page = Page.of("shedding.md");
        List<String> named = new ArrayList<>(Page.settingsOf(Shedding.class));
        named.addAll(Page.settingsOf(Throttling.class));
        named.removeIf(name -> name.equals("defaults"));
        assertThat(page.settings()).containsAll(named);
        assertThat(page.span("target")).isEqualTo(Shedding.defaults().target());
        assertThat(page.span("interval")).isEqualTo(Shedding.defaults().interval());
        assertThat(page.span("period")).isEqualTo(Shedding.defaults().period());
        assertThat(page.span("retryAfter")).isEqualTo(Shedding.defaults().retryAfter());
        assertThat(page.number("k")).isEqualTo(Throttling.defaults().k());
        assertThat(page.span("over")).isEqualTo(Throttling.defaults().over());
        assertThat(page.count("minimumRequests")).isEqualTo(10);
        assertThat(page.number("mostRefused")).isEqualTo(Throttling.defaults().mostRefused());
    }
}
