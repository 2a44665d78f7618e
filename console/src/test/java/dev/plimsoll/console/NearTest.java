package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.console.Browser.Tab;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One dependency from near, in a real browser: what an operator may do, its last calls, and its counts. */
final class NearTest extends InBrowser {

    private static Tab near(Console console) {
        Tab tab = browser().open(console.address() + "#/d/payments");
        tab.until("document.querySelector('.steer') !== null && page.connected");
        return tab;
    }

    private static @Nullable Object button(Tab tab, String deed, String look) {
        return tab.value("{ const button = document.querySelector('.steer [value=" + deed + "]'); " + look + " }");
    }

    private static String effect(Tab tab, String deed) {
        return String.valueOf(
                button(tab, deed, "document.getElementById(button.getAttribute('aria-describedby')).innerText"));
    }

    @Test
    @DisplayName(
            "Each deed of an operator has a row with its effect, which describes its button, and the fields say what they are"
                    + " required for; on a phone nothing is wider than the page")
    void deeds_haveTheirEffectsBesideThem() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = near(console);
            assertThat(effect(tab, "force-open")).isEqualTo("All calls are refused, until it ends by itself.");
            assertThat(effect(tab, "close")).isEqualTo("Calls pass, and counting begins anew; it may open again.");
            assertThat(effect(tab, "disable"))
                    .isEqualTo(
                            "All calls pass, and nothing is judged: there is no protection, until it ends by itself.");
            assertThat(effect(tab, "metrics-only"))
                    .isEqualTo("Calls are judged, but the circuit never opens, until it ends by itself.");
            assertThat(tab.text(".steer"))
                    .containsPattern(
                            "Reason\\s+required\\s+Who you are\\s+required\\s+Seconds until it ends by itself\\s+"
                                    + "required for “Force open”, “Disable” and “Metrics only”");
            for (int width : new int[] {360, 1280}) {
                tab.size(width, 900, false);
                for (String deed : List.of("force-open", "close", "disable", "metrics-only", "reset")) {
                    assertThat(button(
                                    tab,
                                    deed,
                                    "const box = button.parentNode.getBoundingClientRect(); const its = button.getBoundingClientRect();"
                                            + " button.tabIndex === 0 && its.height >= 24 && box.left >= 0 && box.right <= innerWidth"
                                            + " && button.parentNode.scrollWidth <= button.parentNode.clientWidth"))
                            .as(deed + " at " + width)
                            .isEqualTo(true);
                }
            }
        }
    }

    @Test
    @DisplayName("Reset says that nothing is set and does nothing, until an operator has set something")
    void reset_isForWhatAnOperatorHasSet() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = near(console);
            tab.until(has("#effect-reset", "Ends what an operator has set: nothing is set."));
            Object unused = tab.value(
                    "{ const form = document.querySelector('.steer'); form.reason.value = 'they are well';"
                            + " form.who.value = 'ops'; form.ttlSeconds.value = ''; window.asked = 0; const was = fetch;"
                            + " window.fetch = (...all) => { if (all.length > 1 && all[1].method === 'POST') asked++; return was(...all); }; true }");
            unused = button(tab, "reset", "button.click(); true");
            assertThat(button(tab, "reset", "button.getAttribute('aria-disabled')"))
                    .isEqualTo("true");
            assertThat(tab.value("asked")).isEqualTo(0L);
            assertThat(tab.text(".steer [role=alert]")).isEqualTo("Nothing is set.");

            unused = tab.value("getSelection().selectAllChildren(document.querySelector('#detail-title')); true");
            breaker().forceOpen("they move house", "anna", Duration.ofMinutes(10));
            tab.until(has("#effect-reset", "set: FORCED OPEN. Calls pass, and counting begins anew."));
            assertThat(tab.value("isSelecting(document.querySelector('#detail'))"))
                    .isEqualTo(true); // it is read on
            assertThat(tab.text(".steer [role=alert]")).isEqualTo("");
            unused = tab.value("getSelection().removeAllRanges(); true");
            assertThat(button(tab, "reset", "button.getAttribute('aria-disabled')"))
                    .isEqualTo("false");
            unused = button(tab, "force-open", "button.click(); true"); // which needs the seconds
            assertThat(tab.value("asked")).isEqualTo(0L);
            unused = button(tab, "reset", "button.click(); true"); // which does not
            tab.until(has("#timeline", "FORCED OPEN → CLOSED"));
            assertThat(tab.value("asked")).isEqualTo(1L);
            assertThat(breaker().state()).isEqualTo(BreakerState.CLOSED);
            tab.until(has("#effect-reset", "nothing is set."));
        }
    }

    @Test
    @DisplayName(
            "Where no call was heard yet it says since when calls are listened to, and whether that is for this page")
    void lastCalls_sayThatNoneCameYet() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = near(console);
            tab.until(has("#detail-more", "None yet: calls are listened to since this page was opened, at "));
            assertThat(tab.text("#detail-more"))
                    .containsPattern("this page was opened, at .*[0-9:]{8}\\.")
                    .doesNotContain("only while a page is open");
            assertThat(tab.value("silence({ heardSince: performance.timeOrigin - page.skew - 60000 })"))
                    .asString()
                    .startsWith("None yet: calls are listened to since a page was opened, at ");
            assertThat(tab.value("silence({})"))
                    .isEqualTo("None yet: calls are listened to from when this page is connected.");
            fail();
            tab.until(has("#detail-more", "Read timed out"));
            assertThat(tab.text("#detail-more")).contains("listened to since ").doesNotContain("None yet");
        }
    }

    @Test
    @DisplayName("What an older process says of one, without its refusals by reason, is shown, and its form is there")
    void answer_ofAnOlderProcess_isShown() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            fail();
            Tab tab = open(console);
            Object unused = tab.value(REWRITES + "delete body.refusals; delete body.triesAgain; return body; });"
                    + " location.hash = '#/d/payments'; true");
            tab.until("document.querySelector('.steer') !== null");
            tab.until(has("#detail-more", "Since its guard was made"));
            assertThat(rows(tab)).isEqualTo("failed 5");
        }
    }

    @Test
    @DisplayName(
            "Where another process answers, in which the dependency has no circuit breaker, there is no form any more")
    void form_whereTheCircuitBreakerIsGone_goes() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            Tab tab = near(console);
            Object unused = tab.value(REWRITES + "delete body.state; delete body.outlook; return body; }); true");
            tab.until("document.querySelector('.steer') === null");
            tab.until("document.querySelector('.machine') === null");
            assertThat(tab.text("#detail-now")).contains("What its guard said at ");
        }
    }

    /** What is asked for is changed by a function of its body before the page gets it. */
    private static final String REWRITES = "const was = fetch; window.fetch = async (...all) => {"
            + " const answer = await was(...all); if (all.length > 1) return answer; const body = await answer.json();"
            + " return { ok: answer.ok, json: async () => rewritten(body) }; }; const rewritten = (body => { ";

    private static String rows(Tab tab) {
        return String.valueOf(
                tab.value(
                        "[...document.querySelector('#detail-more > :last-child').querySelectorAll('tbody tr')]"
                                + ".map(each => (each.className === 'part' ? '> ' : '') + [...each.cells].map(cell => cell.innerText).join(' ')).join('; ')"));
    }

    @Test
    @DisplayName("Reasons for which calls were refused stand below their sum, so that nobody adds them up once more")
    void reasons_standBelowTheirSum() throws IOException {
        try (Console console = Console.start(guards, 0)) {
            fail();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> payments.call(() -> 7)).isInstanceOf(RejectedException.class);
            }
            Tab tab = near(console);
            tab.until(has("#detail-more", "of which circuit open"));
            assertThat(rows(tab)).isEqualTo("failed 5; refused 3; > of which circuit open 3");
        }
    }

    @Test
    @DisplayName(
            "Where attempts after the first are refused as well, the reasons are those of attempts, with their sum")
    void reasons_ofRetries_areNotThoseOfCalls() throws IOException {
        Guard stock = guards.guard(
                "stock",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(Duration.ofMinutes(30)))
                        .retry(Retry.fixed(Duration.ZERO).maxAttempts(3)));
        try (Console console = Console.start(guards, 0)) {
            assertThatThrownBy(() -> stock.call(() -> {
                        throw new IOException("reset");
                    }))
                    .isInstanceOf(Exception.class);
            assertThatThrownBy(() -> stock.call(() -> 7)).isInstanceOf(RejectedException.class);
            Tab tab = browser().open(console.address() + "#/d/stock");
            tab.until(has("#detail-more", "of which circuit open"));
            assertThat(rows(tab)).contains("refused 1; attempts refused, retries too 2; > of which circuit open 2");
        }
    }
}
