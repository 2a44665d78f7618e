package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The signs of life that the work of one attempt gives, and whether it has been silent for too long. For those who write
 * engines.
 *
 * <p><b>Threading:</b> any thread may beat; one watches, and one ends it.
 */
public class Pulse {
    /*
     *              beat(): when, since the beginning
     *               ┌──┐
     *               │  ▼
     *      begun ► ALIVE (0 …) ── expires() by who watches, after the limit ──► SILENT
     *                 └───────── end() by who ran the work ───────────────────► ENDED
     *
     * Concurrency: all arrows are compare-and-sets of one word, so a beat that comes together with the end of the limit
     * either keeps the work alive or changes nothing. The word holds when the last beat was and not an instant, so that
     * the negative numbers are free for the other two. A beat that fails has met another, which is as good, or the end.
     * It reads the word before the clock, so that no beat of a thread that was held up replaces a younger one.
     *
     * A beat never touches a timer: whoever watches looks, at the time when the limit would be over, whether there was a
     * younger beat, and if so comes again a limit after that.
     */
    private static final VarHandle LAST =
            ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), "last", VarHandle.class, Pulse.class, long.class);
    private static final long SILENT = -1;
    private static final long ENDED = -2;

    private final Time time;
    private final long limitNanos;
    private final long begun;
    private volatile long last;
    private long silentAt;

    /**
     * The pulse of work that begins.
     *
     * @param time the clock
     * @param limitNanos how long it may be silent
     * @param begun the instant at which it begins
     */
    public Pulse(Time time, long limitNanos, long begun) {
        this.time = time;
        this.limitNanos = limitNanos;
        this.begun = begun;
    }

    /** A sign of life. Does nothing when the work is over, or has been silent for too long. */
    public final void beat() {
        long seen = last;
        long now = time.precise() - begun;
        if (seen >= 0 && now > seen) {
            boolean unused = LAST.compareAndSet(this, seen, now);
        }
    }

    /**
     * When the silence will have been too long, unless there is another beat.
     *
     * @return an instant of the precise clock; means nothing when {@link #isSilent()}
     */
    public final long due() {
        return begun + Math.max(0, last) + limitNanos;
    }

    /**
     * Decides whether the silence has been too long; for who watches.
     *
     * @param now an instant of the precise clock
     * @return true once, when it has been
     */
    public final boolean expires(long now) {
        long seen = last;
        if (seen < 0 || now - (begun + seen) < limitNanos || !LAST.compareAndSet(this, seen, SILENT)) {
            return false;
        }
        silentAt = begun + seen + limitNanos;
        return true;
    }

    /**
     * Since when the silence has been too long; for who watches.
     *
     * @return an instant of the precise clock; means nothing unless {@link #expires} said so
     */
    public final long silentSince() {
        return silentAt;
    }

    /**
     * Whether the silence has been too long.
     *
     * @return true for ever then
     */
    public final boolean isSilent() {
        return last == SILENT;
    }

    /**
     * Whether it may still become silent.
     *
     * @return false when it has been silent for too long, or has ended
     */
    final boolean isAlive() {
        return last >= 0;
    }

    /**
     * The work is over.
     *
     * @return false when it had been silent for too long before
     */
    public boolean end() {
        for (long seen = last; seen >= 0; seen = last) {
            if (LAST.compareAndSet(this, seen, ENDED)) {
                return true;
            }
        }
        return last == ENDED;
    }
}
