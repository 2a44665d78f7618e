package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guard;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.console.Browser.Tab;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.fallback.Fallback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page in a real browser. */
final class BrowserTest extends InBrowser {

    @Test
    @DisplayName(
            "A breaker opens, and the page says so within a second: which, since when, why, what is done, when it is tried")
    void opening_isShownWithinASecond() throws IOException {
        try (Console console = Console.start(guards, c -> c.service("checkout"))) {
            Tab tab = open(console);
            Object unused = tab.value(
                    "window.was = heard; heard = (kind, data) => { if (kind !== 'overview') was(kind, data); }; true");
            long quickest = millisUntilShown(tab);
            for (int i = 0; i < 2; i++) { // a machine that stands still for a second does not do so three times
                breaker().reset("once more", "ops");
                quickest = Math.min(quickest, millisUntilShown(tab));
            }
            assertThat(quickest)
                    .as("since the event's own time, by the event alone")
                    .isLessThan(1_000);
            unused = tab.value("heard = was; true");

            tab.until(has("#verdict", "payments is in trouble"));
            assertThat(tab.text("#verdict"))
                    .contains("its circuit is open, so checkout refuses calls to it before they are sent.")
                    .containsSubsequence("Since", "Why", "Done about it", "Next try")
                    .contains("5 consecutive failures", "SocketTimeoutException: Read timed out")
                    .contains("refused at once, so that nobody waits")
                    .containsPattern("at .*[0-9:]{8}, in (30|29) min: up to 3 probes; 3 good ones close it");
            assertThat(tab.text("#cards")).contains("✖ OPEN: calls are refused", "5 consecutive failures");
            assertThat(tab.value("document.title")).asString().startsWith("✖ 1 in trouble");
        }
    }

    /** From when a circuit opens until the entry of that is there. */
    private long millisUntilShown(Tab tab) {
        Object unused = tab.value("window.seen = new Promise(done => new MutationObserver(changes => {"
                + " const entry = changes.flatMap(each => [...each.addedNodes])"
                + ".find(each => each.innerText.includes('CLOSED → OPEN'));"
                + " if (entry) done(Date.now() - Date.parse(entry.querySelector('time').dateTime)); })"
                + ".observe(document.querySelector('#timeline'), { childList: true })); true");
        fail();
        return (Long) Objects.requireNonNull(tab.value("window.seen"));
    }

    @Test
    @DisplayName(
            "What the page cannot show, as of a newer process, does not leave what was before looking like the present")
    void overview_thatCannotBeShown_isSaid() throws IOException {
        try (Console console = Console.start(guards, c -> c.service("checkout"))) {
            Tab tab = open(console);
            tab.until(has("#verdict", "No circuit is open"));
            String nameless = "(() => { try { heard('overview', { ...page.overview, dependencies: [{ name: 'x' }] }); }"
                    + " catch (error) { return $('verdict').innerText + ' ' + $('live').innerText; } })()";
            assertThat(tab.value(nameless))
                    .asString()
                    .startsWith("This page cannot show what checkout says (TypeError: ")
                    .endsWith("not shown");
            tab.until(has("#verdict", "No circuit is open")); // what it understands again it shows
            tab.until(has("#live", "live"));
            String asleep = "(() => { const state = { state: 'ASLEEP', since: 0, reason: 'because' };"
                    + " const one = { ...page.overview.dependencies[0], circuit: state };"
                    + " heard('overview', { ...page.overview, dependencies: [one] }); return $('cards').innerText; })()";
            assertThat(tab.value(asleep)).asString().contains("▲ ASLEEP: this page does not know it");
        }
    }

    @Test
    @DisplayName("What an operator holds is said with who, why and until when, and that nobody is to blame but him")
    void operator_whoHoldsACircuit_isNamed() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = open(console);
            breaker().forceOpen("they move house", "ops", Duration.ofMinutes(10));
            tab.until(has("#verdict", "payments is shut off: forced open by ops until "));
            assertThat(tab.text("#verdict"))
                    .contains("ops: they move house", "Ends")
                    .containsPattern("[0-9:]{8}, in (10 min|9 min [0-9]+ s); then it is closed");
            breaker().disable("we know better", "anna");
            tab.until(has("#cards", "Somebody has to reset it"));
            assertThat(tab.text("#verdict")).contains("disabled by anna until somebody resets it");
        }
    }

    @Test
    @DisplayName(
            "DG-2 DR-1 at the top is how the service itself does, live: its level and what users are told, and a drain; and"
                    + " no dependency is blamed for it")
    void serviceItself_isAtTheTop() throws IOException {
        Degradation shop = Degradation.create(
                "shop", d -> d.at(Level.NORMAL, "ml_search").notice("ml_search", "Search is temporarily simplified"));
        Drain drain = Drain.create("checkout");
        try (Console console = Console.start(guards, 0).watch(shop).watch(drain)) {
            Tab tab = open(console);
            assertThat(tab.value("document.querySelector('#banners').hidden")).isEqualTo(true);
            shop.report(new DependencyHealth("search", false, Duration.ofMillis(50), 0));
            tab.until(has("#banners", "shop is DEGRADED: some of it is switched off"));
            assertThat(tab.text("#banners"))
                    .containsSubsequence(
                            "Since",
                            "Why",
                            "1 of 1 reported dependencies unhealthy (search)",
                            "Done about it",
                            "Goes back")
                    .contains("Users are told: Search is temporarily simplified");
            tab.until(has("#timeline", "NORMAL → DEGRADED"));
            assertThat(tab.text("#verdict")).doesNotContain("All is well");
            assertThat(tab.value("document.title")).asString().startsWith("✖ 1 in trouble");
            shop.hold(Level.NORMAL, "they are well", "anna");
            tab.until("document.querySelector('#banners').hidden");

            try (Unit order = drain.enter("POST /orders")) {
                assertThat(order.label()).isEqualTo("POST /orders");
                drain.start();
                tab.until(has("#calm", "checkout is going down: it takes no new work"));
                assertThat(tab.text("#calm"))
                        .contains("1 unit of work that is under way goes on", "Cut off")
                        .containsPattern("At .*[0-9:]{8}, in [23][0-9] s");
            }
            tab.until(has("#calm", "checkout is down, in order"));
            assertThat(tab.text("#calm"))
                    .containsPattern("Off this page\\s+At .*[0-9:]{8}, in (10 min|9 min [0-9]+ s)");
            tab.until(has("#timeline", "checkout is down. The one unit of work"));
        }
    }

    /** The page gets nothing until it connects again: to load it may take longer than calls are remembered. */
    private static final String NOT_YET =
            "window.Source = EventSource; window.EventSource = class { addEventListener() {} close() {} };";

    @Test
    @DisplayName("Who opens the page later sees how calls ended before, and since when it is known how long they take")
    void page_thatIsOpenedLater_saysSinceWhen() throws IOException {
        Fallback<Integer> zero = Fallback.<Integer>onRefusedOrFailed().orElse(0);
        try (Console console = Console.start(guards, 0)) {
            Tab tab = browser().open(console.address().toString(), NOT_YET);
            tab.until("typeof connect === 'function' && document.readyState === 'complete'");
            for (int i = 0; i < 3; i++) {
                assertThat(payments.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
            }
            Object unused = tab.value("window.EventSource = window.Source; connect(); true");
            tab.until(has("#cards", "3 answered") + " && " + has("#cards", "latencies since ") + " && "
                    + has("#users", "latencies since "));
            int answer = payments.call(
                    () -> {
                        throw new IOException("reset");
                    },
                    zero);
            assertThat(answer).isZero();
            tab.until(has("#users", "1 of 1 calls; 100 % of these by a fallback"));
        }
    }

    @Test
    @DisplayName(
            "What is focused stays focused, and cards are neither made anew nor moved while somebody is among them")
    void cards_areKept() throws IOException {
        for (int i = 0; i < 5; i++) {
            Guard other = guards.guard("a-service-" + i, g -> g.bulkhead(3));
            assertThat(other.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        }
        try (Console console = Console.start(guards, 0)) {
            Tab tab = open(console);
            tab.until("document.querySelectorAll('#cards li').length === 6");
            Object unused =
                    tab.value("window.kept = document.querySelector('#cards a'); kept.focus(); window.moved = 0;"
                            + " new MutationObserver(all => { moved += all.length; })"
                            + ".observe(document.querySelector('#cards'), { childList: true }); true");
            fail();
            tab.until(has("#cards", "✖ OPEN"));
            assertThat(tab.value("document.activeElement === kept && kept.isConnected && moved === 0"))
                    .isEqualTo(true);
            unused = tab.value("kept.blur(); true");
            tab.until("document.querySelector('#cards a').innerText === 'payments'"); // the most harmful comes first
        }
    }

    @Test
    @DisplayName("A hundred dependencies are drawn within a frame or a few")
    void hundredDependencies_areCheap() throws IOException {
        for (int i = 0; i < 100; i++) {
            Guard other = guards.guard("service-" + i, g -> g.circuitBreaker().bulkhead(3));
            for (int call = 0; call <= i; call++) {
                assertThat(other.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
            }
        }
        try (Console console = Console.start(guards, 0)) {
            Tab tab = open(console);
            tab.until("document.querySelectorAll('#cards li').length === 101");
            double before = tab.busyMillis();
            Object unused = tab.value(
                    "heard = () => {}; for (let i = 0; i < 20; i++) { for (const one of page.overview.dependencies) {"
                            + " one.ends.ANSWERED += 1; one.good = [...one.good, i]; one.bad = [...one.bad, i]; one.refused = [...one.refused, i]; } draw(); } true");
            double millis = (tab.busyMillis() - before) / 20;
            System.out.println("a page of 101 dependencies is drawn in " + millis + " ms");
            assertThat(millis).isPositive().isLessThan(100);
        }
    }

    @Test
    @DisplayName("Of more dependencies than a page gets it says how many it shows; its filter finds the others as well")
    void dependencies_thatAreTooMany_areFoundByTheFilter() throws IOException {
        for (int i = 0; i < 340; i++) {
            guards.guard("a-service-" + i, g -> g.circuitBreaker());
        }
        guards.guard("z-needle", g -> g.circuitBreaker());
        try (Console console = Console.start(guards, 0)) {
            Tab tab = open(console);
            tab.until("document.querySelectorAll('#cards li').length === 300");
            assertThat(tab.text("#shown"))
                    .isEqualTo("300 of 342 shown, the most harmful first; the filter finds the others");
            filter(tab, "z-Need");
            tab.until(has("#cards", "z-needle"));
            tab.until(has("#shown", "1 of 342 shown"));
            assertThat(guards.get("z-needle").<Integer, RuntimeException>call(() -> 7))
                    .isEqualTo(7);
            tab.until(has("#cards", "1 answered")); // it is asked for again and again
            Object unused = tab.value("location.hash = '#/d/z-needle'; true");
            tab.until(has("#detail", "z-needle"));
            unused = tab.value("document.querySelector('#detail').close(); true");
            filter(tab, "a-service");
            tab.until(has("#shown", "300 of 340 that match shown, the most harmful first"));
            filter(tab, "");
            tab.until("!" + has("#cards", "z-needle"));
        }
    }

    private static void filter(Tab tab, String text) {
        Object unused = tab.value("document.querySelector('#filter').value = '" + text
                + "'; document.querySelector('#filter').dispatchEvent(new Event('input')); true");
    }

    @Test
    @DisplayName("The reason survives a reconnect, and what was missed meanwhile comes")
    void reason_survivesAReconnect() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = open(console);
            fail();
            tab.until(has("#timeline", "5 consecutive failures"));
            Object unused = tab.value("link.source.close(); true");
            breaker().reset("the network is back", "ops");
            unused = tab.value("connect(); true");
            tab.until(has("#timeline", "reset by ops: the network is back"));
            assertThat(tab.text("#timeline")).contains("5 consecutive failures");
            assertThat(tab.value("document.querySelectorAll('#timeline li[data-kind=CIRCUIT]').length"))
                    .isEqualTo(2L);
        }
    }

    @Test
    @DisplayName("When the process dies the page keeps what it has, says so, and marks where the next one begins")
    void process_thatDies_isSaidToBeGone() throws IOException {
        Console first = Console.start(guards, 0);
        int port = first.address().getPort();
        Tab tab = open(first);
        fail();
        tab.until(has("#cards", "OPEN"));
        first.close();
        tab.until(has("#live", "does not answer"));
        tab.until(has("#verdict", "Nothing is heard of this process since "));
        assertThat(tab.value("document.title")).asString().startsWith("✖ does not answer");
        assertThat(tab.text("#timeline")).contains("5 consecutive failures");
        try (Console second = Console.start(guards, port)) {
            assertThat(second.address().getPort()).isEqualTo(port);
            tab.until(has("#timeline", "A new process begins here"));
            tab.until(has("#live", "live"));
            tab.until(has("#verdict", "payments is in trouble"));
            assertThat(tab.text("#timeline")).contains("5 consecutive failures");
        }
    }

    @Test
    @DisplayName(
            "From near, what the circuit breaker says of itself has its times by the clock of the page, as all else")
    void explanation_hasTimesOfThePage() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = browser().open(console.address() + "#/d/payments");
            fail();
            tab.until("page.overview !== null && document.querySelector('#detail-now').innerText.includes("
                    + "'payments: OPEN since ' + clock(page.overview.dependencies[0].circuit.since) + ' (')");
            assertThat(tab.text("#detail-now")).doesNotContainPattern("[0-9]T[0-9]");
        }
    }

    @Test
    @DisplayName("Forcing open on the page works, with a reason and an end, and ends")
    void forcingOpen_onThePage_worksAndEnds() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = browser().open(console.address() + "#/d/payments");
            tab.until("document.querySelector('.steer') !== null");
            Object unused =
                    tab.value("{ const form = document.querySelector('.steer'); form.reason.value = 'they move house';"
                            + " form.who.value = 'ops'; form.ttlSeconds.value = '1';"
                            + " form.querySelector('[value=force-open]').click(); true }");
            tab.until(has("#timeline", "CLOSED → FORCED OPEN"));
            assertThat(tab.text("#timeline")).contains("force open, for 1 s", "ops (from 127.0.0.1): they move house");
            tab.until(has("#timeline", "FORCED OPEN → CLOSED"));
            assertThat(breaker().state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    @DisplayName(
            "A page of another origin cannot see and cannot steer, by its own name nor by a name made to resolve here")
    void otherPages_cannotSteer() throws IOException {
        HttpServer evil = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] lure = "<!doctype html><title>lure</title>".getBytes(StandardCharsets.UTF_8);
        evil.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, lure.length);
            exchange.getResponseBody().write(lure);
            exchange.close();
        });
        evil.start();
        try (Console console = Console.start(guards, 0)) {
            int port = console.address().getPort();
            Tab tab = browser().open("http://evil.example:" + evil.getAddress().getPort() + "/");
            tab.until("document.title === 'lure'");
            String order = "JSON.stringify({reason: 'evil', who: 'e', ttlSeconds: 60})";
            for (String host : new String[] {"127.0.0.1", "evil.example"}) {
                String path = "'http://" + host + ":" + port + "/api/dependencies/payments/force-open'";
                for (String kind : new String[] {"application/json", "text/plain"}) {
                    for (String mode : new String[] {"cors", "no-cors"}) {
                        Object unused = tab.value("fetch(" + path + ", {method: 'POST', mode: '" + mode
                                + "', headers: {'Content-Type': '" + kind + "'}, body: " + order
                                + "}).then(answer => answer.status, failed => 'refused')");
                    }
                }
            }
            Object read = tab.value("fetch('http://127.0.0.1:" + port
                    + "/api/dependencies/payments').then(answer => answer.text(), failed => 'refused')");
            assertThat(read).isEqualTo("refused");
            assertThat(breaker().state()).isEqualTo(BreakerState.CLOSED);
            Tab ours = browser().open("http://evil.example:" + port + "/");
            ours.until("document.body.innerText.includes('Not meant for this console')");
        } finally {
            evil.stop(0);
        }
    }

    @Test
    @DisplayName("What a dependency says cannot become part of the page")
    void texts_areShownAsTexts() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = open(console);
            breaker().forceOpen("<img src=x onerror=\"document.title='owned'\">", "me", Duration.ofMinutes(1));
            tab.until(has("#timeline", "<img src=x"));
            tab.until(has("#cards", "<img src=x"));
            assertThat(tab.value("document.querySelectorAll('#timeline img, #cards img, #verdict img').length"))
                    .isEqualTo(0L);
        }
    }
}
