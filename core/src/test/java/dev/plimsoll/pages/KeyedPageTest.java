package dev.plimsoll.pages;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.GuardKeys;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/keyed.md: its example, settings and quote. */
final class KeyedPageTest {

    /** A client of many hosts. */
    private interface Pages {

        String fetch(String host, String path) throws IOException;
    }

    private static String fetched(Guards guards, Pages client, String host, String path) throws IOException {
        // example
        KeyedGuards<String> hosts = guards.keyed(
                "hosts",
                g -> g.attemptTimeout(ofSeconds(1)).circuitBreaker(),
                keys -> keys.maximumSize(200).idleAfter(ofMinutes(5)));
        return hosts.call(host, () -> client.fetch(host, path));
        // end of example
    }

    @Test
    @DisplayName("CB-11 the example of the page gives each key a guard of its own")
    void example_runs() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            assertThat(fetched(guards, (host, path) -> host + path, "a", "/b")).isEqualTo("a/b");
            KeyedGuards<?> hosts = guards.allKeyed().get(0);
            assertThat(hosts.snapshots().get(0).name()).isEqualTo("hosts/a");
            assertThat(Page.of("keyed.md").quotes()).containsExactly(Page.quoted(hosts.describe()));
        }
    }

    @Test
    @DisplayName(
            "CB-11 every setting is on the page, with its default, and the page shows the example that was compiled")
    void settings_areThoseOfThePage() throws Exception {
        Page page = Page.of("keyed.md");
        List<String> named = Page.settingsOf(GuardKeys.class).stream()
                .filter(name -> !name.equals("defaults"))
                .toList();
        assertThat(page.settings()).isEqualTo(named);
        assertThat(page.count("maximumSize")).isEqualTo(GuardKeys.defaults().maximumSize());
        assertThat(page.span("idleAfter")).isEqualTo(GuardKeys.defaults().idleAfter());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(KeyedPageTest.class));
    }
}
