package dev.plimsoll.rounds;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A process that runs test classes, one after the other, as it is told to: it reads a name, runs the class, and answers with a
 * line of its counts. Other lines, which tests print, go to the error stream.
 *
 * <p><b>Threading:</b> for one thread at a time.
 */
final class RoundProcess {

    /** With this an answer begins, so that no line of a test is taken for one. */
    private static final String ANSWER = "\u0001";

    private final Process process;
    private final PrintWriter names;
    private final BufferedReader lines;

    private RoundProcess(Process process) {
        this.process = process;
        names = new PrintWriter(process.outputWriter(UTF_8), true);
        lines = process.inputReader(UTF_8);
    }

    /** Starts one with the options and the classes of this process, and a store of its own for the seeds of properties. */
    static RoundProcess start(int number) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-Djqwik.database=" + Path.of("target", "jqwik-database-round-" + number));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(RoundProcess.class.getName());
        return new RoundProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Runs a class; a process that ended before it answered counts as one failure. */
    RoundCounts run(String name) throws IOException {
        names.println(name);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(ANSWER)) {
                return RoundCounts.parse(line.substring(ANSWER.length()));
            }
            System.err.println(line);
        }
        System.err.println(name + ": the process has ended");
        return new RoundCounts(0, 1, 0, 0);
    }

    void end() {
        process.destroy();
    }

    public static void main(String... none) throws IOException {
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        Launcher launcher = LauncherFactory.create();
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            System.err.println(name);
            RoundCounts counts = runHere(launcher, name);
            System.out.print("\n" + ANSWER + counts.line() + "\n"); // at once: threads of tests may print, too
            System.out.flush();
        }
        System.exit(0);
    }

    private static RoundCounts runHere(Launcher launcher, String name) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(name))
                .build();
        launcher.execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        if (summary.getTotalFailureCount() > 0) {
            summary.printFailuresTo(new PrintWriter(new OutputStreamWriter(System.err, UTF_8), true), 60);
        }
        return new RoundCounts(
                summary.getTestsSucceededCount(),
                summary.getTotalFailureCount(),
                summary.getTestsSkippedCount() + summary.getTestsAbortedCount(),
                summary.getTimeFinished() - summary.getTimeStarted());
    }
}
