package dev.plimsoll.pages;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.limit.Aimd;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.limit.Elasticity;
import dev.plimsoll.limit.Gradient2;
import dev.plimsoll.limit.Vegas;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.pages.Shop.Prices;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/concurrency-limits.md: its examples, settings and quotes. */
final class ConcurrencyLimitPageTest {

    private static Guard guarded(Guards guards) {
        // example
        Guard payments =
                guards.guard("payments", g -> g.attemptTimeout(ofSeconds(1)).concurrencyLimit(l -> l.within(2, 200)));
        // end of example
        return payments;
    }

    private static ConcurrencyLimit made() {
        // example
        ConcurrencyLimit limit = ConcurrencyLimit.create(
                "prices", l -> l.adaptive().within(1, 1000).initial(20));
        // end of example
        return limit;
    }

    private static Price byHand(ConcurrencyLimit limit, Prices client, String item) throws IOException {
        // example
        try (Permit permit = limit.tryEnter()) {
            if (permit == null) {
                return Price.list(item); // as many calls are under way as the dependency can use
            }
            try {
                Price price = client.priceOf(item);
                permit.succeeded();
                return price;
            } catch (IOException e) {
                permit.failed(e); // a timeout counts as dropped
                throw e;
            }
        }
        // end of example
    }

    private static void shared(ConcurrencyLimit limit) {
        // example
        limit.reconfigure(
                l -> l.adaptive(a -> a.sharedBy(4)).within(2, 200)); // four instances of us call this dependency
        // end of example
    }

    @Test
    @DisplayName("CL-1 the examples of the page do what it says")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard payments = guarded(guards);
            assertThat(payments.get(() -> "paid")).isEqualTo("paid");
            assertThat(payments.snapshot().concurrencyLimit().orElseThrow().limit())
                    .isEqualTo(20);
        }
        ConcurrencyLimit limit = made();
        assertThat(byHand(limit, item -> new Price(7), "anchor")).isEqualTo(new Price(7));
        SocketTimeoutException late = new SocketTimeoutException();
        assertThat(Shop.thrownBy(() -> byHand(
                        limit,
                        item -> {
                            throw late;
                        },
                        "anchor")))
                .isSameAs(late);
        assertThat(limit.snapshot().dropped()).isEqualTo(1);
        assertThat(limit.snapshot().inFlight()).isZero();
        List<Permit> all = new ArrayList<>();
        for (Permit permit = limit.tryEnter(); permit != null; permit = limit.tryEnter()) {
            all.add(permit);
        }
        assertThat(all).hasSize(20);
        assertThat(byHand(limit, item -> new Price(7), "anchor")).isEqualTo(Price.list("anchor"));
        shared(limit);
        assertThat(limit.config().max()).isEqualTo(200);
    }

    static List<String> quotes() {
        ConcurrencyLimit limit = ConcurrencyLimit.create("prices", l -> l.initial(8), VirtualTime.create());
        Admission.Leave leave = (Admission.Leave) limit.enter();
        long now = 0;
        for (int i = 0; i < 8; i++) {
            now += 100_000_000;
            limit.settle(leave, Judgement.SUCCESS, now, 12_000_000, null);
            leave = (Admission.Leave) limit.enter();
        }
        for (int i = 1; i < 8; i++) {
            assertThat(limit.enter()).isSameAs(leave);
        }
        Rejection refusal = (Rejection) limit.enter();
        return List.of(Shop.message(refusal.exception(false)), Page.quoted(limit.snapshot()));
    }

    @Test
    @DisplayName("CL-1 the page quotes what a limit says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("concurrency-limits.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(ConcurrencyLimitPageTest.class));
    }

    @Test
    @DisplayName("CL-1 every setting is on the page, and naming the defaults of the page changes nothing")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("concurrency-limits.md");
        assertThat(page.settings())
                .isEqualTo(Stream.of(
                                ConcurrencyLimitConfig.Builder.class,
                                Aimd.class,
                                Vegas.class,
                                Gradient2.class,
                                Elasticity.class)
                        .flatMap(each -> Page.settingsOf(each).stream())
                        .filter(name -> !List.of("next", "startingAt").contains(name))
                        .distinct()
                        .sorted()
                        .toList());
        ConcurrencyLimitConfig named = ConcurrencyLimitConfig.builder()
                .within(page.count("within", 0), page.count("within", 1))
                .initial(page.count("initial"))
                .adaptive(a -> a.aim(page.number("aim"))
                        .toleratedDrops(page.number("toleratedDrops"))
                        .sharedBy(page.count("sharedBy")))
                .build();
        assertThat(named).isEqualTo(ConcurrencyLimitConfig.builder().build());
        assertThat(ConcurrencyLimitConfig.builder()
                        .aimd(a -> a.backoff(page.number("backoff")).slow(page.span("slow")))
                        .build())
                .isEqualTo(ConcurrencyLimitConfig.builder().aimd().build());
        assertThat(ConcurrencyLimitConfig.builder()
                        .vegas(v ->
                                v.probeMultiplier(page.count("probeMultiplier")).smoothing(1))
                        .build())
                .isEqualTo(ConcurrencyLimitConfig.builder().vegas().build());
        assertThat(ConcurrencyLimitConfig.builder()
                        .gradient2(g -> g.tolerance(page.number("tolerance"))
                                .queueSize(page.count("queueSize"))
                                .longWindow(page.count("longWindow"))
                                .smoothing(0.2))
                        .build())
                .isEqualTo(ConcurrencyLimitConfig.builder().gradient2().build());
    }
}
