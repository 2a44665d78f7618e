package dev.plimsoll.fallback;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A queue for later in files, which outlives the process: an item that {@link #offer} has returned for is on the disk, and
 * is handed out again until it was acknowledged, whenever and however the process dies.
 *
 * <p>A process that dies leaves at most one item to be handed out a second time: that which was under way. A power cut may
 * leave more of those that were just acknowledged, and none less.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. {@link #offer} waits for the disk, together with all others
 * that do; an interrupt does not end that wait, and is kept for the thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class FileLaterQueue implements LaterQueue {
    /*
     *   0000000000000000000.later   0000000000000041873.later   0000000000000083110.later      progress: 52019
     *   ╞═══ all done: deleted ═══╡ ╞═ done ═▲═ waiting ══════╡ ╞═ waiting ════▲═ written ═▲
     *                                        head                           durable      written
     *
     * Concurrency: everything is guarded by `lock`, the waiting for the disk excepted. An item is written under the lock and
     * becomes visible when it is durable. Who finds nobody forcing the last segment does so, outside of the lock, for all
     * that is written by then (group commit); who comes meanwhile is parked, and of those that were too late for this round
     * one is the next to force. A segment is forced before the next one is begun, so that only the last one can be cut off.
     *
     * A disk that fails to force may have dropped what it was to keep, and will not say so again, nor to another who forces at
     * the same time: the queue then takes nothing any more, and nothing more is durable. So it is, too, when an Error keeps us
     * from knowing. What was written is read again when it is opened again.
     */

    private static final String PROGRESS = "progress";

    private final Time time;
    private final long segmentBytes;
    private final DirectoryLock directoryLock;
    private final Path directory;
    private final Object lock = new Object();

    /* Guarded by lock. */
    private final Segments segments;
    private final LaterTally tally;
    private final Set<Thread> waiting = new HashSet<>();
    private long durable;
    private long forced; // beyond what is durable only while somebody is forcing: if he fails, nobody has succeeded
    private boolean forcing;
    private @Nullable Throwable broken;
    private boolean closed;

    private FileLaterQueue(String name, Path directory, FileQueueConfig config, Time time, DirectoryLock directoryLock)
            throws IOException {
        this.time = time;
        this.directory = directory;
        this.directoryLock = directoryLock;
        this.segmentBytes = config.segmentBytes();
        this.tally = new LaterTally(name, config.maxItems(), config.maxBytes());
        this.segments = Segments.open(directory, directory.resolve(PROGRESS), tally);
        this.durable = segments.written();
        this.forced = durable;
    }

    /**
     * Opens the queue of a directory, and makes both if there are none.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param directory on a local disk; nothing else may be kept in it
     * @return with all items that were offered to it earlier and not acknowledged
     * @throws ConfigurationException when the name cannot be used
     * @throws IllegalStateException when the directory is in use
     * @throws DamagedQueueException when its files are not as the queue has left them
     * @throws UncheckedIOException when the directory cannot be used
     */
    public static FileLaterQueue open(String name, Path directory) {
        return open(name, directory, config -> config);
    }

    /**
     * Opens the queue of a directory, and makes both if there are none.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param directory on a local disk; nothing else may be kept in it
     * @param setup names what differs from the defaults
     * @return with all items that were offered to it earlier and not acknowledged
     * @throws ConfigurationException when the name or the set-up cannot be used
     * @throws IllegalStateException when the directory is in use
     * @throws DamagedQueueException when its files are not as the queue has left them
     * @throws UncheckedIOException when the directory cannot be used
     */
    public static FileLaterQueue open(String name, Path directory, UnaryOperator<FileQueueConfig> setup) {
        return open(name, directory, setup, Time.system());
    }

    /**
     * Opens the queue of a directory on a time of its own, and makes both if there are none.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param directory on a local disk; nothing else may be kept in it
     * @param setup names what differs from the defaults
     * @param time what to wait on
     * @return with all items that were offered to it earlier and not acknowledged
     * @throws ConfigurationException when the name or the set-up cannot be used
     * @throws IllegalStateException when the directory is in use
     * @throws DamagedQueueException when its files are not as the queue has left them
     * @throws UncheckedIOException when the directory cannot be used
     */
    public static FileLaterQueue open(String name, Path directory, UnaryOperator<FileQueueConfig> setup, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("queue for later " + name);
        check.name(name);
        check.given("directory", directory);
        FileQueueConfig config = check.applied("setup", setup, FileQueueConfig.DEFAULTS);
        if (config != null) {
            check.part("setup", config.problems());
        }
        check.given("time", time);
        check.done();
        try {
            java.nio.file.Files.createDirectories(directory);
            DirectoryLock directoryLock = DirectoryLock.of(directory);
            try {
                return new FileLaterQueue(name, directory, Objects.requireNonNull(config), time, directoryLock);
            } catch (Throwable failed) {
                directoryLock.close();
                throw failed;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long offer(Later item) {
        ByteBuffer record = Segment.encode(Objects.requireNonNull(item, "item"));
        long position;
        synchronized (lock) {
            if (closed) {
                throw tally.closed();
            }
            tally.checkRoom(record.limit());
            try {
                failIfBroken();
                beginSegmentIfFull();
                position = segments.append(record);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            tally.added(record.limit());
        }
        awaitDurable(position);
        return position;
    }

    private void failIfBroken() throws IOException {
        if (broken != null) {
            throw new IOException("the disk has failed before: " + broken.getMessage(), broken);
        }
    }

    private void beginSegmentIfFull() throws IOException {
        Segment last = segments.last();
        if (last.end >= segmentBytes && last.next > last.first) { // the next file is named by its first item
            Throwable failure = null;
            try {
                last.force();
            } catch (Throwable thrown) {
                failure = thrown;
                throw thrown;
            } finally {
                forced(segments.written(), failure);
            }
            segments.begin(directory);
        }
    }

    /** Called with the lock: what has come of forcing what was written when that began. */
    private void forced(long written, @Nullable Throwable failure) {
        if (broken == null) {
            broken = failure;
        }
        forced = Math.max(forced, written);
        if (broken == null && !forcing) {
            durable = forced;
        }
    }

    /** Waits until an item is on the disk, and sees to it if nobody else does. */
    private void awaitDurable(long position) {
        Thread me = Thread.currentThread();
        boolean interrupted = false;
        try {
            while (true) {
                Segment mine = null;
                long written = 0;
                synchronized (lock) {
                    if (position < durable) {
                        return;
                    }
                    failIfBroken();
                    if (forcing) {
                        waiting.add(me);
                    } else {
                        mine = segments.last();
                        written = segments.written();
                        forcing = true;
                    }
                }
                if (mine != null) {
                    force(mine, written);
                } else {
                    time.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (interrupted) {
                me.interrupt();
            }
        }
    }

    /** Whatever comes of it, those who wait go on, and look. */
    private void force(Segment last, long written) {
        Throwable failure = null;
        try {
            last.force();
        } catch (IOException e) {
            failure = e;
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            synchronized (lock) {
                forcing = false;
                forced(written, failure);
                for (Thread each : waiting) {
                    time.unpark(each);
                }
                waiting.clear();
            }
        }
    }

    @Override
    public @Nullable Queued peek() {
        synchronized (lock) {
            if (closed || segments.head() >= durable) {
                return null;
            }
            try {
                return segments.readHead().queued();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void acknowledge(long position) {
        synchronized (lock) {
            if (closed || position != segments.head() || position >= durable) {
                throw new IllegalStateException("not the oldest item: " + position);
            }
            try {
                tally.done(segments.headIsDone());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public LaterSnapshot snapshot() {
        synchronized (lock) {
            return tally.snapshot();
        }
    }

    /** Refuses everything from now on, and lets go of the directory. What waits in it is there when it is opened again. */
    @Override
    public void close() {
        long last;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            last = broken == null ? segments.written() - 1 : -1;
        }
        try {
            awaitDurable(last);
        } finally {
            letGo();
        }
    }

    private void letGo() {
        synchronized (lock) {
            try {
                try {
                    segments.close();
                } finally {
                    directoryLock.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
