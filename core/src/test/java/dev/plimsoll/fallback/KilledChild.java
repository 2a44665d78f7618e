package dev.plimsoll.fallback;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that is killed while it offers to a queue or takes from it. It says on its output, a line each and unbuffered,
 * what the queue has acknowledged to it.
 */
public final class KilledChild {

    /** What it says when there is nothing left to take. */
    static final String EMPTY = "empty";

    private static final OutputStream SAYS = new FileOutputStream(FileDescriptor.out);

    private KilledChild() {}

    /**
     * {@code hold DIR} only holds it; {@code offer DIR THREADS} offers without an end; {@code take DIR RECEIVED} takes what
     * there is. All but the second then wait, to be killed or, by a line on their input, to end. Whoever finds it in use says
     * by whom, and ends.
     */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        FileLaterQueue opened;
        try {
            opened = FileLaterQueue.open(
                    "orders", directory, c -> c.maxItems(10_000_000).segmentBytes(1 << 20));
        } catch (IllegalStateException inUse) {
            say(inUse.toString());
            return;
        }
        try (FileLaterQueue queue = opened) {
            switch (arguments[0]) {
                case "offer" -> offer(queue, Integer.parseInt(arguments[2]));
                case "take" -> take(queue, Path.of(arguments[2]));
                default -> say("open");
            }
            int unused = System.in.read();
        }
    }

    private static void say(String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        synchronized (SAYS) {
            SAYS.write(bytes);
        }
    }

    private static void offer(FileLaterQueue queue, int threads) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    null,
                    () -> {
                        try {
                            while (true) {
                                int number = next.getAndIncrement();
                                queue.offer(Later.of("key-" + number, "an order of some forty letters, " + number));
                                say(Integer.toString(number));
                            }
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    "offers-" + i,
                    256 << 10);
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    private static void take(FileLaterQueue queue, Path received) throws IOException {
        try (OutputStream out = Files.newOutputStream(received, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            Queued head;
            while ((head = queue.peek()) != null) {
                out.write((head.item().key() + "\n").getBytes(StandardCharsets.US_ASCII));
                queue.acknowledge(head.position());
                say(head.item().key());
            }
            say(EMPTY);
        }
    }
}
