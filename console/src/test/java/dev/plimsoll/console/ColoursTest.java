package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.console.Browser.Tab;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Red is what is shut off or gone, amber what goes on in part: wherever it stands on the page. */
final class ColoursTest extends ShownOutage {

    private static final String COLOUR = "(node => getComputedStyle(node).color)";

    /** The colour of the badge of its card, of the link to it in the box, and of its entry on the timeline, where it has one. */
    private static @Nullable Object colours(Tab tab, String name, String title) {
        return tab.value("{ const colour = " + COLOUR + "; const entry = [...document.querySelectorAll('#timeline li')]"
                + ".find(each => each.children[1].innerText.trim() === '" + name
                + "' && each.querySelector('.title').innerText === '" + title + "');"
                + " const chip = chips.get('" + name + "');"
                + " [...new Set([colour(cards.get('" + name + "').pill), colour(entry.querySelector('.title')),"
                + " ...(chip === undefined ? [] : [colour(chip.firstElementChild)])])].join() }");
    }

    @Test
    @DisplayName("What is red or amber as a badge is so in the box at the top and on the timeline as well")
    void state_hasOneColour() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            for (boolean dark : new boolean[] {false, true}) {
                tab.size(1280, 1000, dark);
                Object red = tab.value(COLOUR + "(cards.get('payments').pill)");
                Object amber = tab.value(COLOUR + "(cards.get('maps').pill)");
                assertThat(red).isNotEqualTo(amber);
                assertThat(colours(tab, "payments", "CLOSED → OPEN")).isEqualTo(red);
                assertThat(colours(tab, "mail", "CLOSED → FORCED OPEN")).isEqualTo(red);
                assertThat(colours(tab, "maps", "rate limited")).isEqualTo(amber);
                assertThat(colours(tab, "search", "bulkhead full")).isEqualTo(amber);
                assertThat(colours(tab, "prices", "retry budget used up")).isEqualTo(amber);
                assertThat(colours(tab, "prices", "failing")).isEqualTo(amber);
            }
        }
    }

    @Test
    @DisplayName(
            "Behind the first sentence stands what is shut off, then what goes on in part, the most harmful first; what an"
                    + " operator has set stands last, as set by a person")
    void others_areInTheOrderOfTheirColours() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String links = "[...document.querySelectorAll('#%s a')].map(each => each.innerText.split(':')[0]).join()";
            assertThat(tab.value(String.format(links, "others"))).isEqualTo("maps,prices,search");
            assertThat(tab.value(String.format(links, "held"))).isEqualTo("mail");
            assertThat(tab.text("#held")).startsWith("Set by a person");
            assertThat(tab.text("#others")).startsWith("Also in trouble").doesNotContain("mail");
            String stock = "{\"name\":\"stock\",\"harm\":0.5,\"keys\":3,\"troubledKeys\":1,\"ends\":"
                    + "{\"ANSWERED\":9,\"FAILED\":0,\"TIMED_OUT\":0,\"REFUSED\":1,\"CANCELLED\":0}}]}";
            present(tab, outage, outage.overview().replaceFirst("]}$", "," + stock));
            assertThat(tab.value(String.format(links, "others"))).isEqualTo("stock,maps,prices,search");
            assertThat(tab.value("document.querySelectorAll('#verdict .others:not([hidden])').length"))
                    .isEqualTo(2L);
        }
    }

    @Test
    @DisplayName(
            "The first box has the colour of what it is about: red what is shut off, and amber what goes on in part")
    void box_hasTheColourOfWhatItIsAbout() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String look = "document.querySelector('#verdict').className";
            Object red = tab.value(BACK);
            assertThat(tab.value(look)).isEqualTo("verdict bad");
            present(tab, outage, stock(Reason.RATE_LIMITED));
            assertThat(tab.value(look)).isEqualTo("verdict impaired");
            Object amber = tab.value(BACK);
            assertThat(amber).isNotEqualTo(red);
            assertThat(tab.value("cards.get('stock').pill.textContent")).isEqualTo("▲ RATE LIMITED");
            present(tab, outage, stock(Reason.SHUT_DOWN));
            assertThat(tab.value(look)).isEqualTo("verdict bad");
            assertThat(tab.value("cards.get('stock').pill.textContent")).isEqualTo("▲ SHUT DOWN");
            assertThat(tab.value("cards.get('stock').pill.className + ', ' + cards.get('stock').node.className"))
                    .isEqualTo("pill OPEN, card OPEN");
            present(tab, outage, held("FORCED_OPEN"));
            assertThat(tab.value(BACK)).isEqualTo(red);
            present(tab, outage, held("DISABLED"));
            assertThat(tab.value(BACK)).isEqualTo(amber);
            Object unused = tab.value("heard('cut', ''); true");
            assertThat(tab.value(look)).isEqualTo("verdict stale");
            assertThat(tab.value(BACK)).isEqualTo(red);
        }
    }

    private static final String BACK = "getComputedStyle(document.querySelector('#verdict')).backgroundColor";

    private static String stock(String more) {
        return overview(
                1,
                json -> json.writeRawValue(
                        "{\"name\":\"stock\",\"ends\":{\"ANSWERED\":9,\"FAILED\":0,\"TIMED_OUT\":0,\"REFUSED\":20,"
                                + "\"CANCELLED\":0}," + more + "}"));
    }

    private String stock(Reason reason) {
        Trouble trouble = new Refusing(payments.snapshot(), 2, AT - 4_000).because(reason);
        return stock("\"troubles\":[" + Json.object(trouble::write) + "]");
    }

    private static String held(String state) {
        return stock(
                "\"circuit\":{\"state\":\"" + state + "\",\"since\":" + (AT - 4_000)
                        + ",\"reason\":\"by ops\",\"admitting\":0,\"probes\":0,\"operated\":{\"who\":\"ops\",\"reason\":\"r\"}}");
    }

    @Test
    @DisplayName("A banner of an older or a newer process, whose tone this page does not know, is one that is bad")
    void banner_ofAToneThatIsNotKnown_isBad() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String back = "getComputedStyle(document.querySelector('#banners .banner')).backgroundColor";
            Object amber = tab.value(back);
            assertThat(outage.overview()).contains("\"tone\":\"IMPAIRED\"");
            for (String tone : new String[] {"BAD", "WORSE"}) {
                present(tab, outage, outage.overview().replace("\"tone\":\"IMPAIRED\"", "\"tone\":\"" + tone + "\""));
                assertThat(tab.text("#banners")).contains("shop is DEGRADED");
                assertThat(tab.value(back)).isEqualTo(amber);
                assertThat(tab.text("#calm")).doesNotContain("shop");
            }
        }
    }

    @Test
    @DisplayName("The button for light and dark has a drawing of its own, and is called what it was")
    void theme_hasItsOwnDrawing() throws Exception {
        try (Outage outage = Outage.played();
                Console console = Console.start(outage.guards(), 0)) {
            Tab tab = show(console, outage);
            String drawn =
                    "[...document.querySelectorAll('#theme svg')].filter(each => each.getBoundingClientRect().width > 10)"
                            + ".map(each => each.className.baseVal).join()";
            String name = "document.querySelector('#theme').getAttribute('aria-label')";
            tab.size(1280, 1000, false);
            assertThat(tab.value("document.querySelector('#theme').textContent"))
                    .isEqualTo("");
            assertThat(tab.value(name)).isEqualTo("Switch between light and dark");
            assertThat(tab.value(drawn)).isEqualTo("moon");
            tab.size(1280, 1000, true);
            assertThat(tab.value(drawn)).isEqualTo("sun");
            Object unused = tab.value("document.querySelector('#theme').click(); true");
            assertThat(tab.value(drawn)).isEqualTo("moon");
            unused = tab.value("document.querySelector('#theme').click(); true");
            assertThat(tab.value(drawn)).isEqualTo("sun");
            unused = tab.value("localStorage.clear(); true");
        }
    }
}
