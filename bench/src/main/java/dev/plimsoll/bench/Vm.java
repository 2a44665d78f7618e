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
 * once. A warm-up lasts until the compiler has come to rest: calls with much around them keep it busy for seconds, and until
 * it is done they take many times as long. JMH's own forks would begin anew for each number of threads, with warm-ups of one
 * length; what JMH gives to its forks, this one is given too.
 */
public final class Vm {

    /** Who never lets the compiler rest is measured all the same. */
    private static final int MOST_WARM_UPS = 8;

    private final Lengths lengths;
    private final Row row;
    private final int failing;

    private Vm(Lengths lengths, Row row, int failing) {
        this.lengths = lengths;
        this.row = row;
        this.failing = failing;
    }

    /**
     * How long is measured, for each number of threads.
     *
     * @param millis of one iteration
     * @param warmUp iterations before those that count, unless the compiler needs more to come to rest
     * @param measured iterations that count
     * @param beside seconds of a virtual machine on the development machine: until the first iteration, between warm-ups, from
     *     the last iteration to the end, and by how much an average warm-up takes longer than the shortest
     */
    record Lengths(int millis, int warmUp, int measured, double beside) {

        private static final Lengths FULL = new Lengths(200, 4, 3, 2.3);
        private static final Lengths QUICK = new Lengths(60, 3, 2, 1.85);

        static Lengths of(boolean quick) {
            return quick ? QUICK : FULL;
        }

        double seconds(int threadCounts) {
            return beside + threadCounts * (warmUp + measured) * millis / 1_000.0;
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
        for (int threads : Arrays.stream(args[3].split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray()) {
            vm.warmUp(threads, vm.lengths.warmUp() - 1);
            results.addAll(vm.measure(threads, 1, vm.lengths.measured()));
        }
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(Path.of(args[4])), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        // What peers have started would keep this machine alive.
        System.exit(0);
    }

    /** Repeats what is to be measured until the compiler has come to rest. */
    private void warmUp(int threads, int iterations) throws RunnerException {
        boolean rests = false;
        for (int i = 0; i < MOST_WARM_UPS && !rests; i++) {
            CompilerRest.forget();
            Collection<RunResult> unused = measure(threads, 0, iterations);
            rests = CompilerRest.hasLasted(iterations - 1); // during the first of them JMH itself is compiled
        }
    }

    private Collection<RunResult> measure(int threads, int warmUp, int measured) throws RunnerException {
        TimeValue length = TimeValue.milliseconds(lengths.millis());
        Options options = new OptionsBuilder()
                .include(Pattern.quote(
                                Vm.class.getPackageName() + "." + row.scenario().benchmark(row)) + "$")
                .param("row", row.key())
                .param("failing", Integer.toString(failing))
                .threads(threads)
                .forks(0)
                .warmupIterations(warmUp)
                .warmupTime(length)
                .measurementIterations(measured)
                .measurementTime(length)
                .addProfiler(GCProfiler.class)
                .addProfiler(CompilerRest.class)
                .shouldFailOnError(true)
                .build();
        return new Runner(options).run();
    }
}
