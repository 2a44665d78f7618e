package dev.plimsoll.health;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Something short that is done again and again on the timer thread, about so often, until closed.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Ticks implements AutoCloseable {
    /*
     *    start() ─▶ Tick ── fires: the next Tick is started, then the step is taken ──▶ Tick ──▶ …
     *
     * Concurrency: close() sets `closed`, then cancels what it reads in `pending`; a tick writes its successor into
     * `pending`, then asks whether all is over: one of the two sees the other, so that no timer is left. A timer that is
     * cancelled before it is started never starts. Each tick finds its successor made, unless there was no memory for it the time
     * before: there may be none when it is time, and nobody else would begin again.
     */
    private final Time time;
    private final long everyNanos;
    private final double jitter;
    private final LongConsumer step;
    private volatile boolean closed;
    private volatile @Nullable Tick pending;
    private @Nullable Tick spare; // handed from each tick to the next

    /**
     * Not started yet.
     *
     * @param everyNanos how long from one to the next
     * @param jitter by which part of that it may be shorter or longer, 0 … 1: those who began together drift apart
     * @param step what to do, told by how much it comes late; it neither waits nor runs code of the user
     */
    Ticks(Time time, long everyNanos, double jitter, LongConsumer step) {
        this.time = time;
        this.everyNanos = everyNanos;
        this.jitter = jitter;
        this.step = step;
    }

    /** Begins, at once but for the jitter; called once. */
    void start() {
        spare = new Tick();
        start(new Tick(), (long) (everyNanos * jitter * time.random()));
    }

    private void next(long delayNanos) {
        Tick next = spare == null ? new Tick() : spare;
        spare = null;
        start(next, delayNanos);
    }

    private void start(Tick next, long delayNanos) {
        pending = next;
        if (closed) {
            boolean unused = next.cancel();
        }
        time.start(next, delayNanos);
    }

    private long delay() {
        return (long) (everyNanos * (1 + jitter * (2 * time.random() - 1)));
    }

    @Override
    public void close() {
        closed = true;
        Tick last = pending;
        if (last != null) {
            boolean unused = last.cancel();
        }
    }

    private final class Tick extends Timer {

        @Override
        protected void fire(long lateNanos) {
            next(delay());
            if (!closed) {
                step.accept(lateNanos);
            }
            spare = new Tick(); // last: the step need not wait for memory
        }
    }
}
