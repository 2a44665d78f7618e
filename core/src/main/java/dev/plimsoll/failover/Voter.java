package dev.plimsoll.failover;

import dev.plimsoll.call.Outcome;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One replica that is asked for its vote, and how it is stopped.
 *
 * <p><b>Threading:</b> begins and ends on one thread, or on that which completes its stage; may be stopped by any. Who stops it
 * and who ends it meet under its lock: no interrupt comes after the end, and none that was ours stays behind.
 */
final class Voter<C> {

    final Asked<C> asked;

    /* Guarded by this. */
    private @Nullable Thread runner;
    private @Nullable Waited<?> stage;
    private boolean claimed;
    private boolean stopped;
    private boolean interrupted;

    Voter(Asked<C> asked) {
        this.asked = asked;
    }

    String name() {
        return asked.replica.name;
    }

    /** Whether this is the first who wants to begin, or to say that it cannot. */
    synchronized boolean claim() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    /** Asks on this thread; null when it was stopped before. */
    @Nullable
    Outcome on(Ask<? super C, ?, ?> ask) {
        if (!begin(Thread.currentThread())) {
            return null;
        }
        asked.begins();
        try {
            return Outcome.returned(ask.of(asked.replica.client));
        } catch (Throwable thrown) {
            return Outcome.threw(thrown);
        } finally {
            end();
        }
    }

    private synchronized boolean begin(Thread thread) {
        runner = stopped ? null : thread;
        return !stopped;
    }

    private synchronized void end() {
        runner = null;
        if (interrupted) {
            boolean unused = Thread.interrupted(); // the thread is not ours
        }
    }

    /** Asks for a stage. */
    <T extends @Nullable Object> Waited<T> begin(Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        asked.begins();
        Waited<T> waited = Waited.begin(ask, asked.replica.client);
        if (!keep(waited)) {
            waited.cancel(true); // stopped before it could be seen here
        }
        return waited;
    }

    private synchronized boolean keep(Waited<?> waited) {
        stage = waited;
        return !stopped;
    }

    /** It need not answer any more. Does nothing to one that has. */
    void stop() {
        Waited<?> waiting;
        synchronized (this) {
            stopped = true;
            waiting = stage;
            if (runner != null && runner != Thread.currentThread()) {
                interrupted = true;
                runner.interrupt();
            }
        }
        if (waiting != null) {
            waiting.cancel(true);
        }
    }
}
