package dev.plimsoll.console;

import dev.plimsoll.Guards;
import dev.plimsoll.time.Time;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether single calls are listened to, which costs each of them something: only while a page is open, and for a minute
 * after the last one went, so that one which comes back has lost nothing.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Listening {

    /** For how many seconds it goes on when nobody looks any more. */
    static final int STAYS = 60;

    private final Guards guards;
    private final Counters counters;
    private final Time time;
    private @Nullable Ear ear; // these three are guarded by this
    private int left;
    private boolean over;

    /**
     * One time of listening.
     *
     * @param since when it began
     */
    record Ear(CallListener listener, Instant since) {}

    Listening(Guards guards, Counters counters, Time time) {
        this.guards = guards;
        this.counters = counters;
        this.time = time;
    }

    /** A page is open: from now on, if not yet. */
    synchronized void begin() {
        left = STAYS;
        if (ear == null && !over) {
            Ear begun = new Ear(new CallListener(counters, time), time.wall());
            ear = begun;
            guards.observe(begun.listener());
        }
    }

    /** A second is over. */
    synchronized void tick(boolean watched) {
        if (ear != null) {
            ear.listener().users().tick();
        }
        left = watched ? STAYS : left - 1;
        if (left <= 0) {
            stop();
        }
    }

    /** For ever. */
    synchronized void end() {
        over = true;
        stop();
    }

    private void stop() {
        Ear stopped = ear;
        if (stopped != null) {
            guards.forget(stopped.listener());
            ear = null;
            counters.forgetCalls();
        }
    }

    /** That of now; null when nobody listens. */
    synchronized @Nullable Ear ear() {
        return ear;
    }
}
