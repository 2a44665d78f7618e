package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.console.Browser.Tab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How the page looks: for people in screenshots, and for those who cannot see it by the rules of axe-core. */
final class LooksTest extends ShownOutage {

    private static final String AXE = "/axe.min.js";

    private static final List<String> QUESTIONS = List.of("Since", "Why", "Done about it");

    /** Calls are listened to from when the page was opened, as they would be if it had its stream. */
    private static final String HEARD =
            "{ const was = fetch; window.fetch = async (...all) => { const answer = await was(...all);"
                    + " return { ok: answer.ok, json: async () => ({ ...await answer.json(), heardSince: " + AT
                    + " }) }; }; } ";

    private static Path shot(String name) {
        return Path.of("target", "screenshots", "console-" + name + ".png");
    }

    @Test
    @DisplayName(
            "An outage of several dependencies in all its looks: each card answers, nothing is wider than the page, axe-core"
                    + " finds nothing serious, and screenshots are left in target/ for people")
    void outage_inAllItsLooks() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), c -> c.service("checkout"))) {
            Tab tab = show(console, outage);
            for (String troubled : List.of("payments", "search", "mail", "prices", "maps")) {
                String card = String.valueOf(tab.value("cards.get('" + troubled + "').node.innerText"));
                assertThat(card).as(troubled).contains(QUESTIONS).containsPattern("Next try|Ends");
            }
            assertThat(tab.text("#held"))
                    .containsPattern(
                            "mail: forced open by anna since \\d\\d:00:30 until \\d\\d:30:30: their provider moves house");
            Object unused = tab.value(axe() + "; true");
            for (int width : new int[] {360, 1280, 3840}) {
                for (boolean dark : new boolean[] {false, true}) {
                    tab.size(width, width == 3840 ? 2160 : width == 360 ? 1600 : 1000, dark);
                    present(tab, outage, outage.overview());
                    assertThat(tab.value("document.documentElement.scrollWidth <= innerWidth"))
                            .isEqualTo(true);
                    tab.screenshot(shot(width + (dark ? "-dark" : "-light")));
                    assertThat(width == 3840 ? "" : violations(tab)).isEqualTo("");
                }
            }
            tab.size(1920, 1500, false);
            present(tab, outage, outage.overview());
            tab.screenshot(shot("1920-light"));
            tab.size(1280, 1400, false);
            unused = tab.value(HEARD + "location.hash = '#/d/payments'; true");
            tab.until("document.querySelectorAll('#detail-more table').length > 0");
            tab.screenshot(shot("detail"));
            for (int width : new int[] {360, 1280}) {
                for (boolean dark : new boolean[] {false, true}) {
                    tab.size(width, width == 360 ? 1600 : 1400, dark);
                    tab.screenshot(shot("detail-" + width + (dark ? "-dark" : "-light")));
                    assertThat(violations(tab)).isEqualTo("");
                }
            }
        }
    }

    @Test
    @DisplayName(
            "Whatever the reason to refuse, the card answers which, since when, why, what is done, and when it is tried again")
    void card_answersForEveryReason() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            tell(tab, "overview", everyReason(outage));
            tab.size(1280, 3400, false);
            for (Reason reason : Reason.values()) {
                String name = reason.name().toLowerCase(Locale.ROOT);
                String card = "cards.get('" + name + "').node";
                assertThat(tab.value("[..." + card + ".querySelectorAll('dt')].map(each => each.innerText).join()"))
                        .isEqualTo("Since,Why,Done about it,Next try");
                assertThat(tab.value(
                                "[..." + card + ".querySelectorAll('dd')].every(each => each.innerText.length > 9)"))
                        .as(name)
                        .isEqualTo(true);
                assertThat(tab.value(card + ".innerText"))
                        .asString()
                        .startsWith(name)
                        .contains("▲ ".repeat(reason == Reason.CIRCUIT_OPEN ? 0 : 1));
            }
            present(tab, outage, everyReason(outage));
            assertThat(tab.text("#verdict")).startsWith("bulkhead_full is saturated: 3.0 calls a second find no place");
            assertThat(tab.text("#others")).contains("concurrency_limit: at its limit since ", "and 4 more");
            tab.screenshot(shot("reasons"));
        }
    }

    @Test
    @DisplayName(
            "A process that is not heard in its looks: nothing is wider than the page, axe-core finds nothing serious")
    void processThatIsGone_inItsLooks() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            Object unused = tab.value(axe() + "; true");
            String processes = "{\"processes\":[{\"name\":\"orders-1\"},{\"name\":\"orders-2\",\"gone\":" + (AT - 5_000)
                    + ",\"why\":\"connection refused\",\"answers\":false,\"every\":1}],";
            String ofOneLeft = outage.overview()
                    .replaceAll("\\{\"name\":\"([^\"]+)\",", "{\"process\":\"orders-1\",\"name\":\"orders-1:$1\",")
                    .replaceFirst("\\{", processes);
            for (int width : new int[] {360, 1280}) {
                for (boolean dark : new boolean[] {false, true}) {
                    tab.size(width, 1000, dark);
                    present(tab, outage, ofOneLeft);
                    assertThat(tab.value("document.documentElement.scrollWidth <= innerWidth"))
                            .isEqualTo(true);
                    tab.screenshot(shot("gone-" + width + (dark ? "-dark" : "-light")));
                    assertThat(violations(tab)).isEqualTo("");
                }
            }
        }
    }

    /** A dependency for each, as {@link Troubles} has it written. */
    private static String everyReason(Outage outage) {
        return overview(Reason.values().length, json -> {
            for (Reason reason : Reason.values()) {
                json.writeStartObject();
                json.writeStringField("name", reason.name().toLowerCase(Locale.ROOT));
                json.writeFieldName("ends");
                json.writeRawValue("{\"ANSWERED\":0,\"FAILED\":0,\"TIMED_OUT\":0,\"REFUSED\":30,\"CANCELLED\":0}");
                GuardSnapshot guard = outage.guards().get("maps").snapshot();
                Troubles.write(json, List.of(new Refusing(guard, 3, AT - 14_000).because(reason)));
                json.writeEndObject();
            }
        });
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
