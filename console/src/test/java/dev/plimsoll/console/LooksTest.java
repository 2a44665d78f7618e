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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the page looks: for people in screenshots, and for those who cannot see it by the rules of axe-core. */
final class LooksTest extends InBrowser {

    private static final String AXE = "/axe.min.js";

    /** The last moment of the outage, in milliseconds since the epoch. */
    private static final long AT = 1_767_225_664_000L;

    private static final long DAY = 86_400_000;

    /** Gets nothing from the process; what there is to see is told by the test. */
    private static final String DEAF =
            "delete Navigator.prototype.locks; window.EventSource = class { addEventListener() {} close() {} };";

    private static final List<String> QUESTIONS = List.of("Since", "Why", "Done about it");

    /** The page of the outage, at its last moment. */
    private static Tab show(Console console, Outage outage) throws InterruptedException {
        return show(console, outage, "UTC");
    }

    private static Tab show(Console console, Outage outage, String zone) throws InterruptedException {
        Tab tab = browser().open("about:blank", DEAF);
        tab.zone(zone);
        tab.go(console.address().toString());
        tab.until("typeof heard === 'function' && document.readyState === 'complete'");
        tell(tab, "hello", outage.hello());
        for (String story : outage.stories()) {
            tell(tab, "story", story);
        }
        tell(tab, "overview", outage.overview());
        tab.until(has("#verdict", "payments is in trouble"));
        tab.until(has("#timeline", "shipping is going down"));
        return tab;
    }

    /** Once more, so that the page takes its process for alive. */
    private static void present(Tab tab, Outage outage, String overview) {
        tell(tab, "hello", outage.hello());
        tell(tab, "overview", overview);
    }

    private static void tell(Tab tab, String kind, String data) {
        Object unused = tab.value("heard('" + kind + "', " + data + "); true");
    }

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
                assertThat(card).as(troubled).contains(QUESTIONS).containsPattern("Tried again|Ends");
            }
            assertThat(tab.text("#others"))
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
            unused = tab.value("location.hash = '#/d/payments'; true");
            tab.until("document.querySelectorAll('#detail-more table').length > 0");
            tab.screenshot(shot("detail"));
            for (boolean dark : new boolean[] {false, true}) {
                tab.size(1280, 1000, dark);
                assertThat(violations(tab)).isEqualTo("");
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
                        .isEqualTo("Since,Why,Done about it,Tried again");
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

    /** What a console would send, but for its dependencies. */
    private static String overview(int all, Json.Members dependencies) {
        return Json.object(json -> {
            json.writeNumberField("at", AT);
            json.writeNumberField("seconds", 10);
            json.writeFieldName("users");
            json.writeRawValue(
                    "{\"seconds\":10,\"heard\":true,\"calls\":0,\"answered\":0,\"fellBack\":0,\"bad\":0,\"refused\":0,\"measured\":0}");
            json.writeNumberField("attempts", 0);
            json.writeNumberField("begun", 0);
            json.writeNumberField("all", all);
            json.writeArrayFieldStart("dependencies");
            dependencies.write(json);
            json.writeEndArray();
        });
    }

    // ---------------------------------------------------------------- what it says

    @Test
    @DisplayName("Whatever is dated of a dependency that is in trouble stands among what changed, at that very second")
    void dates_standAmongWhatChanged() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(tab.value("page.overview.dependencies.filter(inTrouble).length"))
                    .isEqualTo(5L);
            assertThat(tab.value("page.overview.dependencies.filter(inTrouble).filter(one => !page.stories.some(each =>"
                            + " each.dependency === one.name && answersOf(one)[0][1].startsWith(clock(each.at) + ',')))"
                            + ".map(one => one.name).join()"))
                    .isEqualTo("");
            assertThat(tab.value("page.stories.every((each, i) => i === 0 || each.at <= page.stories[i - 1].at)"))
                    .isEqualTo(true);
            assertThat(tab.text("#timeline")).contains("rate limited", "bulkhead full");
        }
    }

    @ParameterizedTest
    @CsvSource({"360", "1280"})
    @DisplayName(
            "The first sentence has a link to what it is about, and what else is in trouble stands in the order of harm; each link"
                    + " is large enough, is read whole, and stays focused")
    void box_leadsToWhatItIsAbout(int width) throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            tab.size(width, 1600, false);
            present(tab, outage, outage.overview());
            String links = "[...document.querySelectorAll('#verdict a')]";
            String hashes = ".map(each => each.hash).join()";
            assertThat(tab.value(links + hashes)).isEqualTo("#/d/payments,#/d/maps,#/d/prices,#/d/search,#/d/mail");
            assertThat(tab.value("[...document.querySelectorAll('#cards h3 a')].slice(0, 5)" + hashes))
                    .isEqualTo("#/d/payments,#/d/maps,#/d/prices,#/d/search,#/d/mail");
            assertThat(tab.value(links + ".every(each => { const box = each.getBoundingClientRect();"
                            + " return box.height >= 24 && box.width >= 24 && box.left >= 0 && box.right <= innerWidth"
                            + " && each.scrollWidth <= each.clientWidth && each.tabIndex === 0; })"))
                    .isEqualTo(true);
            Object unused = tab.value("window.kept = " + links + "[4]; kept.focus(); true");
            present(tab, outage, outage.overview().replace("\"who\":\"anna\"", "\"who\":\"bert\""));
            tab.until(has("#others", "mail: forced open by bert since "));
            assertThat(tab.value("document.activeElement === kept && kept.isConnected"))
                    .isEqualTo(true);
            unused = tab.value("document.querySelector('#nearer a').click(); true");
            tab.until("document.querySelector('#detail').open && document.querySelector('#detail-title').innerText === 'payments'");
        }
    }

    @Test
    @DisplayName("What the filter has found counts down from its own answer, whatever overview has come since")
    void row_thatWasFound_countsDownFromItsAnswer() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String many = outage.overview().replaceFirst("\"all\":[0-9]+", "\"all\":400");
            Object unused = tab.value("{ const row = " + many
                    + ".dependencies.find(each => each.name === 'payments'); row.name = 'payments-eu';"
                    + " window.fetch = async () => ({ ok: true, json: async () => ({ all: 400, matching: 1, at: " + AT
                    + ", dependencies: [structuredClone(row)] }) }); true }");
            present(tab, outage, many);
            unused = tab.value("$('filter').value = 'payments-eu'; $('filter').dispatchEvent(new Event('input')); true");
            tab.until(has("#cards", "payments-eu"));
            String card = "cards.get('payments-eu').node.innerText";
            assertThat(tab.value(card)).asString().contains(", at 00:02:20");
            present(tab, outage, many.replaceFirst("\"at\":[0-9]+", "\"at\":" + (AT + 1_000)));
            assertThat(tab.value(card)).asString().contains(", at 00:02:20");
        }
    }

    @Test
    @DisplayName("A single failure is dated, and says that this is no entry of what changed")
    void failure_thatIsNone_ofWhatChanged_saysSo() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            present(tab, outage, ended(95, 3, 2, 0).replace("\"ends\"", "\"failingSince\":" + (AT - 14_000) + ",\"ends\""));
            assertThat(tab.text("#answers"))
                    .containsPattern("Since\\s+00:00:50, for 1[4-9] s; so few are no entry of what changed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 'Thu,? 1 Jan 2026, 00:01:(0[4-9]|[1-5][0-9]) UTC', 00:00",
        "Asia/Kolkata, 'Thu,? 1 Jan 2026, 05:31:(0[4-9]|[1-5][0-9]) UTC\\+05:30', 05:30",
        "America/St_Johns, 'Wed,? 31 Dec 2025, 20:31:(0[4-9]|[1-5][0-9]) UTC−03:30', 20:30"
    })
    @DisplayName(
            "At the top is the present by the clock of the process, with its day and zone; what is of another day has its day")
    void times_haveTheirDayAndZone(String zone, String present, String minute) throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage, zone);
            assertThat(tab.text("#now")).matches(present);
            assertThat(tab.text("#timeline")).contains("\n" + minute + ":20.").doesNotContain("Jan", "Dec");
            assertThat(tab.text("#answers")).contains(minute + ":2").doesNotContain("Jan", "Dec");
            present(tab, outage, outage.overview().replaceFirst("\"at\":[0-9]+", "\"at\":" + (AT + DAY)));
            tab.until("!document.querySelector('#now').innerText.match(/" + present + "/)");
            String day = present.substring(0, present.indexOf(", "));
            String began = present.substring(0, present.indexOf(',', present.indexOf(' '))) + " " + minute;
            assertThat(tab.text("#timeline")).containsPattern(began + ":20\\.");
            assertThat(tab.text("#answers")).containsPattern("Since\\s+" + began + ":2[0-9], for 24 h");
            assertThat(tab.text("#now")).doesNotContainPattern(day);
        }
    }

    @Test
    @DisplayName(
            "When nothing is heard of the process, the first sentence, the title and what is read aloud say so; and no more when it"
                    + " is there again")
    void process_thatIsNotHeard_isInTheFirstSentence() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String verdict = "document.querySelector('#verdict').className";
            String said = "document.querySelector('#said').textContent";
            assertThat(tab.value(said)).asString().contains("payments is in trouble, open");
            for (String gone : List.of("heard('cut', '')", "page.arrived -= 5000; page.skew -= 5000; live()")) {
                Object unused = tab.value(gone + "; true");
                assertThat(tab.text("#verdict"))
                        .startsWith("Nothing is heard of checkout since 00:01:04: what is below is of then.");
                assertThat(tab.value(verdict)).isEqualTo("verdict stale");
                assertThat(tab.value("document.title")).isEqualTo("✖ does not answer · checkout · Plimsoll");
                assertThat(tab.value(said)).isEqualTo("The process does not answer.");
                present(tab, outage, outage.overview());
                assertThat(tab.text("#verdict")).startsWith("payments is in trouble");
                assertThat(tab.value(verdict)).isEqualTo("verdict bad");
                assertThat(tab.value("document.title")).asString().matches("✖ [0-9]+ in trouble · checkout · Plimsoll");
                assertThat(tab.value(said)).asString().contains("payments is in trouble, open");
            }
        }
    }

    @Test
    @DisplayName(
            "Attempts for each call that was not refused stand among what users feel, and are bad when they are more than 1.2")
    void attempts_forEachCall() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String tile = "document.querySelector('#users').children[3]";
            for (String[] each :
                    new String[][] {{"0", "–", ""}, {"20", "1.00", ""}, {"24", "1.20", ""}, {"25", "1.25", "bad"}}) {
                String begun = each[0].equals("0") ? "0" : "20";
                String now = outage.overview()
                        .replaceFirst(
                                "\"attempts\":[0-9]+,\"begun\":[0-9]+",
                                "\"attempts\":" + each[0] + ",\"begun\":" + begun);
                present(tab, outage, now);
                assertThat(tab.value(tile + ".innerText.replace(/\\s+/g, ' ')"))
                        .isEqualTo("attempts for each call " + each[1] + " amplification, by retries and hedges");
                assertThat(tab.value(tile + ".className")).isEqualTo(each[2]);
            }
        }
    }

    @Test
    @DisplayName(
            "More than one call in twenty that fails is trouble, whatever guards it; one in twenty is not, nor are refused ones")
    void failures_ofMoreThanOneInTwenty_areTrouble() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String pill = "cards.get('stock').pill.textContent";
            String said = "document.querySelector('#said').textContent";
            present(tab, outage, ended(95, 3, 2, 0));
            assertThat(tab.text("#verdict"))
                    .startsWith("stock does not do quite well: 5 of its last 100 calls went badly.");
            assertThat(tab.value(pill)).isEqualTo("no circuit breaker");
            assertThat(tab.value("document.title")).isEqualTo("checkout · Plimsoll");
            assertThat(tab.value(said)).isEqualTo("");
            present(tab, outage, ended(90, 3, 2, 5));
            assertThat(tab.value(pill)).isEqualTo("no circuit breaker");
            for (String[] each : new String[][] {{"6", "0"}, {"0", "6"}}) {
                present(tab, outage, ended(94, Integer.parseInt(each[0]), Integer.parseInt(each[1]), 0));
                assertThat(tab.text("#verdict")).startsWith("stock is in trouble: 6 of its last 100 calls went badly.");
                assertThat(tab.value(pill)).isEqualTo("▲ FAILING");
                assertThat(tab.value("document.title")).isEqualTo("✖ 1 in trouble · checkout · Plimsoll");
                assertThat(tab.value(said)).isEqualTo("stock is in trouble, failing");
            }
        }
    }

    /** One dependency without any guard that refuses, and how its calls have ended. */
    private static String ended(int answered, int failed, int timedOut, int refused) {
        return overview(1, json -> {
            json.writeStartObject();
            json.writeStringField("name", "stock");
            json.writeFieldName("ends");
            json.writeRawValue("{\"ANSWERED\":" + answered + ",\"FAILED\":" + failed + ",\"TIMED_OUT\":" + timedOut
                    + ",\"REFUSED\":" + refused + ",\"CANCELLED\":0}");
            if (Traffic.isTooMany(failed + timedOut, answered + failed + timedOut + refused)) {
                json.writeNumberField("failsSince", AT - 14_000);
            }
            json.writeEndObject();
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
