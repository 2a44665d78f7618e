package dev.plimsoll.fallback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that bears interrupts. A {@link FileChannel} is closed, for everybody, when a thread is interrupted that is using
 * it; this one is then opened again, and the operation, whose place in the file is fixed, done again. The interrupt is kept
 * for the thread.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class SteadyFile implements Closeable {

    /** What is done with the channel; done again from the beginning when that was closed meanwhile. */
    private interface Use {
        long with(FileChannel channel) throws IOException;
    }

    private final Path path;
    private final OpenOption[] options;
    /* These two are guarded by this. */
    private FileChannel channel;
    private boolean closed;

    private SteadyFile(Path path, FileChannel channel, OpenOption... options) {
        this.path = path;
        this.channel = channel;
        this.options = options;
    }

    /** Opens a file, and makes it if there is none. */
    static SteadyFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new SteadyFile(path, channel, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Makes the names in a directory outlast a power cut, where the system knows how. */
    static void forceDirectory(Path directory) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (IOException notOnThisSystem) {
            return;
        }
        try (SteadyFile file = new SteadyFile(directory, opened, StandardOpenOption.READ)) {
            file.force();
        }
    }

    Path path() {
        return path;
    }

    long size() throws IOException {
        return steadily(FileChannel::size);
    }

    void truncate(long size) throws IOException {
        long unused = steadily(now -> now.truncate(size).position());
    }

    /** What was written before is on the disk when this returns. */
    void force() throws IOException {
        long unused = steadily(now -> {
            now.force(true);
            return 0;
        });
    }

    /** Writes all of it. */
    void write(ByteBuffer bytes, long at) throws IOException {
        long unused = steadily(now -> {
            ByteBuffer left = bytes.duplicate();
            long written = 0;
            while (left.hasRemaining()) {
                written += now.write(left, at + written);
            }
            return written;
        });
    }

    /** Reads as much as there is, up to the buffer's limit; the buffer is then ready to be read from. */
    ByteBuffer read(long at, int most) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(most);
        long unused = steadily(now -> {
            bytes.clear();
            int read;
            do {
                read = now.read(bytes, at + bytes.position());
            } while (read >= 0 && bytes.hasRemaining());
            return 0;
        });
        return bytes.flip();
    }

    private long steadily(Use use) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return use.with(opened());
                } catch (ClosedChannelException e) { // by an interrupt of this thread or of another
                    failIfClosed(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void failIfClosed(ClosedChannelException e) throws ClosedChannelException {
        if (closed) {
            throw e;
        }
    }

    private synchronized FileChannel opened() throws IOException {
        if (!channel.isOpen() && !closed) {
            channel = FileChannel.open(path, options);
        }
        return channel;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }
}
