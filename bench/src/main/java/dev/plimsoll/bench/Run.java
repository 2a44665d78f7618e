package dev.plimsoll.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs the benchmarks and prints the tables. Virtual machines go in rounds: every row once, then every row again, so that a
 * machine whose speed drifts treats all subjects alike. The tables go to the output, progress to the error stream.
 */
public final class Run {

    /** What {@code --against} says of ratios that lie outside. */
    private static final int EXIT_OUTSIDE = 3;

    private static final int TAIL_LINES = 15;

    /** Many times what any row takes: a peer whose threads wait for each other must not stop the run. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Arguments arguments;
    private final PrintStream progress;
    private final Path folder;
    private final List<String> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final Set<String> hanging =
            new HashSet<>(); // to wait for them again in each round would take as long as all others

    private Run(Arguments arguments, PrintStream progress, Path folder) {
        this.arguments = arguments;
        this.progress = progress;
        this.folder = folder;
    }

    /**
     * The program behind {@code bench/run}.
     *
     * @param args see {@code bench/run --help}
     * @throws Exception when results cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        Arguments arguments;
        Results before = Results.none();
        try {
            arguments = Arguments.parse(List.of(args));
            Path against = arguments.against();
            if (against != null) {
                before = Results.given("--against", against);
            }
            Path page = arguments.page();
            if (page != null && arguments.isWhole()) {
                Page.TABLES.check(page);
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(new Run(arguments, System.err, Files.createTempDirectory("plimsoll-bench")).run(before));
    }

    /** Measures, and says what came of it; the exit code. */
    private int run(Results before) throws IOException, InterruptedException {
        List<String> setting = new ArrayList<>(Setting.lines(arguments));
        Results results = measure();
        failed.forEach(share -> setting.add("**No result: " + share + "**"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        String tables = Table.of(results, setting);
        out.print(tables);
        Against against = Against.of(before, results);
        if (arguments.against() != null) {
            out.print(against.words());
        }
        intoPage(results, tables);
        failed.forEach(share -> progress.println("No result: " + share));
        return failed.isEmpty() ? against.outside() == 0 ? 0 : EXIT_OUTSIDE : 1;
    }

    private Results measure() throws IOException, InterruptedException {
        Plan plan = Plan.of(arguments.quick(), arguments.only());
        int total = plan.shares().size() * arguments.forks();
        progress.printf(
                Locale.ROOT,
                "%d virtual machines, about %s on an idle machine%n",
                total,
                duration(plan.seconds(arguments.forks())));
        Files.createDirectories(arguments.out());
        long start = System.nanoTime();
        int number = 0;
        for (int round = 1; round <= arguments.forks(); round++) {
            for (Plan.Share share : plan.shares()) {
                progress.printf(Locale.ROOT, "[%d/%d] %s ", ++number, total, share);
                if (!given(share)) {
                    failed.add(share + ", round " + round);
                }
            }
            Files.writeString(arguments.json(), "[" + String.join(",\n", done) + "]\n");
        }
        progress.println("Measured in " + duration((System.nanoTime() - start) / 1e9));
        return Results.read(arguments.json());
    }

    /** Whether it has given a result, the first time or the second; what hangs is not tried again. */
    private boolean given(Plan.Share share) throws IOException, InterruptedException {
        if (hanging.contains(share.toString())) {
            progress.println("left out, for it hangs");
            return false;
        }
        // For want of memory, perhaps: an hour is not lost for that.
        return measure(share) || (!hanging.contains(share.toString()) && measure(share));
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d minutes", whole / 60, whole % 60);
    }

    /** One virtual machine; whether it has given a result. */
    private boolean measure(Plan.Share share) throws IOException, InterruptedException {
        Path json = folder.resolve("vm.json");
        Path log = folder.resolve("vm.log");
        Files.deleteIfExists(json);
        Process vm = new ProcessBuilder(Vm.command(share, arguments.quick(), json))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread killer = new Thread(vm::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        boolean ended = hasEnded(vm, LIMIT);
        Runtime.getRuntime().removeShutdownHook(killer);
        if (!ended) {
            hanging.add(share.toString());
        }
        String entries = ended && vm.exitValue() == 0 ? entries(json) : "";
        if (entries.isEmpty()) {
            progress.println("FAILED: "
                    + (ended ? "exit code " + vm.exitValue() : "hangs, ended after " + LIMIT.toSeconds() + " s"));
            List<String> lines = Files.readAllLines(log);
            lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).forEach(progress::println);
            return false;
        }
        done.add(entries);
        progress.println(Results.summary(entries));
        return true;
    }

    /** Whether it has come to its end in time; if not, it is ended. */
    static boolean hasEnded(Process vm, Duration limit) throws InterruptedException {
        if (vm.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        int unused = vm.destroyForcibly().waitFor();
        return false;
    }

    /** What stands between the brackets of JMH's list. */
    private static String entries(Path json) throws IOException {
        String text = Files.readString(json).strip();
        return text.substring(1, text.length() - 1).strip();
    }

    private void intoPage(Results results, String tables) throws IOException {
        Path page = arguments.page();
        if (page == null) {
            return;
        }
        if (arguments.isWhole()) {
            Page.TABLES.fill(page, tables);
            Files.writeString(Page.numbers(page), results.brief());
        } else {
            progress.println("Not written into " + page.getFileName() + ": that takes all rows, and at least "
                    + Arguments.FORKS + " rounds");
        }
    }
}
