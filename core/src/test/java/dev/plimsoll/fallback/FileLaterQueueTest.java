package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Children;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue in files while its process lives, and when it is opened again. */
@NullUnmarked // nulls are values here
final class FileLaterQueueTest {

    @TempDir
    private Path directory;

    private FileLaterQueue open() {
        return FileLaterQueue.open("orders", directory, c -> c.segmentBytes(200));
    }

    private static Later item(int number) {
        return Later.of("key-" + number, "body of " + number);
    }

    private static List<String> keys(LaterQueue queue) {
        List<String> keys = new ArrayList<>();
        Queued head;
        while ((head = queue.peek()) != null) {
            keys.add(head.item().key());
            queue.acknowledge(head.position());
        }
        return keys;
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Segment::isSegment).count();
        }
    }

    @Test
    @DisplayName(
            "DG-1 a file that is done and cannot be deleted is in nobody's way, leaves no gap, and goes when it can")
    void file_thatCannotBeDeleted_isInNobodysWay() throws IOException {
        Path first;
        byte[] content;
        try (FileLaterQueue queue = open()) {
            for (int i = 0; i < 20; i++) {
                queue.offer(item(i));
            }
            try (Stream<Path> files = Files.list(directory)) {
                first = files.filter(Segment::isSegment).sorted().findFirst().orElseThrow();
            }
            content = Files.readAllBytes(first);
            Files.delete(first);
            Files.createDirectories(first.resolve("held")); // what is not empty cannot be deleted
            long before = segments();
            for (int i = 0; i < 15; i++) {
                Queued head = queue.peek();
                assertThat(head.item().key()).isEqualTo("key-" + i);
                queue.acknowledge(head.position());
            }
            assertThat(queue.snapshot().items()).isEqualTo(5);
            assertThat(segments()).as("none of those behind it goes before it").isEqualTo(before);
        }
        Files.delete(first.resolve("held"));
        Files.delete(first);
        Files.write(first, content);
        try (FileLaterQueue queue = open()) {
            assertThat(keys(queue)).containsExactly("key-15", "key-16", "key-17", "key-18", "key-19");
        }
        assertThat(segments()).isEqualTo(1);
    }

    @Test
    @DisplayName("DG-1 the queue hands out in order what it was offered, also after it was opened again")
    void items_afterReopening_comeInOrder() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            try (FileLaterQueue queue = open()) {
                assertThat(queue.snapshot().items()).isEqualTo(round * 4L);
                for (int i = 0; i < 5; i++) {
                    assertThat(queue.offer(item(round * 5 + i))).isEqualTo(round * 5L + i);
                    expected.add("key-" + (round * 5 + i));
                }
                Queued head = queue.peek();
                assertThat(head.item().key()).isEqualTo(expected.remove(0));
                queue.acknowledge(head.position());
            }
        }
        try (FileLaterQueue queue = open()) {
            assertThat(queue.snapshot().items()).isEqualTo(16);
            assertThat(segments()).isGreaterThan(2);
            assertThat(keys(queue)).isEqualTo(expected);
            assertThat(queue.snapshot().items()).isZero();
            assertThat(queue.snapshot().bytes()).isZero();
            assertThat(queue.peek()).isNull();
        }
        assertThat(segments()).as("what is done is deleted").isEqualTo(1);
        try (FileLaterQueue queue = open()) {
            assertThat(queue.peek()).isNull();
            assertThat(queue.offer(item(20))).isEqualTo(20);
            assertThat(queue.peek().item()).isEqualTo(item(20));
            assertThat(queue.peek().item().text()).isEqualTo("body of 20");
        }
    }

    @Test
    @DisplayName("DG-1 a file has at least one item, however small files are to be")
    void items_inTheSmallestFiles_areKept() throws IOException {
        try (FileLaterQueue queue = FileLaterQueue.open("orders", directory, c -> c.segmentBytes(1))) {
            for (int i = 0; i < 3; i++) {
                queue.offer(item(i));
            }
            assertThat(segments()).isEqualTo(3);
        }
        try (FileLaterQueue queue = open()) {
            assertThat(keys(queue)).containsExactly("key-0", "key-1", "key-2");
        }
    }

    @Test
    @DisplayName("DG-1 a full queue refuses, says how full it is, and keeps what it has")
    void offer_whenFull_isRefused() {
        try (FileLaterQueue queue = FileLaterQueue.open("orders", directory, c -> c.maxItems(2))) {
            queue.offer(item(0));
            queue.offer(item(1));
            assertThatThrownBy(() -> queue.offer(item(2)))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_FULL))
                    .hasMessageContaining("orders: refused by the queue for later, which holds 2 of 2 items");
            assertThat(queue.snapshot().refused()).isEqualTo(1);
            assertThat(keys(queue)).containsExactly("key-0", "key-1");
            queue.offer(item(3));
        }
        try (FileLaterQueue queue = FileLaterQueue.open("orders", directory, c -> c.maxBytes(60))) {
            assertThatThrownBy(() -> queue.offer(item(4))).hasMessageContaining("of 60 bytes");
        }
    }

    @Test
    @DisplayName(
            "DG-1 a directory is for one queue at a time, of this process or another, and free when that is closed")
    void open_whenInUse_saysByWhom() throws Exception {
        FileLaterQueue first = open();
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(directory + " is in use by another queue of this process");
        first.offer(item(0));
        first.close();
        Process other = Children.start(KilledChild.class, "hold", directory.toString());
        assertThat(other.inputReader().readLine()).isEqualTo("open");
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(directory + " is in use by another process, " + other.pid());
        other.destroyForcibly();
        Rendezvous.exit(other);
        try (FileLaterQueue queue = open()) {
            assertThat(keys(queue)).containsExactly("key-0");
        }
    }

    @Test
    @DisplayName("DG-1 another class loader of this process may not open it either, and takes it from nobody by trying")
    void open_byAnotherClassLoader_leavesTheDirectoryLocked() throws Exception {
        URL place = FileLaterQueue.class.getProtectionDomain().getCodeSource().getLocation();
        FileLaterQueue first = open();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {place}, ClassLoader.getPlatformClassLoader())) {
            Method opens = loader.loadClass(FileLaterQueue.class.getName()).getMethod("open", String.class, Path.class);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> opens.invoke(null, "orders", directory))
                        .hasCauseInstanceOf(IllegalStateException.class)
                        .hasStackTraceContaining(directory + " is in use by another queue of this process");
            }
            Process child = Children.start(KilledChild.class, "hold", directory.toString());
            assertThat(child.inputReader().readLine())
                    .endsWith("is in use by another process, "
                            + ProcessHandle.current().pid());
            assertThat(Rendezvous.exit(child)).isZero();
            first.close();
            ((AutoCloseable) opens.invoke(null, "orders", directory)).close();
            open().close();
        }
    }

    @Test
    @DisplayName("DG-1 a closed queue refuses, and a second close does nothing")
    void offer_whenClosed_isRefused() {
        FileLaterQueue queue = open();
        queue.offer(item(0));
        queue.close();
        queue.close();
        assertThatThrownBy(() -> queue.offer(item(1)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SHUT_DOWN));
        assertThat(queue.peek()).isNull();
        assertThatThrownBy(() -> queue.acknowledge(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("DG-1 only the oldest item can be acknowledged, and only once")
    void acknowledge_whenNotTheOldest_fails() {
        try (FileLaterQueue queue = open()) {
            queue.offer(item(0));
            queue.offer(item(1));
            assertThatThrownBy(() -> queue.acknowledge(1)).hasMessage("not the oldest item: 1");
            queue.acknowledge(0);
            assertThatThrownBy(() -> queue.acknowledge(0)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @DisplayName("DG-1 many threads offer at once and share the disk; nothing is lost, doubled or reordered")
    void offers_ofManyThreads_areAllKept() {
        int each = 25;
        AtomicInteger names = new AtomicInteger();
        try (FileLaterQueue queue = FileLaterQueue.open("orders", directory, c -> c.segmentBytes(5_000))) {
            Rendezvous.threads(8, () -> {
                int thread = names.getAndIncrement();
                for (int i = 0; i < each; i++) {
                    queue.offer(item(thread * 1000 + i));
                }
            });
        }
        try (FileLaterQueue queue = open()) {
            List<String> keys = keys(queue);
            assertThat(keys).hasSize(8 * each).doesNotHaveDuplicates();
            for (int thread = 0; thread < 8; thread++) {
                String prefix = "key-" + thread;
                List<Integer> own = keys.stream()
                        .map(key -> Integer.parseInt(key.substring(4)))
                        .filter(number -> number / 1000 == Integer.parseInt(prefix.substring(4)))
                        .toList();
                assertThat(own).hasSize(each).isSorted();
            }
        }
    }

    @Test
    @DisplayName("DG-1 an interrupt neither closes the files nor ends an offer, and is kept for its thread")
    void offer_whenInterrupted_isKeptAllTheSame() {
        int each = 20;
        AtomicInteger names = new AtomicInteger();
        List<String> offered = Collections.synchronizedList(new ArrayList<>());
        try (FileLaterQueue queue = open()) {
            Rendezvous.threads(4, () -> {
                int thread = names.getAndIncrement();
                for (int i = 0; i < each; i++) {
                    Thread.currentThread().interrupt();
                    queue.offer(item(thread * 1000 + i));
                    offered.add("key-" + (thread * 1000 + i));
                    assertThat(Thread.interrupted()).isTrue();
                }
            });
            Thread.currentThread().interrupt();
            assertThat(keys(queue)).containsExactlyInAnyOrderElementsOf(offered);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    @DisplayName("DG-1 an interrupt of one in the middle of it closes the file for nobody else")
    void offers_whileOthersAreInterrupted_areKept() {
        AtomicInteger running = new AtomicInteger(3);
        AtomicInteger names = new AtomicInteger();
        List<Thread> offering = Collections.synchronizedList(new ArrayList<>());
        try (FileLaterQueue queue = open()) {
            Rendezvous.threads(4, () -> {
                int thread = names.getAndIncrement();
                if (thread == 3) {
                    while (running.get() > 0) {
                        List.copyOf(offering).forEach(Thread::interrupt);
                        Thread.onSpinWait();
                    }
                    return;
                }
                offering.add(Thread.currentThread());
                try {
                    for (int i = 0; i < 20; i++) {
                        queue.offer(item(thread * 1000 + i));
                    }
                } finally {
                    offering.remove(Thread.currentThread());
                    running.decrementAndGet();
                }
            });
            assertThat(queue.snapshot().items()).isEqualTo(60);
            assertThat(keys(queue)).hasSize(60).doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("DG-1 large items, empty bodies and keys of any letters come out as they went in")
    void items_ofAnyKind_comeOutAsTheyWentIn() {
        byte[] large = new byte[100_000];
        large[77_777] = 1;
        List<Later> items = List.of(Later.of("größe ⚓", large), Later.of("k", ""), Later.of("k2", new byte[4070]));
        try (FileLaterQueue queue = open()) {
            items.forEach(queue::offer);
        }
        try (FileLaterQueue queue = open()) {
            for (Later item : items) {
                Queued head = queue.peek();
                assertThat(head.item()).isEqualTo(item).hasSameHashCodeAs(item);
                queue.acknowledge(head.position());
            }
        }
    }

    @Test
    @DisplayName("DG-1 what cannot be an item or a set-up says why")
    void badInput_saysWhy() {
        assertThatThrownBy(() -> Later.of("", "x")).hasMessage("key must have 1 … 1024 bytes: 0");
        assertThatThrownBy(() -> Later.of("k", new byte[Later.MAX_BYTES])).hasMessageContaining("at most 16777216");
        assertThatThrownBy(() -> FileLaterQueue.open(
                        "no good", directory, c -> c.maxItems(0).maxBytes(0).segmentBytes(1L << 40)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name must match")
                .hasMessageContaining("setup.maxItems must be at least 1: 0")
                .hasMessageContaining("setup.maxBytes must be at least 1: 0")
                .hasMessageContaining("setup.segmentBytes must be 1 … 1073741824: 1099511627776");
        assertThat(Later.of("k", "secret")).hasToString("k (6 bytes)");
    }

    @Test
    @DisplayName("DG-1 the queue in memory keeps to the same rules")
    void memoryQueue_keepsToTheSameRules() {
        MemoryLaterQueue queue = MemoryLaterQueue.create("orders", 2, 30);
        assertThat(queue.offer(item(0))).isZero();
        assertThatThrownBy(() -> queue.offer(Later.of("k", "x".repeat(30)))).hasMessageContaining("14 of 30 bytes");
        queue.offer(item(1));
        assertThatThrownBy(() -> queue.offer(item(2))).hasMessageContaining("2 of 2 items");
        assertThatThrownBy(() -> queue.acknowledge(1)).isInstanceOf(IllegalStateException.class);
        assertThat(queue.snapshot()).isEqualTo(new LaterSnapshot("orders", 2, 28, 2, 0, 2));
        assertThat(keys(queue)).containsExactly("key-0", "key-1");
        assertThat(queue.snapshot()).isEqualTo(new LaterSnapshot("orders", 0, 0, 2, 2, 2));
        queue.close();
        assertThatThrownBy(() -> queue.offer(item(3))).hasMessageContaining("closed");
        assertThat(queue.peek()).isNull();
        assertThatThrownBy(() -> MemoryLaterQueue.create("", 0, 0)).isInstanceOf(ConfigurationException.class);
    }
}
