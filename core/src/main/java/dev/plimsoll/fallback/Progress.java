package dev.plimsoll.fallback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How far the items of a {@link FileLaterQueue} are done, in a file of two places that are written in turn, so that one of
 * them is sound whenever the process dies. It is written to the system at once, and to the disk when that likes: a process
 * that dies loses nothing of it, a power cut may, and then items are handed out again.
 *
 * <p><b>Threading:</b> guarded by the queue's lock.
 */
final class Progress implements Closeable {

    private static final int PLACE = 12;

    private final SteadyFile file;
    private long done;
    private int nextPlace;

    private Progress(SteadyFile file) {
        this.file = file;
    }

    static Progress open(Path path) throws IOException {
        Progress opened = new Progress(SteadyFile.open(path));
        opened.read();
        return opened;
    }

    private void read() throws IOException {
        ByteBuffer both = file.read(0, 2 * PLACE);
        boolean sound = false;
        for (int place = 0; place < 2; place++) {
            int at = place * PLACE;
            if (both.limit() >= at + PLACE && both.getInt(at + 8) == sum(both, at) && both.getLong(at) >= done) {
                done = both.getLong(at);
                nextPlace = 1 - place;
                sound = true;
            }
        }
        boolean written = both.limit() >= PLACE && both.getLong(0) != 0; // of a power cut, zeros may be left
        if (!sound && written) {
            throw new DamagedQueueException(file.path(), "neither of its places is sound");
        }
    }

    /** The position of the first item that is not done; 0 when nothing was ever written. */
    long done() {
        return done;
    }

    void done(long position) throws IOException {
        ByteBuffer place = ByteBuffer.allocate(PLACE).putLong(position);
        place.putInt(sum(place, 0)).flip();
        file.write(place, (long) nextPlace * PLACE);
        done = position;
        nextPlace = 1 - nextPlace;
    }

    void force() throws IOException {
        file.force();
    }

    private static int sum(ByteBuffer bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at, 8));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
