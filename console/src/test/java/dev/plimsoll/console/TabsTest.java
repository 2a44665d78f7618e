package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.console.Browser.Tab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several tabs of one browser. */
final class TabsTest extends InBrowser {

    private static final int TABS = 8; // a browser opens six connections to a host

    /** Nothing is lost, and nothing is there twice: the entries that a tab knows are the first, the second, and so on. */
    private static final String ALL_ONCE =
            "page.stories.map(entry => entry.sequence).sort((a, b) => a - b).every((sequence, i) => sequence === i + 1)"
                    + " && document.querySelectorAll('#timeline li').length === page.stories.length";

    private static List<Tab> leading(List<Tab> tabs) {
        return tabs.stream()
                .filter(tab -> Boolean.TRUE.equals(tab.value("link.leads")))
                .toList();
    }

    @Test
    @DisplayName(
            "Eight tabs share one stream, and when the tab that has it is shut another one goes on where it stopped")
    void tabs_shareOneStream() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            List<Tab> tabs = new ArrayList<>();
            for (int i = 0; i < TABS; i++) {
                tabs.add(open(console));
            }
            fail();
            for (Tab tab : tabs) {
                tab.until(has("#timeline", "CLOSED → OPEN"));
            }
            Rendezvous.await(() -> console.openPages() == 1, "one stream is left");
            List<Tab> leading = leading(tabs);
            assertThat(leading).hasSize(1);
            leading.get(0).close();
            tabs.remove(leading.get(0));
            breaker().reset("the network is back", "ops");
            for (Tab tab : tabs) {
                tab.until(has("#timeline", "the network is back"));
                tab.until(ALL_ONCE);
            }
            assertThat(leading(tabs)).hasSize(1);
            for (Tab tab : tabs) {
                tab.until(has("#live", "live"));
                tab.close();
            }
        }
    }

    @Test
    @DisplayName("A tab that is shown the token lets the others in, too")
    void token_isShownOnceForAllTabs() throws IOException {
        String token = "a token of 24 characters";
        try (Console console = Console.start(guards, c -> c.token(token))) {
            Tab first = browser().open(console.address().toString());
            first.until("document.querySelector('#login').open");
            Tab second = browser().open(console.address().toString());
            second.until("document.querySelector('#login').open");
            Object unused = second.value("document.querySelector('#token').value = '" + token
                    + "'; document.querySelector('#login-form').requestSubmit(); true");
            for (Tab tab : List.of(first, second)) {
                tab.until(has("#live", "live"));
                tab.until("!document.querySelector('#login').open");
            }
            Rendezvous.await(() -> console.openPages() == 1, "one stream is left");
        }
    }

    @Test
    @DisplayName("Where a browser has no locks each tab has a stream of its own")
    void tabs_withoutLocks_haveTheirOwn() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            List<Tab> tabs = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                tabs.add(browser().open(console.address().toString(), "delete Navigator.prototype.locks"));
            }
            fail();
            for (Tab tab : tabs) {
                tab.until(has("#timeline", "CLOSED → OPEN"));
            }
            assertThat(console.openPages()).isEqualTo(2);
        }
    }
}
