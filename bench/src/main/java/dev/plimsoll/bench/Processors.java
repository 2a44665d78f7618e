package dev.plimsoll.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the processors have done by a moment, in ticks, as Linux counts them.
 *
 * @param all of all processors, idle or not
 * @param busy those in which they were not idle, or another machine had them
 * @param own those of this process and of its children that have ended
 */
record Processors(long all, long busy, long own) {

    /** In /proc/stat, of user, nice, system, idle, iowait, irq, softirq, steal, those in which nothing was done. */
    private static final List<Integer> IDLE = List.of(3, 4);

    /** Those after them are in the first ones already. */
    private static final int KINDS = 8;

    /** In /proc/self/stat, behind the name: utime, stime, and both of the children. */
    private static final int FIRST_OWN = 11;

    private static final int LAST_OWN = 14;

    /** At this moment; empty where the system does not tell. */
    static Optional<Processors> now() {
        try {
            return Optional.of(
                    read(Files.readString(Path.of("/proc/stat")), Files.readString(Path.of("/proc/self/stat"))));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException unknown) {
            return Optional.empty();
        }
    }

    /** From what Linux says of all processors and of this process. */
    static Processors read(String stat, String self) {
        List<Long> kinds = numbers(stat.lines().findFirst().orElse("").substring("cpu".length()));
        List<Long> process = new ArrayList<>();
        for (String field : fields(self.substring(self.lastIndexOf(')') + 1)).subList(FIRST_OWN, LAST_OWN + 1)) {
            process.add(Long.parseLong(field));
        }
        long all = 0;
        long busy = 0;
        for (int i = 0; i < KINDS; i++) {
            all += kinds.get(i);
            busy += IDLE.contains(i) ? 0 : kinds.get(i);
        }
        return new Processors(
                all, busy, process.stream().mapToLong(Long::longValue).sum());
    }

    private static List<Long> numbers(String text) {
        return fields(text).stream().map(Long::parseLong).toList();
    }

    private static List<String> fields(String text) {
        return Arrays.asList(text.strip().split("\\s+", -1));
    }

    /** The share of all processors that others have had since then. */
    double othersSince(Processors before) {
        long others = busy - before.busy - (own - before.own);
        return all == before.all ? 0 : Math.max(0.0, (double) others / (all - before.all));
    }
}
