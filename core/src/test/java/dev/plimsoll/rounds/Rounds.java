package dev.plimsoll.rounds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs all test classes of a folder round after round, up to the first round in which a test fails: a command of its own, for
 * what fails now and then. Two processes stay for all rounds, so that one round also finds what another has left behind;
 * whichever of them is free takes the next class, those that took longest the round before first.
 *
 * <p>Arguments: the number of rounds, the folder of the test classes, and a package to leave out. The output says how each
 * round went; what the tests print goes to the error stream. The exit code is 0 if all rounds passed, 1 otherwise.
 */
final class Rounds {

    private static final int PROCESSES = 2;

    private final List<String> classes;
    private final Map<String, Long> millis = new ConcurrentHashMap<>();

    private Rounds(List<String> classes) {
        this.classes = new ArrayList<>(classes);
    }

    public static void main(String... arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        Rounds all = new Rounds(classes(Path.of(arguments[1]), arguments[2]));
        System.exit(all.run(rounds) ? 0 : 1);
    }

    /** The names of the test classes below a folder, by the rule that Maven goes by as well. */
    static List<String> classes(Path folder, String without) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(folder::relativize)
                    .map(file -> file.toString().replace(file.getFileSystem().getSeparator(), "."))
                    .filter(name -> name.endsWith("Test.class") && !name.contains("$"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(name -> !name.startsWith(without + "."))
                    .sorted()
                    .toList();
        }
    }

    private boolean run(int rounds) throws Exception {
        List<RoundProcess> processes = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(PROCESSES);
        try {
            for (int i = 1; i <= PROCESSES; i++) {
                processes.add(RoundProcess.start(i));
            }
            for (int round = 1; round <= rounds; round++) {
                Instant start = Instant.now();
                RoundCounts counts = round(executor, processes);
                System.out.printf(
                        "Round %d of %d: %d passed, %d failed, %d skipped, %d s%n",
                        round,
                        rounds,
                        counts.passed(),
                        counts.failed(),
                        counts.skipped(),
                        Duration.between(start, Instant.now()).toSeconds());
                System.err.println("Slowest: " + slowest(12));
                if (counts.failed() > 0 || counts.passed() == 0) {
                    return false;
                }
            }
            return true;
        } finally {
            executor.shutdownNow();
            processes.forEach(RoundProcess::end);
        }
    }

    /** The classes that took longest last, with their times. */
    private String slowest(int most) {
        return millis.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(most)
                .map(entry -> entry.getKey() + " " + entry.getValue() + " ms")
                .collect(Collectors.joining(", "));
    }

    private RoundCounts round(ExecutorService executor, List<RoundProcess> processes)
            throws InterruptedException, ExecutionException {
        classes.sort(Comparator.comparingLong((String name) -> -millis.getOrDefault(name, 0L)));
        Queue<String> left = new ConcurrentLinkedQueue<>(classes);
        List<Callable<RoundCounts>> shares = new ArrayList<>();
        for (RoundProcess process : processes) {
            shares.add(() -> share(process, left));
        }
        RoundCounts all = RoundCounts.NONE;
        for (Future<RoundCounts> share : executor.invokeAll(shares)) {
            all = all.plus(share.get());
        }
        return all;
    }

    /** What one process does of a round. */
    private RoundCounts share(RoundProcess process, Queue<String> left) throws IOException {
        RoundCounts all = RoundCounts.NONE;
        for (String name = left.poll(); name != null; name = left.poll()) {
            RoundCounts counts = process.run(name);
            millis.put(name, counts.millis());
            all = all.plus(counts);
        }
        return all;
    }
}
