package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a queue are cut off, or changed, at every byte. */
final class CutQueueTest {

    private static final int HEADER = 20;
    private static final int ITEMS = 6;

    @TempDir
    private Path scratch;

    private Path original;
    /** Where each record ends. */
    private final List<Integer> ends = new ArrayList<>();

    @BeforeEach
    void fill() {
        original = scratch.resolve("original");
        int end = HEADER;
        try (FileLaterQueue queue = FileLaterQueue.open("orders", original)) {
            for (int i = 0; i < ITEMS; i++) {
                queue.offer(item(i));
                end += 16 + 2 + item(i).key().length() + item(i).text().length();
                ends.add(end);
            }
            queue.acknowledge(0);
            queue.acknowledge(1);
        }
    }

    private static Later item(int number) {
        return Later.of("key-" + number, "x".repeat(number * 7));
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(scratch.resolve(name));
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static Path segment(Path directory) {
        return directory.resolve("0000000000000000000.later");
    }

    private static List<String> keys(FileLaterQueue queue) {
        List<String> keys = new ArrayList<>();
        Queued head;
        while ((head = queue.peek()) != null) {
            keys.add(head.item().key());
            queue.acknowledge(head.position());
        }
        return keys;
    }

    @Test
    @DisplayName("DG-1 a queue cut off at any byte has the whole items before it, takes new ones, and has those too")
    void segment_cutAtEveryByte_keepsWhatIsWhole() throws IOException {
        int size = (int) Files.size(segment(original));
        assertThat(size).isEqualTo(ends.get(ITEMS - 1));
        for (int cut = 0; cut <= size; cut++) {
            Path copy = copy("cut-" + cut);
            Files.delete(copy.resolve("progress"));
            Files.write(segment(copy), java.util.Arrays.copyOf(Files.readAllBytes(segment(original)), cut));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < ITEMS && ends.get(i) <= cut; i++) {
                expected.add("key-" + i);
            }
            try (FileLaterQueue queue = FileLaterQueue.open("orders", copy)) {
                assertThat(queue.snapshot().items()).isEqualTo(expected.size());
                assertThat(queue.offer(Later.of("new", "item"))).isEqualTo(expected.size());
            }
            expected.add("new");
            try (FileLaterQueue queue = FileLaterQueue.open("orders", copy)) {
                assertThat(keys(queue)).as("cut at %d", cut).isEqualTo(expected);
            }
        }
    }

    @Test
    @DisplayName("DG-1 items that were acknowledged and are not there are told, and not taken for done")
    void segment_shorterThanWhatIsDone_isDamaged() throws IOException {
        Path copy = copy("short");
        Files.write(segment(copy), java.util.Arrays.copyOf(Files.readAllBytes(segment(original)), ends.get(0)));
        assertThatThrownBy(() -> FileLaterQueue.open("orders", copy))
                .isInstanceOf(DamagedQueueException.class)
                .hasMessageContaining("it says that 2 items are done, and not so many are here");
    }

    @Test
    @DisplayName("DG-1 a byte changed anywhere is told, or, in the last item, cuts that off; nothing before it is lost")
    void segment_changedAtEveryByte_isToldOrCutOff() throws IOException {
        byte[] bytes = Files.readAllBytes(segment(original));
        int last = ends.get(ITEMS - 2);
        for (int at = 0; at < bytes.length; at++) {
            Path copy = copy("changed-" + at);
            byte[] changed = bytes.clone();
            changed[at] ^= 0x40;
            Files.write(segment(copy), changed);
            if (at < last) {
                assertThatThrownBy(() -> FileLaterQueue.open("orders", copy))
                        .as("changed at %d", at)
                        .isInstanceOf(DamagedQueueException.class);
                assertThat(Files.readAllBytes(segment(copy))).isEqualTo(changed);
            } else {
                try (FileLaterQueue queue = FileLaterQueue.open("orders", copy)) {
                    assertThat(keys(queue)).as("changed at %d", at).containsExactly("key-2", "key-3", "key-4");
                }
            }
        }
    }

    @Test
    @DisplayName("DG-1 the record of what is done, cut off at any byte, repeats items and loses none")
    void progress_cutAtEveryByte_repeatsAndLosesNothing() throws IOException {
        byte[] bytes = Files.readAllBytes(original.resolve("progress"));
        for (int cut = 0; cut <= bytes.length; cut++) {
            Path copy = copy("progress-" + cut);
            Files.write(copy.resolve("progress"), java.util.Arrays.copyOf(bytes, cut));
            int done = cut < 12 ? 0 : cut < 24 ? 1 : 2;
            try (FileLaterQueue queue = FileLaterQueue.open("orders", copy)) {
                assertThat(keys(queue)).hasSize(ITEMS - done).endsWith("key-4", "key-5");
            }
        }
        Path zeros = copy("zeros");
        Files.write(zeros.resolve("progress"), new byte[24]);
        try (FileLaterQueue queue = FileLaterQueue.open("orders", zeros)) {
            assertThat(keys(queue)).hasSize(ITEMS);
        }
        Path wrong = copy("wrong");
        bytes[3] ^= 1;
        bytes[17] ^= 1;
        Files.write(wrong.resolve("progress"), bytes);
        assertThatThrownBy(() -> FileLaterQueue.open("orders", wrong))
                .isInstanceOf(DamagedQueueException.class)
                .hasMessageContaining("neither of its places is sound");
    }

    @Test
    @DisplayName("DG-1 a file that is missing in the middle, or wrong in one that is not the last, is told")
    void segments_whenOneIsMissingOrCut_isDamaged() throws IOException {
        Path many = scratch.resolve("many");
        try (FileLaterQueue queue = FileLaterQueue.open("orders", many, c -> c.segmentBytes(60))) {
            for (int i = 0; i < ITEMS; i++) {
                queue.offer(item(i));
            }
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(many)) {
            files = all.filter(Segment::isSegment).sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(2);
        byte[] second = Files.readAllBytes(files.get(1));
        Files.write(files.get(1), java.util.Arrays.copyOf(second, second.length - 1));
        assertThatThrownBy(() -> FileLaterQueue.open("orders", many))
                .isInstanceOf(DamagedQueueException.class)
                .hasMessageContaining("is wrong, at byte");
        Files.delete(files.get(1));
        assertThatThrownBy(() -> FileLaterQueue.open("orders", many))
                .isInstanceOf(DamagedQueueException.class)
                .hasMessageContaining("are missing before it");
        Files.write(files.get(1), second);
        try (FileLaterQueue queue = FileLaterQueue.open("orders", many)) {
            assertThat(keys(queue)).hasSize(ITEMS);
        }
    }
}
