package dev.plimsoll.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where and when something was measured. */
public final class Setting {

    private static final double BUSY_LOAD = 0.5;

    private Setting() {}

    /** Of a run of the benchmarks, before it begins. */
    static List<String> lines(Arguments arguments) throws IOException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<String> lines = new ArrayList<>(machine());
        lines.add("ns/op: median of " + arguments.forks() + " fork(s), and their range; B/op: the worst fork");
        lines.add(String.format(Locale.ROOT, "load before the run %.2f", load));
        if (load > BUSY_LOAD) {
            lines.add("**The machine was busy: do not trust the times.**");
        }
        if (arguments.quick()) {
            lines.add("**Quick run: times are rough; 1 and 2 threads; of the peers, those that can be the fastest.**");
        } else if (arguments.forks() < Arguments.FORKS) {
            lines.add("**Fewer than " + Arguments.FORKS + " forks: medians mean little.**");
        }
        return lines;
    }

    /**
     * Date, machine and virtual machine.
     *
     * @return a line each
     * @throws IOException when the system does not tell
     */
    public static List<String> machine() throws IOException {
        return List.of(
                LocalDateTime.now(ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString()
                        .replace('T', ' '),
                processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
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
