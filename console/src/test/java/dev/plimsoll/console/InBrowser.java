package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.console.Browser.Tab;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** A Chromium for the tests of a class, and a guard to look at. Where there is none, each test says that it was skipped. */
@Tag("page")
abstract class InBrowser {

    private static @Nullable Browser browser;

    final Guards guards = Guards.create(g -> g.logging(false));
    final Guard payments = guards.guard(
            "payments",
            g -> g.attemptTimeout(Duration.ofSeconds(30))
                    .circuitBreaker(b -> b.consecutiveFailures(5).openFor(Duration.ofMinutes(30)))
                    .bulkhead(10));

    @BeforeAll
    static void start() throws IOException {
        if (Browser.installed().isPresent()) {
            browser = Browser.start();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @BeforeEach
    void needsBrowser() {
        assumeTrue(
                browser != null,
                "there is no Chromium on the path, so nobody looked at the page: apt-get install chromium");
    }

    @AfterEach
    void close() {
        guards.close();
        if (browser != null) {
            browser.closeTabs();
            assertThat(browser.thrown()).isEmpty();
        }
    }

    static Browser browser() {
        return Objects.requireNonNull(browser);
    }

    static Tab open(Console console) {
        Tab tab = browser().open(console.address().toString());
        tab.until(has("#live", "live"));
        return tab;
    }

    final CircuitBreaker breaker() {
        return Objects.requireNonNull(payments.circuitBreaker());
    }

    /** So many failures as open the circuit. */
    final void fail() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> payments.call(() -> {
                        throw new SocketTimeoutException("Read timed out");
                    }))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Whether it is to be read there, with plain spaces. */
    static String has(String selector, String text) {
        return "document.querySelector('" + selector + "').innerText.replaceAll('\\u00a0', ' ').includes('" + text
                + "')";
    }
}
