package dev.plimsoll.fallback;

import dev.plimsoll.call.ConfigurationException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A queue for later that lives as long as the process: for what may be lost when it dies.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing waits.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class MemoryLaterQueue implements LaterQueue {

    private final Object lock = new Object();
    /* Guarded by lock. */
    private final Deque<Queued> items = new ArrayDeque<>();
    private final LaterTally tally;
    private long next;
    private boolean closed;

    private MemoryLaterQueue(LaterTally tally) {
        this.tally = tally;
    }

    /**
     * A queue in memory.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param maxItems how many items it holds, at least 1
     * @param maxBytes how large their keys and bodies may be together, at least 1
     * @return empty
     * @throws ConfigurationException when the name or a bound cannot be used
     */
    public static MemoryLaterQueue create(String name, long maxItems, long maxBytes) {
        ConfigurationException.Check check = new ConfigurationException.Check("queue for later " + name);
        check.name(name);
        check.atLeast("maxItems", maxItems, 1);
        check.atLeast("maxBytes", maxBytes, 1);
        check.done();
        return new MemoryLaterQueue(new LaterTally(name, maxItems, maxBytes));
    }

    @Override
    public long offer(Later item) {
        long size = size(Objects.requireNonNull(item, "item"));
        synchronized (lock) {
            if (closed) {
                throw tally.closed();
            }
            tally.checkRoom(size);
            items.addLast(new Queued(next, item));
            tally.added(size);
            return next++;
        }
    }

    private static long size(Later item) {
        return item.key().length() + (long) item.bodyItself().length;
    }

    @Override
    public @Nullable Queued peek() {
        synchronized (lock) {
            return closed ? null : items.peekFirst();
        }
    }

    @Override
    public void acknowledge(long position) {
        synchronized (lock) {
            Queued head = items.peekFirst();
            if (head == null || head.position() != position) {
                throw new IllegalStateException("not the oldest item: " + position);
            }
            items.removeFirst();
            tally.done(size(head.item()));
        }
    }

    @Override
    public LaterSnapshot snapshot() {
        synchronized (lock) {
            return tally.snapshot();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
