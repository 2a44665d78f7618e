package dev.plimsoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guards;
import dev.plimsoll.console.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plimsoll console} in a process of its own, with the consoles of others. */
final class ConsoleEndToEndTest {
    private static final String VARIABLE = "PLIMSOLL_CONSOLE_TOKEN";
    private static final String TOKEN = "a token of 24 characters";

    private final Guards guards = Guards.create(g -> g.logging(false));

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName("Two processes on one page; one is killed, and the page says at once that it is gone")
    void console_showsSeveralProcesses_andSaysWhichIsGone() throws Exception {
        try (Program first = Program.start("demo", "--seconds", "60", "--json");
                Program second = Program.start("demo", "--seconds", "60", "--json");
                Program console = Program.start("console", first.page(), second.page())) {
            String address = console.line(1, "Watch it: ").replaceFirst("^Watch it: ", "");
            String gone = "shop@" + second.page().replaceAll("^http://|/$", "");
            assertThat(console.line(1, "It shows")).contains("shop@127.0.0.1:", gone, "Ctrl-C ends it.");
            try (PageStream page = PageStream.open(address)) {
                page.until("\"name\":\"" + gone + ":payments\"");
                second.kill();
                page.until("\"process\":\"" + gone + "\"", "\"title\":\"is gone\"", gone + " is gone (");
                page.until("\"name\":\"" + gone + "\"", "\"gone\":");
            }
            assertThat(console.stop()).isEqualTo(143);
            assertThat(console.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("The token comes from the environment or a file, and is in no message")
    void console_thatAsksForAToken_isOpenedByTheRightOne() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        try (Console guarded = Console.start(guards, c -> c.service("orders").token(TOKEN))) {
            String url = guarded.address().toString();
            try (Program opened = Program.start(Map.of(VARIABLE, TOKEN), "console", url, "--json")) {
                assertThat(Parsed.of(opened.line(1, "page").replaceFirst(",\"processes\".*", "}"))
                                .text("page"))
                        .startsWith("http://127.0.0.1:");
                assertThat(opened.line(1, "page")).contains("\"processes\":[\"orders\"]");
            }
            try (Program opened = Program.start("console", url, "--json", "--token-file", file.toString())) {
                opened.line(1, "\"processes\":[\"orders\"]");
            }
            fails(Program.start("console", url), "token must be", url, "(none was given)");
            String wrong = "a token, but a wrong one";
            fails(Program.start(Map.of(VARIABLE, wrong), "console", url), "token must be", url, "another one)")
                    .doesNotContain(wrong);
        }
    }

    @Test
    @DisplayName("What is no console, or not there, is named with its URL")
    void console_thatIsNone_isNamed() throws Exception {
        try (Program flaky = Program.start("flaky", "--port", "0", "--json")) {
            String url = Parsed.of(flaky.line(1, "server")).text("server") + "/";
            fails(Program.start("console", url), "URL must be that of a console: " + url, "(it answers 404)");
            flaky.kill();
            fails(
                    Program.start("console", url),
                    "URL must be that of a console that runs: " + url,
                    "(connection refused)");
        }
    }

    private static org.assertj.core.api.AbstractStringAssert<?> fails(Program program, String... complaints) {
        try (program) {
            assertThat(program.exit()).isEqualTo(1);
            assertThat(program.lines()).isEmpty();
            return assertThat(String.join("\n", program.complaints()))
                    .startsWith("plimsoll console: ")
                    .contains(complaints);
        }
    }
}
