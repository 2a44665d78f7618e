package dev.plimsoll.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts virtual machines one after the other, and ends those that hang. */
final class Launch {

    private static final int TAIL_LINES = 15;

    /** Many times what any row takes: a peer whose threads wait for each other must not stop the run. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** The same for who is known to do so. */
    static final Duration LIMIT_OF_HANGING = Duration.ofSeconds(30);

    /** So long a virtual machine has for writing down what its threads are at. */
    private static final Duration DUMP = Duration.ofSeconds(2);

    private final boolean quick;
    private final Path folder;
    private final Path dumps;

    /**
     * Ready to begin.
     *
     * @param quick whether iterations are short
     * @param folder for what is of no interest afterwards
     * @param dumps takes what the threads of a virtual machine that hangs are at
     */
    Launch(boolean quick, Path folder, Path dumps) {
        this.quick = quick;
        this.folder = folder;
        this.dumps = dumps;
    }

    /**
     * What a virtual machine has come to.
     *
     * @param entries JMH's, of those numbers of threads that it has finished; empty for none
     * @param problem why it has not finished all; empty when it has
     * @param hangs whether it had to be ended
     * @param others the share of the processors that others had meanwhile; not a number when that is not known
     */
    record Outcome(String entries, String problem, boolean hangs, double others) {

        boolean isWhole() {
            return problem.isEmpty();
        }
    }

    /** Measures a share; in a hurry, if the run is late. */
    Outcome of(Plan.Share share, int round, boolean late) throws IOException, InterruptedException {
        Duration limit = share.hangs() ? LIMIT_OF_HANGING : LIMIT;
        Path json = folder.resolve("vm.json");
        Path log = folder.resolve("vm.log");
        Files.deleteIfExists(json);
        Optional<Processors> before = Processors.now();
        Process vm = new ProcessBuilder(Vm.command(share, quick, round, late, json))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread killer = new Thread(vm::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        boolean ended = hasEnded(vm, limit);
        Runtime.getRuntime().removeShutdownHook(killer);
        double others = before.flatMap(then -> Processors.now().map(now -> now.othersSince(then)))
                .orElse(Double.NaN);
        String entries = Files.exists(json) ? entries(Files.readString(json)) : "";
        if (!ended) {
            Path dump = dumps.resolve("hang-" + share.row().key() + ".txt");
            Path unused = Files.copy(log, dump, StandardCopyOption.REPLACE_EXISTING);
            return new Outcome(entries, "hangs, ended after " + limit.toSeconds() + " s: " + dump, true, others);
        }
        return vm.exitValue() == 0
                ? new Outcome(entries, "", false, others)
                : new Outcome(
                        entries, "exit code " + vm.exitValue() + System.lineSeparator() + tail(log), false, others);
    }

    /** Whether it has come to its end in time; if not, it says what its threads are at, and is ended. */
    static boolean hasEnded(Process vm, Duration limit) throws InterruptedException {
        if (vm.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        dumpThreads(vm);
        int unused = vm.destroyForcibly().waitFor();
        return false;
    }

    private static void dumpThreads(Process vm) throws InterruptedException {
        try {
            int unused = new ProcessBuilder("kill", "-QUIT", String.valueOf(vm.pid()))
                    .start()
                    .waitFor();
            boolean unusedEnd = vm.waitFor(DUMP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException noKill) {
            // Then it is not known; the run goes on.
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** What stands between the brackets of JMH's list. */
    private static String entries(String json) {
        String text = json.strip();
        return text.substring(1, text.length() - 1).strip();
    }
}
