package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guards;
import dev.plimsoll.console.Browser.Tab;
import dev.plimsoll.console.gather.FakeConsole;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page of several processes in a real browser. Skipped where there is none. */
final class GatheringBrowserTest extends InBrowser {

    private static Tab open(Gathering gathering) {
        Tab tab = browser().open(gathering.address().toString());
        tab.until(has("#live", "live"));
        return tab;
    }

    @Test
    @DisplayName("Each dependency stands with its process; a process that dies is at the top, in a box of its own, and"
            + " what is shown of it is old")
    void processes_areToldApart_andMissed() throws IOException {
        try (Console first = Console.start(guards, c -> c.service("orders-1"));
                Guards others = Guards.create(g -> g.logging(false))) {
            int answered = others.guard("payments", g -> g.bulkhead(1)).call(() -> 7);
            assertThat(answered).isEqualTo(7);
            Console second = Console.start(others, c -> c.service("orders-2"));
            Degradation level = Degradation.create("shop", d -> d.at(Level.NORMAL, "search"));
            level.hold(Level.MINIMAL, "the sale begins", "anna", Duration.ofMinutes(10));
            Object watched = second.watch(level);
            try (Gathering all = Gathering.start(List.of(first.address(), second.address()), g -> g)) {
                Tab tab = open(all);
                tab.until("document.querySelectorAll('#cards .card').length === 2");
                fail();
                tab.until(
                        has(
                                "#verdict",
                                "payments of orders-1 is in trouble: its circuit is open, so orders-1 refuses calls to it before"));
                tab.until(has("#timeline", "5 consecutive failures"));
                tab.until(has("#banners", "shop of orders-2 is MINIMAL"));
                assertThat(tab.text("#banners"))
                        .contains("held by anna: the sale begins")
                        .containsPattern("The hold ends at .*[0-9:]{8}, in (10 min|9 min [0-9]+ s)");
                assertThat(watched).isSameAs(second);
                assertThat(tab.text("#cards .card")).contains("payments", "orders-1", "OPEN");

                second.close();
                orders2IsGone(tab);
                tab.until(has("#cards", "its process is gone"));
                tab.until("document.querySelector('#banners').hidden");
                assertThat(tab.text("#verdict"))
                        .startsWith("payments of orders-1 is in trouble")
                        .doesNotContain("orders-2");
                tab.until(has("#timeline", "is gone"));
                assertThat(tab.text("#timeline")).contains("orders-2");
                tab.size(1280, 1000, false);
                tab.screenshot(Path.of("target", "screenshots", "gathering.png"));
            }
        }
    }

    /** At the top of the page, and in its header. */
    private static void orders2IsGone(Tab tab) {
        tab.until(has("#gone", "orders-2 is gone: nothing is heard of it."));
        assertThat(tab.value("document.querySelector('main').firstElementChild.id"))
                .isEqualTo("gone");
        assertThat(tab.text("#gone"))
                .containsSubsequence("Since", "Why", "may have stopped", "It is tried again every second.")
                .doesNotContain("payments");
        tab.until(has("#live", "1 of 2 live"));
        tab.until(has("#service", "orders-1, orders-2 (not heard)"));
    }

    @Test
    @DisplayName("From near it is the dependency of its process, and forcing open reaches that process")
    void steering_reachesTheProcess() throws IOException {
        try (Console first = Console.start(guards, c -> c.service("orders-1"));
                Gathering all = Gathering.start(List.of(first.address()), g -> g)) {
            Tab tab = browser().open(all.address() + "#/d/orders-1%3Apayments");
            tab.until("document.querySelector('.steer') !== null");
            Object unused =
                    tab.value("{ const form = document.querySelector('.steer'); form.reason.value = 'they move house';"
                            + " form.who.value = 'ops'; form.ttlSeconds.value = '60';"
                            + " form.querySelector('[value=force-open]').click(); true }");
            tab.until(has("#timeline", "CLOSED → FORCED OPEN"));
            tab.until(has("#detail-more", "force open, for 60 s"));
            assertThat(breaker().state().name()).isEqualTo("FORCED_OPEN");
        }
    }

    @Test
    @DisplayName("What a process tells late, because it was away, stands where it belongs by its clock")
    void entry_thatComesLate_standsInItsPlace() throws IOException {
        String run = "00000000000000aa";
        String other = "00000000000000bb";
        try (FakeConsole first = new FakeConsole(
                        true, FakeConsole.hello(run, "orders-1") + FakeConsole.story(run, 1, 5_000, "newer"));
                FakeConsole second = new FakeConsole(
                        true,
                        FakeConsole.hello(other, "orders-2"),
                        FakeConsole.hello(other, "orders-2") + FakeConsole.story(other, 1, 2_000, "older"));
                Gathering all = Gathering.start(List.of(first.address(), second.address()), g -> g)) {
            Tab tab = open(all);
            tab.until(has("#timeline", "newer"));
            tab.until(has("#timeline", "older"));
            tab.until(has("#timeline", "is back"));
            assertThat(tab.text("#timeline")).containsSubsequence("is back", "is gone", "newer", "older");
        }
    }
}
