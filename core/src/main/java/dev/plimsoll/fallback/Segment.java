package dev.plimsoll.fallback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a {@link FileLaterQueue}: records, one after the other, only ever added to.
 *
 * <p><b>Threading:</b> guarded by the queue's lock; only {@link #force()} may be called without it.
 */
final class Segment implements Closeable {
    /*
     *   header    magic 8 │ position of the first record 8 │ CRC-32C of these 4
     *   record    length of the payload 4 │ CRC-32C 4 │ position 8 │ payload: length of the key 2, key, body
     *
     * Big-endian. The sum of a record covers all of it but itself; the position in it keeps a record of another place, or of
     * an earlier file in the same blocks, from being taken for one of here.
     *
     * A process that dies leaves a prefix of what it has written, so that what is wrong at the end is one cut record with
     * nothing behind it: it was acknowledged to nobody, and is cut off. What is wrong with a sound record behind it was
     * changed by somebody else: that is damage, and told.
     */

    private static final String SUFFIX = ".later";
    private static final long MAGIC = 0x504C494D_4C415431L; // PLIMLAT1
    private static final int HEADER = 20;
    private static final int RECORD_HEADER = 16;
    private static final int KEY_LENGTH = 2;
    private static final int READ_AT_ONCE = 4096;

    /** A record that was read. */
    record Found(Queued queued, int size) {}

    final long first;
    private final SteadyFile file;
    /** The position after the last record. */
    long next;
    /** Where the next record will be written. */
    long end = HEADER;

    private Segment(long first, SteadyFile file) {
        this.first = first;
        this.next = first;
        this.file = file;
    }

    static boolean isSegment(Path path) {
        return path.getFileName().toString().matches("\\d{19}\\" + SUFFIX);
    }

    /** Begins a new file; it is on the disk when this returns. */
    static Segment create(Path directory, long first) throws IOException {
        Segment made = new Segment(first, SteadyFile.open(directory.resolve(name(first))));
        made.writeHeader();
        SteadyFile.forceDirectory(directory);
        return made;
    }

    private static String name(long first) {
        return String.format(Locale.ROOT, "%019d%s", first, SUFFIX);
    }

    /** Opens a file that was found; nothing was read yet. */
    static Segment found(Path path) throws IOException {
        String name = path.getFileName().toString();
        long first = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        return new Segment(first, SteadyFile.open(path));
    }

    private void writeHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER).putLong(MAGIC).putLong(first);
        header.putInt(sum(header.slice(0, HEADER - 4))).flip();
        file.write(header, 0);
        file.force();
    }

    /** What is done with each record that is found. */
    interface Visitor {
        void on(long position, long offset, int size);
    }

    /**
     * Reads all records, and finds the end.
     *
     * @param last whether a record that was cut off may be at the end
     * @throws DamagedQueueException when anything else is wrong
     */
    void scan(boolean last, Visitor visitor) throws IOException {
        long size = file.size();
        if (last && size <= HEADER && !headerIsSound()) { // died when it was begun
            file.truncate(0);
            writeHeader();
            return;
        }
        if (!headerIsSound()) {
            throw new DamagedQueueException(file.path(), "its header is wrong");
        }
        while (end < size) {
            Found record = read(next, end);
            if (record == null) {
                cutOff(last, size);
                return;
            }
            visitor.on(next, end, record.size);
            end += record.size;
            next++;
        }
    }

    private boolean headerIsSound() throws IOException {
        ByteBuffer header = file.read(0, HEADER);
        return header.remaining() == HEADER
                && header.getLong(0) == MAGIC
                && header.getLong(8) == first
                && header.getInt(HEADER - 4) == sum(header.slice(0, HEADER - 4));
    }

    private void cutOff(boolean last, long size) throws IOException {
        if (!last) {
            throw new DamagedQueueException(file.path(), "item " + next + " is wrong, at byte " + end);
        }
        byte[] rest = file.read(end, (int) (size - end)).array();
        for (int at = 1; at < rest.length; at++) {
            Found later = parsed(ByteBuffer.wrap(rest, at, rest.length - at).slice(), next + 1, next + rest.length);
            if (later != null) {
                throw new DamagedQueueException(
                        file.path(),
                        "item " + next + " is wrong, at byte " + end + ", and item " + later.queued.position()
                                + " behind it is not");
            }
        }
        file.truncate(end);
        file.force();
    }

    /** Reads the record at a place; null when there is none that is sound and has this position. */
    @Nullable
    Found read(long position, long at) throws IOException {
        ByteBuffer bytes = file.read(at, READ_AT_ONCE);
        if (bytes.remaining() == READ_AT_ONCE && bytes.getInt(0) > READ_AT_ONCE - RECORD_HEADER && isPossible(bytes)) {
            bytes = file.read(at, RECORD_HEADER + bytes.getInt(0));
        }
        return parsed(bytes, position, position);
    }

    private static boolean isPossible(ByteBuffer bytes) {
        return bytes.remaining() >= RECORD_HEADER + KEY_LENGTH
                && bytes.getInt(0) > KEY_LENGTH
                && bytes.getInt(0) <= KEY_LENGTH + Later.MAX_BYTES;
    }

    /** The record at the beginning of a buffer; null when it is not sound, or its position is not in the range. */
    private static @Nullable Found parsed(ByteBuffer bytes, long least, long most) {
        if (!isPossible(bytes) || bytes.getLong(8) < least || bytes.getLong(8) > most) {
            return null;
        }
        int size = RECORD_HEADER + bytes.getInt(0);
        if (bytes.remaining() < size || bytes.getInt(4) != sumOf(bytes, size)) {
            return null;
        }
        byte[] key = new byte[bytes.getShort(RECORD_HEADER) & 0xFFFF];
        bytes.get(RECORD_HEADER + KEY_LENGTH, key);
        byte[] body = new byte[size - RECORD_HEADER - KEY_LENGTH - key.length];
        bytes.get(RECORD_HEADER + KEY_LENGTH + key.length, body);
        return new Found(new Queued(bytes.getLong(8), Later.of(new String(key, StandardCharsets.UTF_8), body)), size);
    }

    /** A record without its position and its sum. */
    static ByteBuffer encode(Later item) {
        byte[] key = item.key().getBytes(StandardCharsets.UTF_8);
        byte[] body = item.bodyItself();
        int length = KEY_LENGTH + key.length + body.length;
        ByteBuffer bytes = ByteBuffer.allocate(RECORD_HEADER + length);
        bytes.putInt(0, length).position(RECORD_HEADER);
        return bytes.putShort((short) key.length).put(key).put(body).flip();
    }

    /** Adds a record. Nothing has changed when this throws. */
    void append(ByteBuffer record) throws IOException {
        record.putLong(8, next);
        record.putInt(4, sumOf(record, record.limit()));
        file.write(record, end);
        end += record.limit();
        next++;
    }

    /** What was added before is on the disk when this returns. */
    void force() throws IOException {
        file.force();
    }

    static long startOfRecords() {
        return HEADER;
    }

    Path path() {
        return file.path();
    }

    void delete() throws IOException {
        file.close();
        Files.deleteIfExists(file.path());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static int sum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static int sumOf(ByteBuffer record, int size) {
        CRC32C crc = new CRC32C();
        crc.update(record.slice(0, 4));
        crc.update(record.slice(8, size - 8));
        return (int) crc.getValue();
    }
}
