package dev.plimsoll.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.CompilerHints;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One virtual machine of a run. It measures one row, first on one thread, then on more: the same guarded call is compiled
 * once, so that only the first number of threads needs the whole warm-up. JMH's own forks would begin anew for each; what
 * JMH gives to its forks, this one is given too.
 */
public final class Vm {

    /** Until the first iteration, and from the last one to the end, on the development machine. */
    static final double START_SECONDS = 0.9;

    private final Lengths lengths;
    private final Row row;
    private final int failing;

    private Vm(Lengths lengths, Row row, int failing) {
        this.lengths = lengths;
        this.row = row;
        this.failing = failing;
    }

    /**
     * How long is measured.
     *
     * @param millis of one iteration
     * @param first iterations that warm the first number of threads up
     * @param later iterations that warm each other number of threads up
     * @param measured iterations that count
     */
    record Lengths(int millis, int first, int later, int measured) {

        private static final Lengths FULL = new Lengths(250, 4, 2, 3);
        private static final Lengths QUICK = new Lengths(150, 3, 2, 2);

        static Lengths of(boolean quick) {
            return quick ? QUICK : FULL;
        }

        double seconds(int threadCounts) {
            return (first + (threadCounts - 1) * later + threadCounts * measured) * millis / 1_000.0;
        }
    }

    /** The command line that measures a share and leaves JMH's results in a file. */
    static List<String> command(Plan.Share share, boolean quick, Path json) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx512m",
                "-XX:+UseG1GC",
                "-Djmh.ignoreLock=true"));
        CompilerHints.addCompilerHints(command);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Vm.class.getName(),
                Boolean.toString(quick),
                share.row().key(),
                Integer.toString(share.failing()),
                String.join(",", share.threads().stream().map(String::valueOf).toList()),
                json.toString()));
        return command;
    }

    /**
     * Measures.
     *
     * @param args as {@code command} puts them together
     * @throws RunnerException when the row cannot be measured
     * @throws IOException when the results cannot be written
     */
    public static void main(String[] args) throws RunnerException, IOException {
        Vm vm = new Vm(Lengths.of(Boolean.parseBoolean(args[0])), Rows.named(args[1]), Integer.parseInt(args[2]));
        List<RunResult> results = new ArrayList<>();
        boolean first = true;
        for (int threads : Arrays.stream(args[3].split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray()) {
            results.addAll(vm.measure(threads, first));
            first = false;
        }
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(Path.of(args[4])), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        // What peers have started would keep this machine alive.
        System.exit(0);
    }

    private Collection<RunResult> measure(int threads, boolean first) throws RunnerException {
        TimeValue length = TimeValue.milliseconds(lengths.millis());
        Options options = new OptionsBuilder()
                .include(Pattern.quote(
                                Vm.class.getPackageName() + "." + row.scenario().benchmark(row)) + "$")
                .param("row", row.key())
                .param("failing", Integer.toString(failing))
                .threads(threads)
                .forks(0)
                .warmupIterations(first ? lengths.first() : lengths.later())
                .warmupTime(length)
                .measurementIterations(lengths.measured())
                .measurementTime(length)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .build();
        return new Runner(options).run();
    }
}
