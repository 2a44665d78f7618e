package dev.plimsoll.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where and when something was measured. */
public final class Setting {

    private static final List<String> PROCESSOR = List.of("model name", "cpu family", "model", "stepping", "cpu MHz");

    private Setting() {}

    /** Of a run of the benchmarks, before it begins. */
    static List<String> lines(Arguments arguments) throws IOException {
        List<String> lines = new ArrayList<>(machine());
        lines.add("ns/op: median of " + arguments.forks() + " fork(s), and their range; B/op: the worst fork");
        lines.add(String.format(
                Locale.ROOT,
                "load before the run %.2f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        if (arguments.quick()) {
            lines.add("**Quick run: times are rough; 1 and 2 threads; of the peers, those that can be the fastest.**");
        } else if (arguments.forks() < Arguments.FORKS) {
            lines.add("**Fewer than " + Arguments.FORKS + " forks: medians mean little.**");
        }
        return lines;
    }

    /** Of the same, when it is over. */
    static List<String> lines(Rounds rounds) {
        List<String> lines = new ArrayList<>();
        lines.add(
                Processors.now().isEmpty()
                        ? "what others did on the machine meanwhile is not known"
                        : String.format(
                                Locale.ROOT,
                                "others had at most %.1f %% of the processors during a fork; %d forks were repeated, for"
                                        + " they had more than %.0f %%, and of %d that count they had so even then",
                                100 * rounds.others(),
                                rounds.repeated(),
                                100 * Rounds.BUSY,
                                rounds.disturbed()));
        if (rounds.wasBusy()) {
            lines.add("**The machine was busy: do not trust the times.**");
        }
        if (rounds.hurried() > 0) {
            lines.add("**The run was late: " + rounds.hurried() + " forks had at most half of their warm-up.**");
        }
        rounds.failed().forEach(share -> lines.add("**No result: " + share + "**"));
        rounds.known().forEach(share -> lines.add("No result, for it hangs, as its remark says: " + share));
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

    /** "AMD EPYC, cpu family 25, model 1, stepping 1, cpu MHz 2450.000". */
    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        Map<String, String> first = new LinkedHashMap<>();
        for (String line : Files.readAllLines(info)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String unused = first.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        String words = PROCESSOR.stream()
                .filter(first::containsKey)
                .map(name -> (name.equals(PROCESSOR.get(0)) ? "" : name + " ") + first.get(name))
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? System.getProperty("os.arch") : words;
    }
}
