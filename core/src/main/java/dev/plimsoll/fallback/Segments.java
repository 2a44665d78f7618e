package dev.plimsoll.fallback;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link FileLaterQueue} in their order, and where in them its oldest item is.
 *
 * <p><b>Threading:</b> guarded by the queue's lock.
 */
final class Segments implements Closeable {

    private final Deque<Segment> all = new ArrayDeque<>();
    private final Deque<Segment> finished = new ArrayDeque<>(); // to be deleted
    private final Progress progress;
    private long head;
    private long headAt = Segment.startOfRecords();
    private Segment.@Nullable Found headRead;

    private Segments(Progress progress) {
        this.progress = progress;
        this.head = progress.done();
    }

    /** Reads everything there is, and cuts off what is not whole at the end. */
    static Segments open(Path directory, Path progressFile, LaterTally tally) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.filter(Segment::isSegment).sorted().toList();
        }
        Segments opened = new Segments(Progress.open(progressFile));
        boolean done = false;
        try {
            opened.read(files, directory, progressFile, tally);
            done = true;
            return opened;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    private void read(List<Path> files, Path directory, Path progressFile, LaterTally tally) throws IOException {
        for (Path file : files) {
            Segment before = all.peekLast();
            Segment segment = Segment.found(file);
            all.addLast(segment);
            if (before != null && before.next != segment.first) {
                throw new DamagedQueueException(
                        file, "items " + before.next + " … " + (segment.first - 1) + " are missing before it");
            }
            head = before == null ? Math.max(head, segment.first) : head;
            segment.scan(file.equals(files.get(files.size() - 1)), (position, offset, size) -> {
                if (position >= head) {
                    headAt = position == head ? offset : headAt;
                    tally.found(size);
                }
            });
            headAt = head >= segment.next ? segment.end : headAt;
        }
        if (all.isEmpty() && head == 0) {
            all.addLast(Segment.create(directory, 0));
        }
        if (all.isEmpty() || head > written()) {
            throw new DamagedQueueException(
                    progressFile, "it says that " + head + " items are done, and not so many are here");
        }
        last().force();
        deleteWhatIsDone();
    }

    Segment last() {
        return all.getLast();
    }

    /** The position of the item that will be added next. */
    long written() {
        return last().next;
    }

    /** The position of the oldest item that is not done. */
    long head() {
        return head;
    }

    long append(ByteBuffer record) throws IOException {
        long position = written();
        last().append(record);
        return position;
    }

    void begin(Path directory) throws IOException {
        all.addLast(Segment.create(directory, written()));
        deleteWhatIsDone();
    }

    /** The oldest item; there must be one. */
    Segment.Found readHead() throws IOException {
        Segment.Found found = headRead;
        if (found == null) {
            Segment oldest = all.getFirst();
            found = oldest.read(head, headAt);
            if (found == null) {
                throw new DamagedQueueException(oldest.path(), "item " + head + " is wrong, at byte " + headAt);
            }
            headRead = found;
        }
        return found;
    }

    /** The oldest item is done; how large it was. */
    int headIsDone() throws IOException {
        int size = readHead().size();
        progress.done(head + 1);
        head++;
        headAt += size;
        headRead = null;
        deleteWhatIsDone();
        return size;
    }

    /**
     * What cannot be deleted, because somebody has it open, say, is in nobody's way: it is tried again with the next one, or
     * when the queue is opened. In their order: what is left of them never has a gap.
     */
    private void deleteWhatIsDone() {
        while (all.size() > 1 && all.getFirst().next <= head) {
            finished.addLast(all.removeFirst());
        }
        try {
            for (Segment oldest = finished.peekFirst(); oldest != null; oldest = finished.peekFirst()) {
                oldest.delete();
                finished.removeFirst();
            }
        } catch (IOException cannot) {
            // It stays the first of those that are finished.
        }
        if (head == all.getFirst().first) {
            headAt = Segment.startOfRecords();
        }
    }

    /** Closes all of them, whatever fails. */
    @Override
    public void close() throws IOException {
        try {
            progress.force();
        } finally {
            try {
                progress.close();
            } finally {
                closeAll();
            }
        }
    }

    private void closeAll() throws IOException {
        IOException first = null;
        for (Segment segment : all) {
            try {
                segment.close();
            } catch (IOException failed) {
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
