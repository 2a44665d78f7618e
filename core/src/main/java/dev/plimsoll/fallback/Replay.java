package dev.plimsoll.fallback;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Does what waits in a queue for later: item after item, in order, and no further when one cannot be done. Let its receiver
 * call through a guard, so that a dependency that is still sick is left alone:
 *
 * <pre>{@code
 * Replay replay = Replay.of(queue, queued -> orders.run(() -> client.place(queued.item())));
 * replay.start();
 * }</pre>
 *
 * <p>An item is acknowledged after its receiver has returned. One that was refused, or failed, stays the first; it is tried
 * again when the refusal says (but not within 100 ms), or after a pause. Whoever receives must know an item again by its key: it may come twice.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; one at a time takes items out.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Replay implements AutoCloseable {

    /** How long it pauses unless that is said: 10 s. */
    public static final Duration DEFAULT_PAUSE = Duration.ofSeconds(10);

    private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

    /** Does what was queued. */
    @FunctionalInterface
    public interface Receiver {

        /**
         * Does an item.
         *
         * @param queued which
         * @throws Exception when it is not done; a {@link RejectedException} when it was not even begun
         */
        void receive(Queued queued) throws Exception;
    }

    private final LaterQueue queue;
    private final Receiver receiver;
    private final Duration pause;
    private final Time time;
    private final AtomicBoolean running = new AtomicBoolean();
    private final int mostFailures;
    private final @Nullable BiConsumer<Queued, Exception> aside;
    private volatile boolean closed;
    private volatile @Nullable ReplayReport last;
    private @Nullable Tick next; // guarded by this
    private boolean started; // guarded by this
    private long failing = -1; // these two belong to who is running
    private int failures;

    private Replay(
            LaterQueue queue,
            Receiver receiver,
            Duration pause,
            Time time,
            int mostFailures,
            @Nullable BiConsumer<Queued, Exception> aside) {
        this.queue = queue;
        this.receiver = receiver;
        this.pause = pause;
        this.time = time;
        this.mostFailures = mostFailures;
        this.aside = aside;
    }

    /**
     * A replay that pauses for 10 s.
     *
     * @param queue where from
     * @param receiver where to
     * @return not started yet
     */
    public static Replay of(LaterQueue queue, Receiver receiver) {
        return of(queue, receiver, DEFAULT_PAUSE, Time.system());
    }

    /**
     * A replay on a time of its own.
     *
     * @param queue where from
     * @param receiver where to
     * @param pause until it looks again, after an empty queue or a failure; longer than zero
     * @param time what to wait on
     * @return not started yet
     * @throws ConfigurationException when something cannot be used
     */
    public static Replay of(LaterQueue queue, Receiver receiver, Duration pause, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("replay");
        check.given("queue", queue);
        check.given("receiver", receiver);
        if (check.given("pause", pause)) {
            check.positive("pause", pause);
        }
        check.given("time", time);
        check.done();
        return new Replay(queue, receiver, pause, time, Integer.MAX_VALUE, null);
    }

    /**
     * Names what becomes of an item that cannot be done, so that it does not keep all others waiting. Refusals do not count.
     *
     * @param failures after how many failures in a row it is set aside, at least 1
     * @param keeper takes it, with the last failure; when it throws, the item stays
     * @return a new replay, not started yet
     * @throws ConfigurationException when something cannot be used
     */
    public Replay setAsideAfter(int failures, BiConsumer<Queued, Exception> keeper) {
        ConfigurationException.Check check = new ConfigurationException.Check("replay");
        check.atLeast("failures", failures, 1);
        check.given("keeper", keeper);
        check.done();
        return new Replay(queue, receiver, pause, time, failures, keeper);
    }

    /**
     * Does what waits, on this thread, until there is nothing or an item cannot be done. An {@link Error} of the receiver
     * passes, and its item stays.
     *
     * @return how far it came; when another thread is at it, nothing was done here
     */
    public ReplayReport run() {
        if (!running.compareAndSet(false, true)) {
            return new ReplayReport(0, queue.snapshot().items(), null, pause);
        }
        try {
            ReplayReport report = running();
            last = report;
            return report;
        } finally {
            running.set(false);
        }
    }

    private ReplayReport running() {
        long done = 0;
        Exception stoppedBy = null;
        try {
            Queued head;
            while (!closed
                    && (head = queue.peek()) != null
                    && !Thread.currentThread().isInterrupted()) {
                receive(head);
                queue.acknowledge(head.position());
                done++;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stoppedBy = e;
        } catch (Exception e) {
            stoppedBy = e;
        }
        return new ReplayReport(done, queue.snapshot().items(), stoppedBy, untilNext(stoppedBy));
    }

    private void receive(Queued head) throws Exception {
        try {
            receiver.receive(head);
        } catch (InterruptedException notDone) {
            throw notDone;
        } catch (Exception e) {
            if (RejectedException.in(e) != null) {
                throw e; // it was not done, and not for anything that is wrong with the item
            }
            failures = failing == head.position() ? failures + 1 : 1;
            failing = head.position();
            if (aside == null || failures < mostFailures) {
                throw e;
            }
            aside.accept(head, e);
        }
    }

    private Duration untilNext(@Nullable Exception stoppedBy) {
        RejectedException refused = stoppedBy == null ? null : RejectedException.in(stoppedBy);
        if (refused == null) {
            return pause;
        }
        Duration hint = refused.retryAfter().orElse(pause);
        return hint.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : hint;
    }

    /**
     * Goes on by itself from now on, on threads of its own, until it is closed. Doing it again changes nothing; unless no
     * timer could be started, for want of a thread say, and it does not go on: then it begins again.
     */
    public synchronized void start() {
        if (!started) {
            again(0);
        }
    }

    private synchronized void again(long nanos) {
        started = false;
        if (!closed) {
            next = new Tick();
            time.start(next, nanos);
            started = true;
        }
    }

    /**
     * How far it came when it ran last.
     *
     * @return null when it never did
     */
    public @Nullable ReplayReport last() {
        return last;
    }

    /** Ends after the item under way. What waits, waits for the next replay. The queue stays open. */
    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }

    @Override
    public String toString() {
        return "replay of " + queue + ": " + Objects.requireNonNullElse(last, "did not run");
    }

    /** Made before it is needed, with all that it takes: then there may be no memory, and nobody would go on. */
    private final class Tick extends Timer implements Runnable {

        private final Delivery delivery = new Delivery(time);

        @Override
        protected void fire(long lateNanos) {
            delivery.execute(this);
        }

        @Override
        public void run() {
            long nanos = Time.nanos(pause);
            try {
                nanos = Time.nanos(Replay.this.run().nextIn());
            } finally {
                again(nanos);
            }
        }
    }
}
