package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The workshop's numbers are the defaults of the program: docs/seeds/c-workshop.md. */
final class SeedWorkshopTest {

    @ParameterizedTest
    @CsvSource({
        "flaky, --port, 9001",
        "watch, --failures, 3",
        "watch, --open-for, 5s",
        "checkout, --users, 1000",
        "checkout, --payment-latency, 30s"
    })
    @DisplayName("CB-3 the program's defaults are the workshop's numbers")
    void option_hasTheWorkshopsDefault(String command, String option, String value) {
        StringWriter out = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(new StringWriter()), command, "--help"))
                .isZero();
        String help = out.toString().replaceAll("\\s+", " ");
        assertThat(help).containsPattern(option + "=[^=]*\\(default: " + value + "\\)");
    }
}
