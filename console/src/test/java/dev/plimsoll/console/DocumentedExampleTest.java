package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guards;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.failover.Replicas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of docs/console.md, compiled and compared with the page; and the settings that the page names. */
final class DocumentedExampleTest {

    private static final Path PAGE = Path.of("../docs/console.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/plimsoll/console/DocumentedExampleTest.java");

    /** Not run: the port may be taken. */
    static void example(Guards guards, Degradation degradation, Drain drain, Replicas<String> replicas)
            throws IOException {
        // example
        try (Console console = Console.start(guards, 8099)) { // http://127.0.0.1:8099/
            console.watch(degradation).watch(drain); // what is about the service itself has its place on the page
            replicas.observe(console.observer()); // and what else is no guard can be on the timeline
            System.out.println(console.address());
            serve();
        }
        // end of example
    }

    private static void serve() {}

    @Test
    @DisplayName("The example of the page is the one that was compiled")
    void example_isThatOfThePage() throws IOException {
        String code = Pattern.compile("(?s) +// example\n(.*?)\n +// end of example\n")
                .matcher(Files.readString(SOURCE))
                .results()
                .map(match -> match.group(1).stripIndent())
                .findFirst()
                .orElseThrow();
        assertThat(Files.readString(PAGE)).contains("```java\n" + code + "\n```");
    }

    @Test
    @DisplayName("The page names every setting")
    void page_namesEverySetting() throws IOException {
        String page = Files.readString(PAGE);
        for (var method : ConsoleBuilder.class.getMethods()) {
            if (method.getReturnType() == ConsoleBuilder.class
                    && !method.getName().equals("time")) {
                assertThat(page).contains("| `" + method.getName() + "(");
            }
        }
    }
}
