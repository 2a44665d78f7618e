package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.console.Browser.Tab;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the page says of what is to come, and how it tells times and spans. */
final class NextTryTest extends ShownOutage {

    private static final String ANSWERS = "#answers";

    private static String probing(String overview, int most, int good) {
        assertThat(overview).contains("\"mostProbes\":3,\"goodProbes\":3");
        return overview.replace(
                "\"mostProbes\":3,\"goodProbes\":3", "\"mostProbes\":" + most + ",\"goodProbes\":" + good);
    }

    @Test
    @DisplayName(
            "The next try says when by the clock, in how long, what is tried by the numbers that are set up, and what then"
                    + " becomes of the circuit; on two lines at most")
    void nextTry_saysWhatIsTried() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            tab.size(1280, 1000, false);
            String last = "document.querySelector('#answers').lastElementChild.lastElementChild";
            assertThat(tab.text(ANSWERS))
                    .containsPattern(
                            "Next try\\s+at 00:02:20, in 76 s: up to 3 probes; 3 good ones close it, a failure opens it again");
            for (String dd :
                    List.of(last, "cards.get('payments').node.querySelector('dl').lastElementChild.lastElementChild")) {
                assertThat(tab.value(dd + ".offsetHeight <= 2.1 * parseFloat(getComputedStyle(" + dd + ").lineHeight)"))
                        .isEqualTo(true);
            }
            present(tab, outage, probing(outage.overview(), 1, 1));
            assertThat(tab.text(ANSWERS)).contains(": one probe; a good one closes it, a failure opens it again");
            present(tab, outage, probing(outage.overview(), 1, 2));
            assertThat(tab.text(ANSWERS)).contains(": one probe at a time; 2 good ones close it, a failure");
            present(tab, outage, probing(outage.overview(), 2, 5));
            assertThat(tab.text(ANSWERS)).contains(": up to 2 probes at once; 5 good ones close it, a failure");
            present(tab, outage, outage.overview().replaceFirst("\"nextProbe\":[0-9]+", "\"nextProbe\":0"));
            assertThat(tab.text(ANSWERS)).contains("with the next call: up to 3 probes; 3 good ones close it");
        }
    }

    @Test
    @DisplayName("While probes are under way it says how many, and what becomes of the circuit")
    void nextTry_ofAHalfOpenCircuit_saysWhatIsTried() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String half = outage.overview().replaceFirst("\"state\":\"OPEN\"", "\"state\":\"HALF_OPEN\"");
            present(tab, outage, half);
            assertThat(tab.text(ANSWERS))
                    .contains("with the next call: a probe; 3 good ones in all close it, a failure opens it again");
            String payments = "\"admitting\":0.0,\"probes\":";
            assertThat(half).contains(payments + "0");
            present(tab, outage, half.replace(payments + "0", payments + "2"));
            assertThat(tab.text(ANSWERS))
                    .contains("now: 2 probes are under way; 3 good ones in all close it, a failure opens it again");
            present(tab, outage, probing(half, 1, 1));
            assertThat(tab.text(ANSWERS)).contains("with the next call: a probe; a good one closes it, a failure");
        }
    }

    @Test
    @DisplayName("Where slow calls are judged a slow probe is said to open the circuit again as well")
    void nextTry_whereSlowCallsAreJudged_saysSo() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(outage.overview()).contains("\"slowOpens\":false");
            present(tab, outage, outage.overview().replace("\"slowOpens\":false", "\"slowOpens\":true"));
            assertThat(tab.text(ANSWERS)).contains("3 good ones close it, a failure or a slow one opens it again");
        }
    }

    @Test
    @DisplayName("Of an older process, which does not say how many probes there are, the page says when and no more")
    void nextTry_ofAnOlderProcess_saysWhen() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String older =
                    outage.overview().replaceAll(",\"(mostProbes|goodProbes)\":[0-9]+|,\"slowOpens\":(true|false)", "");
            assertThat(older).doesNotContain("Probes\"", "slowOpens");
            present(tab, outage, older);
            assertThat(tab.text(ANSWERS)).containsPattern("Next try\\s+at 00:02:20, in 76\\h+s\\s*$");
            String half = older.replaceFirst("\"state\":\"OPEN\"", "\"state\":\"HALF_OPEN\"");
            present(tab, outage, half);
            assertThat(tab.text(ANSWERS)).containsPattern("Next try\\s+with the next call\\s*$");
            present(tab, outage, half.replace("\"admitting\":0.0,\"probes\":0", "\"admitting\":0.0,\"probes\":1"));
            assertThat(tab.text(ANSWERS)).containsPattern("Next try\\s+now: 1 probe is under way\\s*$");
        }
    }

    @Test
    @DisplayName(
            "Spans are told to the second for ten minutes and then to the nearest minute, as the clock beside them")
    void spans_agreeWithTheClock() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(
                            tab.value(
                                    "[0, 119, 120, 299, 599, 600, 1799, 7169, 7199, 8990].map(each => span(1000 * each)).join()"))
                    .isEqualTo("0 s,119 s,2 min,4 min 59 s,9 min 59 s,10 min,30 min,119 min,2 h,2 h 30 min");
            assertThat(tab.value("between(1900, 3100)")).isEqualTo("2 s");
            present(tab, outage, outage.overview().replaceFirst("\"nextProbe\":[0-9]+", "\"nextProbe\":1799000"));
            assertThat(tab.text(ANSWERS)).contains("at 00:31:03, in 30 min: ");
        }
    }

    @Test
    @DisplayName("A number and its unit stay on one line, also in sentences of the process")
    void units_stayWithTheirNumbers() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            for (String[] each : new String[][] {
                {ANSWERS, "in 76 s"},
                {"#users", "61.1 %"},
                {"#users", "3.01 s"},
                {"#banners", "mean p99 13 ms"},
                {"#timeline", "for 30 min: their"}
            }) {
                assertThat(tab.value("document.querySelector('" + each[0] + "').textContent"))
                        .asString()
                        .containsPattern(each[1].replaceAll("[0-9.]+ (?=[a-z%])", "[0-9.]+\u00a0"));
            }
        }
    }

    @Test
    @DisplayName("Who refuses the calls to a dependency is called by name: the process, or that one of several")
    void sentence_namesWhoRefuses() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(tab.text("#verdict"))
                    .startsWith(
                            "payments is in trouble: its circuit is open, so checkout refuses calls to it before they"
                                    + " are sent.");
            present(
                    tab,
                    outage,
                    outage.overview()
                            .replace(
                                    "{\"name\":\"payments\"",
                                    "{\"process\":\"orders-1\",\"name\":\"orders-1:payments\""));
            assertThat(tab.text("#verdict"))
                    .startsWith(
                            "payments of orders-1 is in trouble: its circuit is open, so orders-1 refuses calls to it"
                                    + " before they are sent.");
        }
    }
}
