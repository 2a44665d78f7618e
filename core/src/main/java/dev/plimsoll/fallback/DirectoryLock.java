package dev.plimsoll.fallback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a directory for one queue of one process. The system gives the lock back when the process dies, in whatever way.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class DirectoryLock implements Closeable {

    /* A process that closes any channel to a locked file loses its lock on some systems: so who has it is known before the
     * file is opened. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final String NAME = "lock";
    private static final int LONGEST_PID = 20;

    private final Path held;
    private final FileChannel channel;

    private DirectoryLock(Path held, FileChannel channel) {
        this.held = held;
        this.channel = channel;
    }

    static DirectoryLock of(Path directory) throws IOException {
        Path file = directory.toRealPath().resolve(NAME);
        if (!HELD.add(file)) {
            throw new IllegalStateException(directory + " is in use by another queue of this process");
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IllegalStateException(directory + " is in use by another process" + holder(file));
            }
            sign(channel);
            taken = true;
            return new DirectoryLock(file, channel);
        } catch (OverlappingFileLockException e) {
            throw new IllegalStateException(directory + " is in use by another queue of this process", e);
        } finally {
            if (!taken) {
                HELD.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static void sign(FileChannel channel) throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        channel.truncate(0);
        int unused = channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String holder(Path file) {
        try {
            String pid = Files.readString(file, StandardCharsets.US_ASCII);
            return pid.isBlank() || pid.length() > LONGEST_PID ? "" : ", " + pid;
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(held);
        }
    }
}
