package dev.plimsoll.bench.footprint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fresh virtual machine that measures one thing and says what came of it in its last line. */
final class Child {

    private Child() {}

    /**
     * Runs a program of this package.
     *
     * @throws IllegalStateException when it fails
     */
    static String run(List<String> flags, Class<?> program, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(args));
        Path errors = Files.createTempFile("plimsoll-bench", ".log");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        if (code != 0 || out.isEmpty()) {
            throw new IllegalStateException(program.getSimpleName() + " " + String.join(" ", args)
                    + " ended with exit code " + code + "\n" + Files.readString(errors));
        }
        Files.delete(errors);
        return out.substring(out.lastIndexOf('\n') + 1);
    }
}
