package dev.plimsoll.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs the benchmarks and prints the tables. Virtual machines go in rounds: every row once, then every row again, so that a
 * machine whose speed drifts treats all subjects alike. The tables go to the output, progress to the error stream.
 */
public final class Run {

    private static final int TAIL_LINES = 15;

    private final Arguments arguments;
    private final PrintStream progress;
    private final Path folder;
    private final List<String> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

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
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Run run = new Run(arguments, System.err, Files.createTempDirectory("plimsoll-bench"));
        Results results = run.measure();
        String tables = Table.of(results, run.setting);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.print(tables);
        if (arguments.against() != null) {
            out.print(Against.words(before, results));
        }
        run.intoPage(tables);
        run.failed.forEach(share -> System.err.println("no result: " + share));
        System.exit(run.failed.isEmpty() ? 0 : 1);
    }

    private List<String> setting = List.of();

    private Results measure() throws IOException, InterruptedException {
        Plan plan = Plan.of(arguments.quick(), arguments.only());
        int total = plan.shares().size() * arguments.forks();
        progress.printf(
                Locale.ROOT,
                "%d rows, %d virtual machines, about %.0f minutes on an idle machine%n",
                plan.shares().size(),
                total,
                Math.ceil(plan.seconds(arguments.forks()) / 60));
        setting = Setting.lines(arguments);
        int number = 0;
        for (int round = 1; round <= arguments.forks(); round++) {
            for (Plan.Share share : plan.shares()) {
                progress.printf(Locale.ROOT, "[%d/%d] %s ", ++number, total, share);
                measure(share);
            }
            Files.writeString(arguments.json(), "[" + String.join(",\n", done) + "]\n");
        }
        return Results.read(arguments.json());
    }

    private void measure(Plan.Share share) throws IOException, InterruptedException {
        Path json = folder.resolve("vm.json");
        Path log = folder.resolve("vm.log");
        Files.deleteIfExists(json);
        Process vm = new ProcessBuilder(Vm.command(share, arguments.quick(), json))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread killer = new Thread(vm::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        int code = vm.waitFor();
        Runtime.getRuntime().removeShutdownHook(killer);
        String entries = code == 0 ? entries(json) : "";
        if (entries.isEmpty()) {
            failed.add(share.toString());
            progress.println("FAILED: exit code " + code);
            List<String> lines = Files.readAllLines(log);
            lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).forEach(progress::println);
            return;
        }
        done.add(entries);
        progress.println(Results.summary(entries));
    }

    /** What stands between the brackets of JMH's list. */
    private static String entries(Path json) throws IOException {
        String text = Files.readString(json).strip();
        return text.substring(1, text.length() - 1).strip();
    }

    private void intoPage(String tables) throws IOException {
        Path page = arguments.page();
        if (page == null) {
            return;
        }
        if (arguments.isWhole() && failed.isEmpty()) {
            Files.writeString(page, Page.TABLES.into(Files.readString(page), tables));
        } else {
            progress.println("Not written into " + page.getFileName() + ": that takes a full run with at least "
                    + Arguments.FORKS + " forks of every row");
        }
    }
}
