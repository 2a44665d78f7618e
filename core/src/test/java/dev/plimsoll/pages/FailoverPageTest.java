package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.message;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Event;
import dev.plimsoll.failover.Failover;
import dev.plimsoll.failover.FailoverBuilder;
import dev.plimsoll.failover.NoMajorityException;
import dev.plimsoll.failover.Replicas;
import dev.plimsoll.failover.ReplicasConfig;
import dev.plimsoll.failover.TargetAnswer;
import dev.plimsoll.failover.VoteAnswer;
import dev.plimsoll.failover.Voting;
import dev.plimsoll.failover.VotingConfig;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/failover.md: its examples, settings and quotes. */
final class FailoverPageTest {

    private record Site(Guard guard, Prices client) {}

    private static Failover<Site> sites(Guard eastGuard, Prices east, Guard westGuard, Prices west) {
        // example
        Failover<Site> sites = Failover.create(
                "sites", f -> f.primary("east", new Site(eastGuard, east)).backup("west", new Site(westGuard, west)));
        // end of example
        return sites;
    }

    private static TargetAnswer<Price> ask(Failover<Site> sites, String item) throws IOException {
        // example
        TargetAnswer<Price> answer =
                sites.answer(site -> site.guard().call(() -> site.client().priceOf(item)));
        // end of example
        return answer;
    }

    private static Replicas<Prices> shops(Prices a, Prices b, Prices c) {
        // example
        Replicas<Prices> shops = Replicas.create(
                "shops",
                Map.of("a", a, "b", b, "c", c),
                r -> r.consecutiveFailures(3).blameAfter(ofMillis(500)));
        // end of example
        return shops;
    }

    private static Price ask(Guard prices, Replicas<Prices> shops, String item) throws IOException {
        // example
        Price price = prices.call(shops.work(shop -> shop.priceOf(item)));
        // end of example
        return price;
    }

    private static Voting<Prices, Price> votes(Replicas<Prices> shops) {
        // example
        Voting<Prices, Price> votes =
                Voting.create("votes", shops, v -> v.ask(3).agreeing((one, other) -> one.cents() == other.cents()));
        // end of example
        return votes;
    }

    private static VoteAnswer<Price> ask(Voting<Prices, Price> votes, String item) {
        // example
        VoteAnswer<Price> answer = votes.answer(shop -> shop.priceOf(item));
        // end of example
        return answer;
    }

    private static Prices down(String name) {
        return item -> {
            throw new IOException(name + " is down");
        };
    }

    @Test
    @DisplayName("FO-1 FO-2 the examples of the page do what it says")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard eastGuard = guards.guard("east", g -> g.circuitBreaker());
            Guard westGuard = guards.guard("west", g -> g.circuitBreaker());
            Failover<Site> sites = sites(eastGuard, down("east"), westGuard, Price::list);
            assertThat(ask(sites, "anchor")).isEqualTo(new TargetAnswer<>(new Price(600), "west", 2));
            Guard prices =
                    guards.guard("prices", g -> g.retry(Retry.fixed(ofMillis(1)).maxAttempts(3)));
            Replicas<Prices> shops = shops(down("a"), Price::list, down("c"));
            for (int i = 0; i < 10; i++) {
                assertThat(ask(prices, shops, "anchor")).isEqualTo(new Price(600));
            }
            if (Runtime.version().feature() >= 21) {
                Voting<Prices, Price> votes = votes(shops(item -> new Price(1), Price::list, Price::list));
                assertThat(ask(votes, "anchor").value()).isEqualTo(new Price(600));
            }
        }
    }

    private static Replicas<Prices> inVirtualTime(Prices a, Prices b, Prices c) {
        Map<String, Prices> clients = new TreeMap<>(Map.of("a", a, "b", b, "c", c));
        return Replicas.create("shops", clients, r -> r.consecutiveFailures(3), VirtualTime.create(3));
    }

    private static Voting<Prices, Price> here(Replicas<Prices> shops) {
        return Voting.create("votes", shops, v -> v.executor(Runnable::run));
    }

    private static String failedOver() throws IOException {
        List<Event> told = new ArrayList<>();
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard eastGuard = guards.guard("east", g -> g.circuitBreaker());
            Guard westGuard = guards.guard("west", g -> g.circuitBreaker());
            Failover<Site> sites = sites(eastGuard, down("east"), westGuard, Price::list);
            sites.observe(told::add);
            TargetAnswer<Price> unused = ask(sites, "anchor");
        }
        return Page.quoted(told.get(0));
    }

    private static String ejected() {
        List<Event> told = new ArrayList<>();
        Replicas<Prices> shops = inVirtualTime(down("a"), Price::list, Price::list);
        shops.observe(told::add);
        while (told.isEmpty()) {
            try {
                Price unused = shops.call(shop -> shop.priceOf("anchor"));
            } catch (IOException ofA) {
                assertThat(ofA).hasMessage("a is down");
            }
        }
        return Page.quoted(told.get(0));
    }

    /** The voters are asked in an order drawn by chance: again, until it is that of the page. */
    private static String voted(Prices a, Prices b, Prices c, String start) {
        while (true) {
            List<Event> told = new ArrayList<>();
            Voting<Prices, Price> votes = here(inVirtualTime(a, b, c));
            votes.observe(told::add);
            String text = null;
            for (int i = 0; i < 200; i++) {
                told.clear();
                try {
                    VoteAnswer<Price> unused = ask(votes, "anchor");
                    text = told.get(0).toString();
                } catch (NoMajorityException none) {
                    text = message(none);
                }
                if (text.contains(start)) {
                    return text;
                }
            }
            throw new AssertionError("never so: " + text);
        }
    }

    private static List<String> quotes() throws IOException {
        String vote = voted(item -> new Price(1), Price::list, Price::list, "votes=[a: Price[cents=1], b:");
        String none = voted(
                item -> new Price(1),
                item -> new Price(2),
                down("c"),
                "agree; a: Price[cents=1]; b: Price[cents=2]; c:");
        return List.of(failedOver(), ejected(), Page.quoted(vote), none.replace("; c:", ";\n  c:"));
    }

    @Test
    @DisplayName("FO-1 FO-2 the page quotes what it says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("failover.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(FailoverPageTest.class));
    }

    @Test
    @DisplayName("FO-1 FO-2 every setting is on the page, with its default")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("failover.md");
        TreeSet<String> settings = new TreeSet<>(Page.settingsOf(FailoverBuilder.class));
        settings.addAll(Page.settingsOf(ReplicasConfig.class));
        settings.addAll(Page.settingsOf(VotingConfig.class));
        assertThat(page.settings()).isEqualTo(new ArrayList<>(settings));
        String defaults = ReplicasConfig.DEFAULTS.toString();
        assertThat(defaults)
                .contains("consecutiveFailures=" + page.count("consecutiveFailures"))
                .contains("successRate.deviationsBelow=" + page.number("successRate"))
                .contains("successRate.calls=" + page.count("successRate", 1))
                .contains("successRate.replicas=" + page.count("successRate", 2))
                .contains("interval=" + page.span("interval"))
                .contains("ejectFor.base=" + page.span("ejectFor"))
                .contains("ejectFor.longest=" + ofMinutes(5))
                .contains("mostEjected=" + page.number("mostEjected"))
                .contains("slowStart.span=" + page.span("slowStart"))
                .contains("slowStart.floor=0.1")
                .contains("latencyDecay=" + page.span("latencyDecay"))
                .contains("blameAfter=" + page.span("blameAfter"));
        assertThat(page.count("ask")).isEqualTo(3);
    }
}
