package dev.plimsoll.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One virtual machine of a run. It measures one row, first on one thread, then on more: the same guarded call is compiled
 * once. A warm-up lasts until the calls are steady: those with much around them keep the compiler busy for seconds, and until
 * it is done they take many times as long. JMH's own forks would begin anew for each number of threads, with warm-ups of one
 * length; what JMH gives to its forks, this one is given too.
 */
public final class Vm {

    /** So many iterations are added to a warm-up that is not steady yet. JMH makes the guard anew for them. */
    private static final int MORE = 4;

    /** Behind so many arguments come the numbers of threads. */
    private static final int FIRST_THREADS = 6;

    /** For objects that die young, in megabytes: little enough to be gone through before anything counts. */
    private static final int YOUNG_MEGABYTES = 64;

    private final Lengths lengths;
    private final Row row;
    private final String failing;
    private final String round;
    private final boolean late;
    private final Path json;

    private Vm(String[] args) {
        this.lengths = Lengths.of(Boolean.parseBoolean(args[0]));
        this.row = Rows.named(args[1]);
        this.failing = args[2];
        this.round = args[3];
        this.late = Boolean.parseBoolean(args[4]);
        this.json = Path.of(args[5]);
    }

    /**
     * The command line that measures a share and leaves JMH's results in a file.
     *
     * @param share what is measured
     * @param quick whether iterations are short
     * @param round which one it is
     * @param late whether the run is behind its time
     * @param json the file
     */
    static List<String> command(Plan.Share share, boolean quick, int round, boolean late, Path json) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx512m",
                "-Xmn" + YOUNG_MEGABYTES + "m",
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
                Integer.toString(round),
                Boolean.toString(late),
                json.toString()));
        share.threads().forEach(threads -> command.add(Integer.toString(threads)));
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
        Vm vm = new Vm(args);
        touchYoung();
        List<RunResult> results = new ArrayList<>();
        for (int i = FIRST_THREADS; i < args.length; i++) {
            int threads = Integer.parseInt(args[i]);
            Steadiness.mark(vm.warmUp(threads, i == FIRST_THREADS ? vm.lengths.first() : vm.lengths.warmUp()));
            results.addAll(vm.measure(threads, 1, vm.lengths.measured()));
            vm.write(results);
        }
        // What peers have started would keep this machine alive.
        System.exit(0);
    }

    /**
     * Uses all memory for young objects once. Who first touches a page waits for the system to make it, for a call that
     * allocates much longer than for the call itself; and it does so evenly, which looks steady.
     */
    private static void touchYoung() {
        byte[][] kept = new byte[1][];
        for (int touched = 0; touched < 3 * YOUNG_MEGABYTES / 2; touched++) {
            for (int sixteenth = 0; sixteenth < 16; sixteenth++) {
                kept[0] = new byte[1 << 16];
            }
        }
    }

    /** Repeats what is to be measured until it is steady; whether it has become so. */
    private boolean warmUp(int threads, int least) throws RunnerException {
        Steadiness.forget();
        int iterations = least - 1; // one more comes before those that count
        int done = 0;
        boolean ready;
        do {
            Collection<RunResult> unused = measure(threads, 0, iterations);
            done += iterations;
            iterations = MORE;
            ready = Rows.isReady(row);
            if (ready && Steadiness.isReached()) {
                return true;
            }
        } while (done < lengths.most(late, ready));
        return false;
    }

    /** All there is by now, at once: who hangs on more threads is killed. */
    private void write(List<RunResult> results) throws IOException {
        Path written = json.resolveSibling(json.getFileName() + ".part");
        try (PrintStream out = new PrintStream(Files.newOutputStream(written), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        Path unused = Files.move(written, json, StandardCopyOption.ATOMIC_MOVE);
    }

    private Collection<RunResult> measure(int threads, int warmUp, int measured) throws RunnerException {
        TimeValue length = TimeValue.milliseconds(lengths.millis());
        Options options = new OptionsBuilder()
                .include(Pattern.quote(
                                Vm.class.getPackageName() + "." + row.scenario().benchmark(row)) + "$")
                .param("row", row.key())
                .param("failing", failing)
                .param("round", round)
                .threads(threads)
                .forks(0)
                .warmupIterations(warmUp)
                .warmupTime(length)
                .measurementIterations(measured)
                .measurementTime(length)
                .addProfiler(GCProfiler.class)
                .addProfiler(Steadiness.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        return new Runner(options).run();
    }
}
