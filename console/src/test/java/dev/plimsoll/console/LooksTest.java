package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.console.Browser.Tab;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How the page looks: for people in screenshots, and for those who cannot see it by the rules of axe-core. */
final class LooksTest extends InBrowser {

    private static final String AXE = "/axe.min.js";

    @BeforeEach
    void traffic() {
        for (int i = 0; i < 20; i++) {
            Guard other = guards.guard("service-" + i, g -> g.retry(Retry.fixed(Duration.ZERO)));
            assertThat(other.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        }
        Guard mail = guards.guard("mail", g -> g.circuitBreaker());
        Objects.requireNonNull(mail.circuitBreaker()).forceOpen("they move house", "ops", Duration.ofMinutes(10));
    }

    private Tab inTrouble(Console console) {
        Tab tab = open(console);
        fail();
        tab.until(has("#verdict", "payments is in trouble"));
        return tab;
    }

    private static Path shot(String name) {
        return Path.of("target", "screenshots", "console-" + name + ".png");
    }

    @Test
    @DisplayName("Screenshots, light, dark and at 360 px, are left in target/; nothing is wider than the page")
    void page_inAllItsLooks_isLeftForPeople() throws IOException {
        try (Console console = Console.start(guards, c -> c.service("checkout"))) {
            Tab tab = inTrouble(console);
            for (int width : new int[] {360, 1280, 3840}) {
                for (boolean dark : new boolean[] {false, true}) {
                    tab.size(width, width == 360 ? 1600 : 1000, dark);
                    assertThat(tab.value("document.documentElement.scrollWidth <= innerWidth"))
                            .isEqualTo(true);
                    tab.screenshot(shot(width + (dark ? "-dark" : "-light")));
                }
            }
            tab.size(1280, 1400, false);
            Object unused = tab.value("location.hash = '#/d/payments'; true");
            tab.until("document.querySelector('#detail .steer') !== null");
            tab.screenshot(shot("detail"));
        }
    }

    @Test
    @DisplayName("Axe-core finds nothing serious: neither in the overview, light, dark and narrow, nor in a detail")
    void page_isAccessible() throws IOException {
        String axe = axe();
        try (Console console = Console.start(guards, c -> c.service("checkout"))) {
            Tab tab = inTrouble(console);
            Object unused = tab.value(axe + "; true");
            for (boolean dark : new boolean[] {false, true}) {
                for (int width : new int[] {1280, 360}) {
                    tab.size(width, 1000, dark);
                    assertThat(violations(tab)).isEqualTo("");
                }
            }
            unused = tab.value("location.hash = '#/d/payments'; true");
            tab.until("document.querySelectorAll('#detail-more table').length > 1");
            for (boolean dark : new boolean[] {false, true}) {
                tab.size(1280, 1000, dark);
                assertThat(violations(tab)).isEqualTo("");
            }
        }
    }

    private static String violations(Tab tab) {
        return String.valueOf(tab.value("axe.run().then(found => found.violations"
                + ".filter(each => each.impact === 'serious' || each.impact === 'critical')"
                + ".map(each => each.id + ': ' + each.nodes.map(node => node.html + ' ' + node.failureSummary).join('\\n'))"
                + ".join('\\n'))"));
    }

    /** The script, from the jar that Maven has resolved. */
    private static String axe() throws IOException {
        try (InputStream in = LooksTest.class.getResourceAsStream(AXE)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
