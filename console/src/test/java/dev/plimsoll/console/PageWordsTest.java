package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.console.Browser.Tab;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page says of an outage, and of what comes after it. */
final class PageWordsTest extends ShownOutage {

    private static final long DAY = 86_400_000;

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
            tab.until(has("#held", "mail: forced open by bert since "));
            assertThat(tab.value("document.activeElement === kept && kept.isConnected"))
                    .isEqualTo(true);
            unused = tab.value("document.querySelector('#nearer a').click(); true");
            tab.until(
                    "document.querySelector('#detail').open && document.querySelector('#detail-title').innerText === 'payments'");
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
            filter(tab, "payments-eu");
            tab.until(has("#cards", "payments-eu"));
            String card = "cards.get('payments-eu').node.innerText";
            assertThat(tab.value(card)).asString().contains("at 00:02:20, in ");
            tell(tab, "overview", many.replaceFirst("\"at\":[0-9]+", "\"at\":" + (AT + 1_000)));
            assertThat(tab.value(card)).asString().contains("at 00:02:20, in ");
        }
    }

    private static void filter(Tab tab, String text) {
        Object unused =
                tab.value("$('filter').value = '" + text + "'; $('filter').dispatchEvent(new Event('input')); true");
    }

    @Test
    @DisplayName("Where more are searched than the process answers, the page says so with its words")
    void search_thatIsRefused_saysSo() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            Object unused = tab.value(
                    "window.fetch = async () => ({ ok: false, json: async () => ({ errors: ['at most 32 a second'] }) }); true");
            present(tab, outage, outage.overview().replaceFirst("\"all\":[0-9]+", "\"all\":400"));
            filter(tab, "pay");
            tab.until(has("#shown", "others are not looked for now: at most 32 a second"));
            assertThat(tab.text("#cards")).contains("payments");
        }
    }

    @Test
    @DisplayName("What is said of the level names whom it speaks of, and of which moment its numbers are")
    void level_saysOfWhomAndOfWhichMoment() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(tab.text("#banners"))
                    .containsPattern(
                            "shop is DEGRADED: [\\s\\S]*Since\\s+00:00:21, for [\\s\\S]*Why\\s+At that moment: 1 of 9"
                                    + " reported dependencies unhealthy \\(payments\\), mean error rate 1\\.[0-9]+ %, mean p99 1[0-9] ms");
            assertThat(tab.text("#users")).containsPattern("99 of 100 took at most\\s+(2\\.9[0-9]*|3(\\.0[0-9]*)?) s");
            assertThat(tab.text("#banners"))
                    .contains("Off: live_prices, ml_search; on: basic_search, cached_prices, reviews.");
        }
    }

    @Test
    @DisplayName("The numbers of users say what became of all calls, and where most is refused")
    void users_sayWhatBecameOfAllCalls() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(tab.text("#users"))
                    .containsPattern("[0-9]+ of [0-9]+ calls[^\\n]*; [0-9]+ refused, [0-9]+ failed or timed out")
                    .containsPattern("per second; most at payments \\([0-9]\\.[0-9]\\), maps \\([0-9]\\.[0-9]\\),"
                            + " search \\([0-9]\\.[0-9]\\), others \\(1\\.0\\)")
                    .containsPattern(
                            "99 of 100 took at most\\s+\\S+ s\\s+200 calls of the last 5 to 10 s; refused ones are not measured");
            present(tab, outage, outage.overview().replaceFirst("\"REFUSED\":10,", "\"REFUSED\":0,"));
            assertThat(tab.text("#users")).contains("; most at payments").doesNotContain("others");
            present(
                    tab,
                    outage,
                    outage.overview()
                            .replaceFirst("\"all\":[0-9]+", "\"all\":400")
                            .replaceFirst("\"measured\":200", "\"measured\":1"));
            assertThat(tab.text("#users"))
                    .contains(", others shown (1.0)", "1 call of the last 5 to 10 s; refused ones are not measured");
        }
    }

    @Test
    @DisplayName("Who was shut off until a moment ago, and fails no more, stands behind who is in trouble")
    void circuit_thatHasClosed_standsBehind() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String was = json(
                    new Refusing(outage.guards().get("maps").snapshot(), 3, AT - 8_000).because(Reason.CIRCUIT_OPEN));
            String is = json(
                    new Refusing(outage.guards().get("maps").snapshot(), 1, AT - 4_000).because(Reason.RATE_LIMITED));
            String ends = "\"ends\":{\"ANSWERED\":9,\"FAILED\":3,\"TIMED_OUT\":0,\"REFUSED\":20,\"CANCELLED\":0},";
            String closed =
                    "{\"name\":\"stock\"," + ends + "\"failingSince\":" + (AT - 9_000) + ",\"troubles\":[" + was + "]";
            String limited = "{\"name\":\"maps\"," + ends + "\"troubles\":[" + is + "]}";
            String both = overview(2, json -> {
                json.writeRawValue(closed + ",\"bad\":[3,0,0,0]}");
                json.writeRawValue(limited);
            });
            present(tab, outage, both);
            assertThat(tab.text("#verdict")).startsWith("maps is asked for more than its rate limit allows");
            present(tab, outage, both.replace("\"bad\":[3,0,0,0]", "\"bad\":[3,0,0,1]"));
            assertThat(tab.text("#verdict")).startsWith("stock was shut off until a moment ago");
        }
    }

    private static String json(Trouble trouble) {
        return Json.object(trouble::write);
    }

    @Test
    @DisplayName("A single failure is dated, and says that this is no entry of what changed")
    void failure_thatIsNone_ofWhatChanged_saysSo() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            present(
                    tab,
                    outage,
                    ended(95, 3, 2, 0).replace("\"ends\"", "\"failingSince\":" + (AT - 14_000) + ",\"ends\""));
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
    @DisplayName("At midnight what is told from near gets its day as well, without asking the process again")
    void detail_atMidnight_getsItsDay() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            Object unused = tab.value("location.hash = '#/d/payments'; true");
            tab.until(has("#detail-now", "payments: OPEN since 00:00:20 ("));
            tab.until(has("#detail-more", "Its changes") + " && " + has("#detail-more", "00:00:20."));
            unused = tab.value("window.fetch = () => new Promise(() => {}); true");
            present(tab, outage, outage.overview().replaceFirst("\"at\":[0-9]+", "\"at\":" + (AT + DAY)));
            assertThat(tab.text("#detail-now")).containsPattern("payments: OPEN since Thu,? 1 Jan 2026 00:00:20 \\(");
            assertThat(tab.text("#detail-more")).containsPattern("Thu,? 1 Jan 2026 00:00:20\\.");
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
}
