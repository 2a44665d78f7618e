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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory for one queue of one process. The system gives the lock back when the process dies, in whatever way.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class DirectoryLock implements Closeable {

    /* A process that closes any channel to a locked file loses its lock on some systems: so who has it is known before the
     * file is opened. Of queues of another class loader only trying tells, and a channel to try with: that one is kept open,
     * as long as theirs may be, for the next who tries. If our class loader goes first, nothing keeps it any more. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
    private static final Map<Path, FileChannel> KEPT = new ConcurrentHashMap<>(); // for who is in HELD to use

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
            throw usedHere(directory, null);
        }
        boolean taken = false;
        try {
            DirectoryLock lock = new DirectoryLock(file, locked(directory, file));
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                HELD.remove(file);
            }
        }
    }

    private static FileChannel locked(Path directory, Path file) throws IOException {
        FileChannel channel = null;
        boolean taken = false;
        try {
            closeKept(file);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new IllegalStateException(directory + " is in use by another process" + holder(file));
            }
            sign(channel);
            taken = true;
            return channel;
        } catch (OverlappingFileLockException e) {
            if (channel != null) {
                KEPT.put(file, channel);
                channel = null;
            }
            throw usedHere(directory, e);
        } finally {
            if (channel != null && !taken) {
                channel.close();
            }
        }
    }

    /**
     * Closes what was kept for the sake of other queues of this process, if they have let go of the directory.
     *
     * @throws OverlappingFileLockException when they have not
     */
    private static void closeKept(Path file) throws IOException {
        FileChannel kept = KEPT.get(file);
        if (kept != null) {
            FileLock unused = kept.tryLock();
            kept.close();
            KEPT.remove(file);
        }
    }

    private static IllegalStateException usedHere(Path directory, @Nullable Throwable how) {
        return new IllegalStateException(directory + " is in use by another queue of this process", how);
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
