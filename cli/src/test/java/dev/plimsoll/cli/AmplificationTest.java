package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.Rendezvous;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code plimsoll amplification}, with real services and short windows. */
final class AmplificationTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int plimsoll(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    @DisplayName("RB-2 real services: 243 calls at the bottom without budgets, at most 1.61 per call with them")
    void json_holdsWhatWasCounted() {
        // How fast this machine is decides the exit code, and the figures about failures at random; not the bounds.
        plimsoll("amplification", "--json", "--rate", "100", "--window", "1s", "--storm", "2");

        assertThat(out.toString().lines()).as(err.toString()).hasSize(1);
        Parsed json = Parsed.of(out.toString().trim());
        assertThat(json.number("layers")).isEqualTo(5);
        assertThat(json.number("attempts")).isEqualTo(3);
        assertThat(json.number("unbudgeted")).isEqualTo(243);
        assertThat(json.number("offered")).isEqualTo(200);
        assertThat(json.number("bottom_calls")).isBetween(200.0, Math.pow(1.1, 5) * 200);
        assertThat(json.number("budgeted")).isCloseTo(json.number("bottom_calls") / 200, within(1e-4));
        assertThat(json.number("minimum")).isZero();
        assertThat(json.number("success_at_5_percent_failures")).isBetween(0.9, 1.0);
        assertThat(err.toString()).contains("amplification: all fail, no budgets: 2 calls");
        Rendezvous.await(() -> threads().isEmpty(), "the threads of the services have ended");
    }

    @Test
    @DisplayName("RB-2 the table shows all four phases, retries at the edge included")
    void table_showsAllPhases() {
        plimsoll("amplification", "--rate", "20", "--window", "500ms", "--windows", "1", "--storm", "1");

        assertThat(out.toString())
                .containsPattern("(?m)^all fail, no budgets +1 +\\d+ +243 +243.00 +0.00 % +0$")
                .containsPattern("(?m)^all fail, budgets +10 +\\d+ ")
                .containsPattern("(?m)^all fail, retries at the edge +1 +\\d+ +3 +3.00 +0.00 % +0$")
                .containsPattern("(?m)^5 % fail at random, budgets +10 +\\d+ ");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("s[1-5]|amplification-.*"))
                .toList();
    }
}
