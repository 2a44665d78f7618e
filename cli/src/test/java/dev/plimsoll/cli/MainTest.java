package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    private static final String[] NOTHING = {};

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void main_withoutArguments_printsTheUsage() {
        assertThat(plimsoll(NOTHING)).isZero();
        assertThat(out.toString()).startsWith("Usage: plimsoll");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void help_listsTheCommandsAndTheExitCodes() {
        assertThat(plimsoll("--help")).isZero();
        assertThat(out.toString())
                .startsWith("Usage: plimsoll")
                .containsPattern("(?m)^  demo +\\w")
                .containsPattern("(?m)^  console +\\w")
                .containsPattern("(?m)^  watch +\\w")
                .containsPattern("(?m)^  flaky +\\w")
                .containsPattern("(?m)^  checkout +\\w")
                .containsPattern("(?m)^  amplification +\\w")
                .containsPattern("(?m)^  overload +\\w")
                .contains("Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "console", "watch", "flaky", "checkout", "amplification", "overload"})
    void help_ofEachCommand_namesItsOptionsAndTheExitCodes(String command) {
        assertThat(plimsoll(command, "--help")).isZero();
        assertThat(out.toString())
                .contains("Usage: plimsoll " + command, "--json", "--help", "Exit codes:")
                .containsPattern("(?m)^ +130 +interrupted");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void json_listsTheCommands() {
        assertThat(plimsoll("--json")).isZero();
        assertThat(out.toString()).startsWith("{\"commands\":[").contains("\"flaky\"", "\"watch\"", "\"demo\"");
    }

    @Test
    void version_namesTheBuiltVersionAndTheJvm() {
        assertThat(plimsoll("--version")).isZero();
        assertThat(out.toString())
                .containsPattern("^plimsoll \\d+\\.\\d+\\.\\d+")
                .contains("java " + Runtime.version());
    }

    @Test
    void unknownOption_saysSoOnErrAndExitsWith2() {
        assertThat(plimsoll("--no-such-option")).isEqualTo(2);
        assertThat(err.toString()).contains("--no-such-option");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void unknownCommand_isAnsweredWithTheNearestOne() {
        assertThat(plimsoll("flakey")).isEqualTo(2);
        assertThat(err.toString()).contains("'flakey'", "flaky");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "flaky --port 70000, --port must be 0 to 65535: 70000",
                "flaky --drain-timeout 0s, --drain-timeout must be longer than 0: 0ms",
                "flaky --latency 5, '--latency': must be a number with its unit",
                "amplification --rate 9, --rate must be 10 to 2000: 9",
                "amplification --window 2m, --window must be 500ms to 1m: 2m",
                "amplification --windows 0, --windows must be 1 to 100: 0",
                "amplification --storm 0, --storm must be 1 to 1000: 0",
                "overload --seconds 0, --seconds must be 1 to 3600: 0",
                "overload --warm-up 3601, --warm-up must be 1 to 3600: 3601",
                "overload --loads 16, --loads must be 1 to 15: 16",
                "overload --bulkhead 0, --bulkhead must be 1 to 100000: 0",
                "overload --svg /nowhere/x.svg, --svg must be a file in a folder that exists: /nowhere/x.svg",
                "overload --policies some, must be one of none",
                "demo --seconds 14, --seconds must be 15 to 3600: 14",
                "demo --seconds 3601, --seconds must be 15 to 3600: 3601",
                "demo --port 70000, --port must be 0 to 65535: 70000",
                "checkout --port -1, --port must be 0 to 65535: -1",
                "console, Missing required parameter: 'URL'",
                "console http://127.0.0.1:1 --port 70000, --port must be 0 to 65535: 70000",
                "console ftp://x, URL must begin with http:// or https:// and name a host: 'ftp://x'",
                "console http://x?token=1, URL must have neither a user nor a query: 'http://x?token=1'",
                "console http://me:secret@x, URL must have neither a user nor a query: (not shown)",
                "console http://x http://x/#/d/payments, URL must not be given twice: http://x/",
                "console http://x --token-file /nowhere/t, --token-file must be a file that can be read: /nowhere/t",
                "watch, Missing required parameter: 'URL'",
                "watch ftp://x, URL must begin with http:// or https:// and name a host: 'ftp://x'",
                "watch http://:80, URL must begin with http:// or https:// and name a host: 'http://:80'",
                "watch http://x:70000, URL must begin with http:// or https:// and name a host: 'http://x:70000'",
                "watch http://x --failures 0, --failures must be at least 1: 0",
                "watch http://x --every 0s, --every must be longer than 0: 0ms",
                "watch http://x --for soon, '--for': must be a number with its unit"
            })
    void wrongValue_isNamedWithItsFieldAndRule(String line, String complaint) {
        assertThat(plimsoll(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(complaint).contains("--help'");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void severalWrongValues_areAllNamed() {
        assertThat(plimsoll("watch", "nowhere", "--failures", "0", "--timeout", "0ms"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("URL must", "--failures must", "--timeout must");
    }

    @Test
    @DisplayName("What could not be printed was not done")
    void output_thatCannotBeWritten_isAFailure() {
        PrintWriter full = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        assertThat(Main.run(full, new PrintWriter(err, true), "--json")).isEqualTo(1);
        assertThat(err.toString()).contains("could not be written");
    }

    private int plimsoll(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
