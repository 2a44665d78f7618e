package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue in files when the disk, or the process, does not do what it is asked for. */
@NullUnmarked // nulls are values here
final class FailingDiskTest {

    private static final int ONE_ITEM = 30;
    private static final int MANY_ITEMS = 10_000;

    private final AtomicInteger forced = new AtomicInteger();
    private final AtomicReference<Throwable> thrownBeside = new AtomicReference<>();

    @TempDir
    private Path directory;

    private FileLaterQueue open(int segmentBytes) {
        return FileLaterQueue.open("orders", directory, c -> c.segmentBytes(segmentBytes));
    }

    private static Later item(int number) {
        return Later.of("key-" + number, "body of " + number);
    }

    private List<String> keysWhenOpenedAgain() {
        try (FileLaterQueue queue = open(MANY_ITEMS)) {
            List<String> keys = new ArrayList<>();
            Queued head;
            while ((head = queue.peek()) != null) {
                keys.add(head.item().key());
                queue.acknowledge(head.position());
            }
            return keys;
        }
    }

    /** A thread, yet to be started, that makes an offer, too. */
    private Thread beside(FileLaterQueue queue, Later item) {
        Thread thread = new Thread(() -> thrownBeside.set(catchThrowable(() -> queue.offer(item))), "beside");
        thread.setDaemon(true);
        return thread;
    }

    @Test
    @DisplayName("DG-1 after an Error at the disk nobody waits for it any more: who comes is told, and it closes")
    void offer_afterAnErrorAtTheDisk_isTold() throws Exception {
        Error planted = new LinkageError("planted");
        FileLaterQueue queue = open(MANY_ITEMS);
        MoodyDisk.underItems(queue, () -> {
            if (forced.getAndIncrement() == 0) {
                throw planted;
            }
        });

        assertThatThrownBy(() -> queue.offer(item(0))).isSameAs(planted);

        Thread later = beside(queue, item(1));
        later.start();
        Rendezvous.join(later);
        assertThat(thrownBeside.get())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk has failed before: planted");
        assertThat(queue.peek()).as("nobody knows whether it is on the disk").isNull();
        queue.close();
        assertThat(keysWhenOpenedAgain()).containsExactly("key-0");
    }

    @Test
    @DisplayName("DG-1 who waits for the disk while another one has an Error there is told")
    void offer_whileAnotherHasAnErrorAtTheDisk_isTold() throws Exception {
        Error planted = new LinkageError("planted");
        FileLaterQueue queue = open(MANY_ITEMS);
        Thread waiting = beside(queue, item(1));
        MoodyDisk.underItems(queue, () -> {
            waiting.start();
            Rendezvous.parked(waiting);
            throw planted;
        });

        assertThatThrownBy(() -> queue.offer(item(0))).isSameAs(planted);

        Rendezvous.join(waiting);
        assertThat(thrownBeside.get()).isInstanceOf(UncheckedIOException.class);
        queue.close();
        assertThat(keysWhenOpenedAgain()).containsExactly("key-0", "key-1");
    }

    @Test
    @DisplayName(
            "DG-1 a disk that fails to force for one who begins the next file has failed for who forces beside him")
    void offer_whenTheDiskFailsForAnother_isTold() throws Exception {
        FileLaterQueue queue = open(ONE_ITEM);
        Thread next = beside(queue, item(1));
        MoodyDisk.underItems(queue, () -> {
            if (forced.getAndIncrement() > 0) {
                throw new IOException("planted");
            }
            next.start();
            Rendezvous.join(next);
        });

        assertThatThrownBy(() -> queue.offer(item(0)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk has failed before: planted");

        assertThat(thrownBeside.get()).isInstanceOf(UncheckedIOException.class).hasMessageContaining("planted");
        assertThat(queue.peek()).isNull();
        queue.close();
        assertThat(keysWhenOpenedAgain()).containsExactly("key-0");
    }

    @Test
    @DisplayName(
            "DG-1 a disk that fails to force has failed, though one who begins the next file forces meanwhile without a failure")
    void offer_whenTheDiskFailsBesideASuccess_isTold() throws Exception {
        FileLaterQueue queue = open(ONE_ITEM);
        Thread next = beside(queue, item(1));
        MoodyDisk.underItems(queue, () -> {
            if (forced.getAndIncrement() > 0) {
                return; // a disk says once that it has failed
            }
            next.start();
            Rendezvous.await(() -> forced.get() == 2, "the other one has forced, too");
            Rendezvous.parked(next);
            throw new IOException("planted");
        });

        assertThatThrownBy(() -> queue.offer(item(0)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("planted");

        Rendezvous.join(next);
        assertThat(thrownBeside.get()).isInstanceOf(UncheckedIOException.class).hasMessageContaining("planted");
        assertThat(queue.peek()).isNull();
        queue.close();
        assertThat(keysWhenOpenedAgain()).containsExactly("key-0", "key-1");
    }

    @Test
    @DisplayName("DG-1 a queue that cannot be closed in order says so, and lets go of its directory all the same")
    void close_whenTheDiskFails_letsGoOfTheDirectory() throws Exception {
        FileLaterQueue queue = open(MANY_ITEMS);
        queue.offer(item(0));
        MoodyDisk.underProgress(queue, () -> {
            throw new IOException("planted");
        });

        assertThatThrownBy(queue::close)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("planted");

        assertThat(keysWhenOpenedAgain()).containsExactly("key-0");
    }
}
