package dev.plimsoll.bench.soak;

import dev.plimsoll.time.VirtualThreads;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The threads that live at one moment, virtual ones included, by their ids; those left out that the JVM keeps for itself to run
 * virtual threads on.
 *
 * @param names by id
 */
record LiveThreads(Map<Long, String> names) {

    private static final Pattern VIRTUAL = Pattern.compile("#(\\d+) \"([^\"]*)\" virtual.*");
    /* The pool under virtual threads has the number of its turn among all pools without a name; we make none. */
    private static final Pattern OF_THE_JVM =
            Pattern.compile("ForkJoinPool-\\d+-(worker-\\d+|delayScheduler)|VirtualThread-.*");

    /** Those of now. */
    @SuppressWarnings("deprecation") // the new name of the id came after 17
    static LiveThreads now() {
        Map<Long, String> names = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.isAlive() && !isOfTheJvm(thread.getName())) {
                names.put(thread.getId(), thread.getName());
            }
        }
        if (VirtualThreads.exist()) {
            addVirtual(names);
        }
        return new LiveThreads(names);
    }

    static boolean isOfTheJvm(String name) {
        return OF_THE_JVM.matcher(name).matches();
    }

    /* Nobody but a dump knows of virtual threads. It is asked for by name, for Java 17 has none. */
    private static void addVirtual(Map<Long, String> names) {
        try {
            Path dump = Files.createTempDirectory("soak").resolve("threads");
            var unused = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "dumpThreads",
                            new Object[] {dump.toString(), "TEXT_PLAIN"},
                            new String[] {String.class.getName(), String.class.getName()});
            try (Stream<String> lines = Files.lines(dump)) {
                lines.map(VIRTUAL::matcher)
                        .filter(Matcher::matches)
                        .forEach(line -> names.put(Long.parseLong(line.group(1)), line.group(2)));
            }
            Files.delete(dump);
            Files.delete(dump.getParent());
        } catch (IOException | JMException e) {
            throw new IllegalStateException("no dump of the virtual threads", e);
        }
    }

    int count() {
        return names.size();
    }

    /** The names of those that have come since. */
    Set<String> since(LiveThreads before) {
        Set<Long> ids = new HashSet<>(names.keySet());
        ids.removeAll(before.names.keySet());
        Set<String> found = new HashSet<>();
        ids.forEach(id -> found.add(names.get(id) + " (" + id + ")"));
        return found;
    }
}
