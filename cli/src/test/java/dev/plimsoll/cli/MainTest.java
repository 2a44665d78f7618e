package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void main_withoutArguments_printsTheUsage() {
        assertThat(plimsoll()).isZero();
        assertThat(out.toString()).startsWith("Usage: plimsoll");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void help_printsTheUsage() {
        assertThat(plimsoll("--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: plimsoll");
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

    private int plimsoll(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
