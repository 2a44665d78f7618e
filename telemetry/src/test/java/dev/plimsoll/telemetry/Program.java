package dev.plimsoll.telemetry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Programs of Debian's package prometheus, where they are. */
final class Program {

    private Program() {}

    /** Ends the test as skipped where the program is not there. */
    static void needs(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return;
            }
        }
        Assumptions.abort("there is no " + name + " on the path: apt-get install prometheus");
    }

    static Process start(Path folder, Path output, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Runs to its end, and says what it printed if that was not good. */
    static void run(Path folder, String... command) throws Exception {
        Path output = folder.resolve(command[0] + ".out");
        int code = start(folder, output, List.of(command)).waitFor();
        if (code != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with " + code + ":\n" + Files.readString(output));
        }
    }
}
