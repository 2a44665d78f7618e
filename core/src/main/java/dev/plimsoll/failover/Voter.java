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
    /*
     *   WAITING ── begins: on(), begin() ──▶ asked ──▶ ended
     *      │
     *      ╰────── claim(), stop() ────────▶ never asked, and given back by who said so
     *
     * Concurrency: `claimed` is set once, under the lock, by the first of those who begin it, cannot begin it, or stop the vote.
     * So an executor may take its time, refuse, or drop what it was given without a word: when the vote is over, at its
     * deadline at the latest, the replica is not asked any more, and whoever runs the task later finds that out.
     */

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

    /** Whether this is the first who wants to begin, or to say that it will not be: who only says so gives it back. */
    synchronized boolean claim() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    /** Asks on this thread; null when that is not to be any more. */
    @Nullable
    Outcome on(Ask<? super C, ?, ?> ask) {
        if (!begin(Thread.currentThread())) {
            return null;
        }
        try {
            return Outcome.returned(ask.of(asked.replica.client));
        } catch (Throwable thrown) {
            return Outcome.threw(thrown);
        } finally {
            end();
        }
    }

    private synchronized boolean begin(Thread thread) {
        if (!claim()) {
            return false;
        }
        runner = thread;
        asked.begins();
        return true;
    }

    private synchronized void end() {
        runner = null;
        if (interrupted) {
            boolean unused = Thread.interrupted(); // the thread is not ours
        }
    }

    /** Asks for a stage; null when that is not to be any more. */
    <T extends @Nullable Object> @Nullable Waited<T> begin(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        if (!claim()) {
            return null;
        }
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

    /** It need not answer any more. Does nothing to one that has; who was never asked is given back. */
    void stop() {
        Waited<?> waiting;
        boolean neverAsked;
        synchronized (this) {
            neverAsked = claim();
            stopped = true;
            waiting = stage;
            if (runner != null && runner != Thread.currentThread()) {
                interrupted = true;
                runner.interrupt();
            }
        }
        if (neverAsked) {
            asked.notAsked();
        }
        if (waiting != null) {
            waiting.cancel(true);
        }
    }
}
