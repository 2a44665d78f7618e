package dev.plimsoll.fallback;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file of a queue on a disk that does as it is told when it is forced, and else what the disk below does. */
final class MoodyDisk extends FileChannel {

    /** What happens instead of forcing. */
    interface Force {
        void run() throws IOException;
    }

    private final FileChannel disk;
    private final Force force;

    private MoodyDisk(FileChannel disk, Force force) {
        this.disk = disk;
        this.force = force;
    }

    /** Puts the file that is being written of a queue there. */
    static void underItems(FileLaterQueue queue, Force force) throws ReflectiveOperationException {
        plant(((Segments) field(queue, "segments")).last(), force);
    }

    /** Puts the file there in which a queue keeps how far it is. */
    static void underProgress(FileLaterQueue queue, Force force) throws ReflectiveOperationException {
        plant(field(field(queue, "segments"), "progress"), force);
    }

    private static void plant(Object owner, Force force) throws ReflectiveOperationException {
        Object file = field(owner, "file");
        Field channel = SteadyFile.class.getDeclaredField("channel");
        channel.setAccessible(true);
        channel.set(file, new MoodyDisk((FileChannel) channel.get(file), force));
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        force.run();
    }

    @Override
    public int read(ByteBuffer bytes, long at) throws IOException {
        return disk.read(bytes, at);
    }

    @Override
    public int write(ByteBuffer bytes, long at) throws IOException {
        return disk.write(bytes, at);
    }

    @Override
    public long size() throws IOException {
        return disk.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        disk.close();
    }

    // ---------------------------------------------------------------- what no queue uses

    @Override
    public int read(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
