package dev.plimsoll.bench.stress;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes the guarding lines out of core, one at a time, and asks whether the test that watches it sees that. Before that the
 * test has to pass for as long with core as it is: else it would prove nothing.
 */
final class Breaking {

    private static final int PATIENCE_SECONDS = 180;
    private static final List<String> LAST_LINES = List.of(UntilSeen.SEEN, UntilSeen.UNSEEN, UntilSeen.UNFIT);

    private final Path root;
    private final int millis;

    /** What the tests said of core as it is. */
    private final Map<String, String> controls = new HashMap<>();

    /**
     * Ready to begin.
     *
     * @param root the folder of this project
     * @param millis for how long each test is tried at most
     */
    Breaking(Path root, int millis) {
        this.root = root;
        this.millis = millis;
    }

    /** Tries those whose tests' names contain a match; whether there were any and all were seen. */
    boolean all(Pattern only) throws IOException, InterruptedException {
        List<Guarded> lines = Guarded.all().stream()
                .filter(each -> only.matcher(each.test()).find())
                .toList();
        System.out.println("| fault | what is broken | gap | test | seen |");
        System.out.println("|---|---|---|---|---|");
        int seen = 0;
        for (Guarded each : lines) {
            String said = tried(each);
            seen += said.startsWith(UntilSeen.SEEN) ? 1 : 0;
            System.out.println(row(each, said));
        }
        System.out.println();
        System.out.println(seen + " of " + lines.size() + " were seen");
        return seen > 0 && seen == lines.size();
    }

    private static String row(Guarded guarded, String said) {
        String gap = new Mutant(guarded.line()).hasGap() ? "yes" : "";
        String seen = said.startsWith(UntilSeen.SEEN)
                ? said.substring(UntilSeen.SEEN.length())
                : "**" + said.strip().replace('\n', ' ') + "**";
        return String.join(
                " | ",
                "| " + guarded.line().against(),
                guarded.words(),
                gap,
                "`" + guarded.shortly() + "`",
                seen + " |");
    }

    private String tried(Guarded guarded) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("mutant");
        try {
            String control = controls.get(guarded.test());
            if (control == null) {
                control = run(folder, guarded.test(), folder.resolve("control"));
                controls.put(guarded.test(), control);
            }
            return control.startsWith(UntilSeen.UNSEEN)
                    ? run(new Mutant(guarded.line()).compile(root, folder), guarded.test(), folder.resolve("said"))
                    : UntilSeen.UNFIT + "with core as it is " + control;
        } catch (IllegalStateException gone) {
            return UntilSeen.UNFIT + gone.getMessage();
        } finally {
            delete(folder);
        }
    }

    /** With the classes of a folder before those of core; the folder of a control has none. */
    private String run(Path mutant, String test, Path said) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        mutant + File.pathSeparator + System.getProperty("java.class.path"),
                        UntilSeen.class.getName(),
                        test,
                        String.valueOf(millis))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(millis / 1000 + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return UntilSeen.UNFIT + "it never ends";
            }
        } finally {
            process.destroyForcibly();
        }
        try (Stream<String> lines = Files.lines(said)) {
            List<String> all = lines.toList();
            return all.stream()
                    .filter(each -> LAST_LINES.stream().anyMatch(each::startsWith))
                    .findFirst()
                    .orElse(UntilSeen.UNFIT + String.join(" ", all.subList(0, Math.min(3, all.size()))));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
