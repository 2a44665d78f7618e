package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Children;
import dev.plimsoll.Rendezvous;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process with a queue in files is killed in the middle of it, by SIGKILL where the system has that: when it has offered
 * half of so many items, and is offering more. {@code -Dplimsoll.killed.items=1000000} makes it a million.
 */
final class KilledQueueTest {

    private static final int ITEMS = Integer.getInteger("plimsoll.killed.items", 4_000);
    private static final int THREADS = ITEMS > 100_000 ? 512 : 64;
    private static final int KILLS_WHILE_TAKING = 3;

    @TempDir
    private Path directory;

    @Test
    @DisplayName(
            "DG-1 kill -9 while items are queued loses none that was acknowledged, and repeats at most the one in flight")
    void queue_whenKilled_losesNothingAndRepeatsOne() throws Exception {
        Path queue = directory.resolve("queue");
        BitSet acknowledged = offeredUntilKilled(queue);
        assertThat(acknowledged.cardinality()).isGreaterThanOrEqualTo(ITEMS / 2);

        Path received = directory.resolve("received");
        for (int kill = 0; kill < KILLS_WHILE_TAKING; kill++) {
            takenUntilKilled(queue, received, ITEMS / 10);
        }
        takenUntilKilled(queue, received, Integer.MAX_VALUE);

        checkReceived(Files.readAllLines(received), acknowledged);
    }

    /** Kills it when half of the items are acknowledged; what it has said until then counts. */
    private static BitSet offeredUntilKilled(Path queue) throws IOException {
        Process child = Children.start(KilledChild.class, "offer", queue.toString(), Integer.toString(THREADS));
        BitSet acknowledged = new BitSet();
        for (String line : read(child, ITEMS / 2)) {
            acknowledged.set(Integer.parseInt(line));
        }
        assertThat(Rendezvous.exit(child)).as("killed").isNotZero();
        return acknowledged;
    }

    private static void takenUntilKilled(Path queue, Path received, int items) throws IOException {
        Process child = Children.start(KilledChild.class, "take", queue.toString(), received.toString());
        assertThat(read(child, items)).isNotEmpty();
        assertThat(Rendezvous.exit(child)).as("killed").isNotZero();
    }

    /** Reads what a process says, kills it after so many lines or when nothing is left, and reads the rest. */
    private static List<String> read(Process child, int lines) throws IOException {
        List<String> all = new ArrayList<>();
        try (BufferedReader reader = child.inputReader()) {
            String line;
            while ((line = reader.readLine()) != null) {
                all.add(line);
                if (all.size() == lines || line.equals(KilledChild.EMPTY)) {
                    boolean unused = child.toHandle().destroyForcibly(); // the process itself would close its output
                }
            }
        }
        return all;
    }

    private static void checkReceived(List<String> received, BitSet acknowledged) {
        Set<String> distinct = new HashSet<>();
        int repeated = 0;
        for (int i = 0; i < received.size(); i++) {
            if (!distinct.add(received.get(i))) {
                repeated++;
                assertThat(received.get(i))
                        .as("only the one in flight is repeated")
                        .isEqualTo(received.get(i - 1));
            }
        }
        assertThat(repeated).isLessThanOrEqualTo(KILLS_WHILE_TAKING);
        List<Integer> lost = acknowledged.stream()
                .filter(number -> !distinct.contains("key-" + number))
                .boxed()
                .toList();
        assertThat(lost).isEmpty();
    }
}
