package dev.plimsoll.bench.soak;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs the soak in a child process, which is stopped for some hundred milliseconds every few seconds and continued, as a
 * machine does that is suspended. For systems that have {@code kill}.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Stopper {

    private static final Duration STOPPED = Duration.ofMillis(300);

    private Stopper() {}

    /**
     * Starts the child, and waits for its end.
     *
     * @return the child's exit code
     */
    static int run(List<String> args, long seed) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Soak.class.getName()));
        args.stream().filter(arg -> !arg.equals("--stops")).forEach(command::add);
        Process child = new ProcessBuilder(command).inheritIO().start();
        SplittableRandom random = new SplittableRandom(seed);
        try {
            while (child.isAlive()) {
                Time.system().sleep(Duration.ofMillis(1_000 + random.nextInt(4_000)));
                signal(child, "-STOP");
                Time.system().sleep(STOPPED.plusMillis(random.nextInt(900)));
                signal(child, "-CONT");
            }
        } finally {
            child.destroyForcibly();
        }
        return child.waitFor();
    }

    private static void signal(Process child, String signal) throws IOException, InterruptedException {
        if (child.isAlive()) {
            int unused = new ProcessBuilder("kill", signal, Long.toString(child.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        }
    }
}
