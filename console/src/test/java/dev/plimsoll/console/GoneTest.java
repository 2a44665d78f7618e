package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.console.Browser.Tab;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the page of several processes says of those that are not heard. */
final class GoneTest extends ShownOutage {

    private static final String LIVE = "document.querySelector('#live').className";
    private static final String HIDDEN = "document.querySelector('#verdict').hidden";

    private static String there(int number) {
        return "{\"name\":\"orders-" + number + "\"}";
    }

    private static String gone(int number, String why, boolean answers, int every) {
        return "{\"name\":\"orders-" + number + "\",\"gone\":" + (AT - 5_000) + ",\"why\":\"" + why + "\",\"answers\":"
                + answers + ",\"every\":" + every + "}";
    }

    private static String gone(int number) {
        return gone(number, "connection refused", false, 1);
    }

    private static String never(int number) {
        return gone(number).replace("\"why\"", "\"wasThere\":false,\"why\"");
    }

    private static String of(String overview, String... processes) {
        return overview.replaceFirst("\\{", "{\"processes\":[" + String.join(",", processes) + "],");
    }

    private static String words(Tab tab, String selector) {
        return tab.text(selector).replaceAll("\\s+", " ");
    }

    @Test
    @DisplayName(
            "A process that is gone has its own box before all else, with since when, why and what is done; what is in trouble"
                    + " has its own, and neither speaks of the other")
    void process_thatIsGone_hasItsOwnBox() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            assertThat(tab.value("document.querySelector('#gone').hidden")).isEqualTo(true);
            assertThat(tab.value(LIVE)).isEqualTo("live");
            present(tab, outage, of(outage.overview(), there(1), gone(2)));
            assertThat(tab.value("document.querySelector('main').firstElementChild.id"))
                    .isEqualTo("gone");
            assertThat(words(tab, "#gone"))
                    .isEqualTo(
                            "orders-2 is gone: nothing is heard of it. Since 00:00:59, for 5 s Why Connection refused."
                                    + " The process may have stopped, or cannot be reached. Done about it It is tried again every"
                                    + " second. What is shown of it is of then; all else on this page is of the processes that are"
                                    + " heard.");
            assertThat(tab.text("#verdict"))
                    .startsWith("payments is in trouble")
                    .doesNotContain("orders-2");
            assertThat(tab.value("document.title")).asString().startsWith("✖ 7 in trouble");
            assertThat(tab.text("#live")).isEqualTo("1 of 2 live");
            assertThat(tab.value(LIVE)).isEqualTo("live part");
            assertThat(tab.text("#service")).isEqualTo("orders-1, orders-2 (not heard)");
            present(tab, outage, of(outage.overview(), there(1), there(2)));
            assertThat(tab.value("document.querySelector('#gone').hidden")).isEqualTo(true);
            assertThat(tab.text("#live")).isEqualTo("live");
            assertThat(tab.value(LIVE)).isEqualTo("live");
            assertThat(tab.text("#service")).isEqualTo("orders-1, orders-2");
        }
    }

    @Test
    @DisplayName(
            "One that answers with something else is not said to have stopped, and the page says how seldom it is tried")
    void process_thatAnswersStrangely_isNotSaidToHaveStopped() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            present(tab, outage, of(overview(0, json -> {}), there(1), gone(2, "it asks for another one", true, 30)));
            assertThat(words(tab, "#gone"))
                    .contains("Why It asks for another one. Done about it It is tried again every 30 s.");
            assertThat(tab.value("document.querySelector('#verdict').className"))
                    .isEqualTo("verdict ");
        }
    }

    @Test
    @DisplayName("When all are gone nothing is said to do well; of more than three the others are named in one line")
    void processes_thatAreAllGone_leaveNothingToSay() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            present(tab, outage, of(overview(0, json -> {}), gone(1), gone(2), gone(3), gone(4), gone(5)));
            assertThat(tab.value("document.querySelectorAll('#gone > div').length"))
                    .isEqualTo(4L);
            assertThat(tab.text("#gone")).contains("2 more are gone: orders-4, orders-5.");
            present(tab, outage, of(overview(0, json -> {}), gone(1), gone(2), gone(3), gone(4), never(5)));
            assertThat(tab.text("#gone")).contains("2 more are not heard: orders-4, orders-5.");
            assertThat(tab.value(HIDDEN)).isEqualTo(true);
            assertThat(tab.text("#live")).isEqualTo("0 of 5 live");
            assertThat(tab.value(LIVE)).isEqualTo("live stale");
            assertThat(tab.text("#service")).isEqualTo("checkout, not heard: orders-1, orders-2, orders-3 and 2 more");
            Object unused = tab.value("heard('cut', ''); true");
            assertThat(tab.value(HIDDEN)).isEqualTo(false);
            assertThat(tab.text("#verdict")).startsWith("Nothing is heard of checkout since ");
            assertThat(tab.value("document.querySelector('#gone').hidden")).isEqualTo(true);
        }
    }

    @Test
    @DisplayName("One of which nothing was ever heard is said not to be there, and nothing of it to be old")
    void process_thatWasNeverThere_isNotSaidToBeGone() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            present(tab, outage, of(outage.overview(), there(1), never(2)));
            assertThat(words(tab, "#gone"))
                    .startsWith("orders-2 is not there: nothing was ever heard of it. Since 00:00:59, for 5 s Why")
                    .endsWith("It is tried again every second.");
            assertThat(tab.value("document.querySelector('#said').textContent"))
                    .asString()
                    .startsWith("orders-2 is not there. ");
        }
    }

    @Test
    @DisplayName("Of several that are gone none is said to be the only thing on the page that is old")
    void processes_thatAreGone_areNotSaidToBeAllThatIsOld() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            present(tab, outage, of(outage.overview(), there(1), gone(2), gone(3)));
            assertThat(words(tab, "#gone"))
                    .contains("orders-3 is gone: nothing is heard of it.")
                    .endsWith("What is shown of it is of then.")
                    .doesNotContain("all else");
        }
    }

    @Test
    @DisplayName(
            "While somebody selects words of the first sentence, a process that is gone is said to be so all the same")
    void process_thatIsGone_isSaidBesideASelection() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            Object unused = tab.value(
                    "getSelection().selectAllChildren(document.querySelector('#verdict').firstElementChild); true");
            present(tab, outage, of(outage.overview(), there(1), gone(2)));
            assertThat(tab.value("isSelecting($('verdict'))")).isEqualTo(true);
            assertThat(tab.text("#gone")).startsWith("orders-2 is gone");
        }
    }
}
