package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.console.Browser.Tab;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page in a real browser. Skipped where there is none. */
final class BrowserTest {

    private static @Nullable Browser browser;

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard payments = guards.guard(
            "payments",
            g -> g.attemptTimeout(Duration.ofMillis(500))
                    .circuitBreaker(b -> b.consecutiveFailures(5).openFor(Duration.ofMinutes(30)))
                    .bulkhead(10));

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Browser.installed().isPresent(), "no Chromium on this machine: nobody has looked at the page");
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void close() {
        guards.close();
    }

    private static Browser browser() {
        return Objects.requireNonNull(browser);
    }

    private CircuitBreaker breaker() {
        return Objects.requireNonNull(payments.circuitBreaker());
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> payments.call(() -> {
                        throw new SocketTimeoutException("Read timed out");
                    }))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static String has(String selector, String text) {
        return "document.querySelector('" + selector + "').innerText.includes('" + text + "')";
    }

    @Test
    @DisplayName(
            "A breaker opens, and the page says so within a second: which, since when, why, what is done, when it is tried")
    void opening_isShownWithinASecond() throws IOException {
        try (Console console = Console.start(guards, c -> c.service("checkout"))) {
            Tab tab = browser().open(console.address().toString());
            tab.until(has("#live", "live"));
            Object unused = tab.value("window.seen = new Promise(done => new MutationObserver(() => {"
                    + " if (document.querySelector('#timeline').innerText.includes('CLOSED → OPEN')) done(Date.now()); })"
                    + ".observe(document.querySelector('#timeline'), { childList: true })); true");
            long before = System.currentTimeMillis();
            open();
            long shown = (Long) Objects.requireNonNull(tab.value("window.seen"));
            assertThat(shown - before).isLessThan(1_000);

            tab.until(has("#verdict", "payments is in trouble"));
            assertThat(tab.text("#verdict"))
                    .contains(
                            "OPEN since",
                            "Why: 5 consecutive failures",
                            "Calls are refused at once",
                            "It is tried again in");
            assertThat(tab.text("#cards")).contains("✖ OPEN", "SocketTimeoutException: Read timed out");
        }
    }

    @Test
    @DisplayName("Screenshots, light, dark and at 360 px, are left in target/; nothing is wider than the page")
    void page_inAllItsLooks_isLeftForPeople() throws IOException {
        for (int i = 0; i < 20; i++) {
            Guard other = guards.guard("service-" + i, g -> g.retry(Retry.fixed(Duration.ZERO)));
            assertThat(other.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        }
        try (Console console = Console.start(guards, c -> c.service("checkout"))) {
            Tab tab = browser().open(console.address().toString());
            tab.until(has("#live", "live"));
            open();
            tab.until(has("#verdict", "payments is in trouble"));
            for (int width : new int[] {360, 1280, 3840}) {
                for (boolean dark : new boolean[] {false, true}) {
                    tab.size(width, width == 360 ? 1600 : 1000, dark);
                    assertThat(tab.value("document.documentElement.scrollWidth <= innerWidth"))
                            .isEqualTo(true);
                    tab.screenshot(Path.of(
                            "target", "screenshots", "console-" + width + (dark ? "-dark" : "-light") + ".png"));
                }
            }
        }
    }

    @Test
    @DisplayName("The reason survives a reconnect, and what was missed meanwhile comes")
    void reason_survivesAReconnect() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = browser().open(console.address().toString());
            tab.until(has("#live", "live"));
            open();
            tab.until(has("#timeline", "5 consecutive failures"));
            Object unused = tab.value("page.source.close(); true");
            breaker().reset("the network is back", "ops");
            Object alsoUnused = tab.value("connect(); true");
            tab.until(has("#timeline", "reset by ops: the network is back"));
            assertThat(tab.text("#timeline")).contains("5 consecutive failures");
            assertThat(tab.value("document.querySelectorAll('#timeline li').length"))
                    .isEqualTo(3L);
        }
    }

    @Test
    @DisplayName("When the process dies the page keeps what it has, says so, and marks where the next one begins")
    void process_thatDies_isSaidToBeGone() throws IOException {
        Console first = Console.start(guards, 0);
        int port = first.address().getPort();
        Tab tab = browser().open(first.address().toString());
        tab.until(has("#live", "live"));
        open();
        tab.until(has("#cards", "OPEN"));
        first.close();
        tab.until(has("#live", "does not answer"));
        assertThat(tab.text("#timeline")).contains("5 consecutive failures");
        try (Console second = Console.start(guards, port)) {
            assertThat(second.address().getPort()).isEqualTo(port);
            tab.until(has("#timeline", "A new process begins here"));
            tab.until(has("#live", "live"));
            assertThat(tab.text("#timeline")).contains("5 consecutive failures");
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
            Tab tab = browser().open(console.address().toString());
            tab.until(has("#live", "live"));
            breaker().forceOpen("<img src=x onerror=\"document.title='owned'\">", "me", Duration.ofMinutes(1));
            tab.until(has("#timeline", "<img src=x"));
            tab.until(has("#cards", "<img src=x"));
            assertThat(tab.value("document.querySelectorAll('#timeline img, #cards img, #verdict img').length"))
                    .isEqualTo(0L);
        }
    }
}
