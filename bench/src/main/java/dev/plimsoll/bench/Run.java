package dev.plimsoll.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and prints the table. Forks go in rounds: every benchmark once, then every benchmark again, so
 * that a machine whose speed drifts treats all subjects alike. The table goes to the output, progress to the error
 * stream.
 */
public final class Run {

    private static final double BUSY_LOAD = 0.5;
    private static final int TAIL_LINES = 15;

    private final Arguments arguments;
    private final PrintStream progress;
    private final Path log;
    private final List<RunResult> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private Run(Arguments arguments, PrintStream progress, Path log) {
        this.arguments = arguments;
        this.progress = progress;
        this.log = log;
    }

    /**
     * The program behind {@code bench/run}.
     *
     * @param args see {@code bench/run --help}
     * @throws IOException when results cannot be written
     */
    public static void main(String[] args) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        PrintStream out = System.out;
        // What forks print is no part of the table.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        Path log = Files.createTempFile("plimsoll-bench", ".log");
        Run run = new Run(arguments, System.err, log);
        out.print(run.table());
        out.flush();
        Files.delete(log);
        run.failed.forEach(key -> System.err.println("no result: " + key));
        System.exit(run.failed.isEmpty() ? 0 : 1);
    }

    /** What is to be measured, in one round. */
    static List<Measurement.Key> plan(Pattern only) {
        List<Measurement.Key> plan = new ArrayList<>();
        for (Rows.Entry entry : Rows.all()) {
            for (int failing = 0; failing <= (entry.scenario().alsoFailing() ? 1 : 0); failing++) {
                for (int threads = 1; threads <= 2; threads++) {
                    plan.add(new Measurement.Key(entry.benchmark(), failing, threads));
                }
            }
        }
        plan.removeIf(key -> !only.matcher(key.toString()).find());
        return plan;
    }

    private String table() throws IOException {
        List<Measurement.Key> plan = plan(arguments.only());
        if (plan.isEmpty()) {
            failed.add("nothing matches " + arguments.only());
            return "";
        }
        List<String> setting = setting();
        int total = plan.size() * arguments.forks();
        int number = 0;
        for (int round = 1; round <= arguments.forks(); round++) {
            for (Measurement.Key key : plan) {
                progress.printf(Locale.ROOT, "[%d/%d] %s ", ++number, total, key);
                measure(key);
            }
            save(arguments.json());
        }
        return Table.of(Results.read(arguments.json()), setting);
    }

    private void measure(Measurement.Key key) throws IOException {
        try {
            Collection<RunResult> results = new Runner(options(key).build()).run();
            done.addAll(results);
            results.forEach(result -> progress.printf(
                    Locale.ROOT, "%.1f ns%n", result.getPrimaryResult().getScore()));
        } catch (RunnerException e) {
            failed.add(key.toString());
            progress.println("FAILED: " + e.getMessage());
            List<String> lines = Files.readAllLines(log);
            lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).forEach(progress::println);
        }
    }

    private ChainedOptionsBuilder options(Measurement.Key key) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(Pattern.quote(Run.class.getPackageName() + "." + key.benchmark()) + "$")
                .threads(key.threads())
                .forks(1)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(log.toString());
        if (key.failing() > 0) {
            options.param("failing", Integer.toString(key.failing()));
        }
        if (arguments.quick()) {
            options.warmupIterations(3)
                    .warmupTime(TimeValue.milliseconds(250))
                    .measurementIterations(2)
                    .measurementTime(TimeValue.milliseconds(250));
        }
        return options;
    }

    private void save(Path json) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(json), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(done);
        }
    }

    private List<String> setting() throws IOException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<String> setting = new ArrayList<>();
        setting.add(LocalDateTime.now(ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.MINUTES)
                .toString()
                .replace('T', ' '));
        setting.add(processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version")
                + String.format(Locale.ROOT, ", load before the run %.2f", load));
        setting.add(System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        setting.add("ns/op: median of " + arguments.forks() + " fork(s), range of forks; B/op: the worst fork");
        if (load > BUSY_LOAD) {
            setting.add("**The machine was busy: do not trust the times.**");
        }
        if (arguments.quick()) {
            setting.add("**Quick run: times are rough.**");
        }
        return setting;
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElseGet(() -> System.getProperty("os.arch"));
        }
    }
}
