package dev.plimsoll.time;

/**
 * Remembers the latest ticks that came late, and by how much.
 *
 * <p><b>Threading:</b> guarded by its own lock, which owners may take for a step that must be seen as a whole.
 */
final class LateTicks {
    private static final int REMEMBERED = 64;

    private final long[] at = new long[REMEMBERED];
    private final long[] by = new long[REMEMBERED];
    private int count;

    /** A tick came at an instant, and so many nanoseconds late. */
    synchronized void add(long instant, long lateNanos) {
        at[count % REMEMBERED] = instant;
        by[count % REMEMBERED] = lateNanos;
        // After the first round the count stays between one and two rounds: it must not overflow.
        count = count + 1 == 2 * REMEMBERED ? REMEMBERED : count + 1;
    }

    /** What of these delays lies after an instant, in total. Of what is older than the latest 64 nothing is known. */
    synchronized long since(long instant) {
        long sum = 0;
        for (int i = 0; i < Math.min(count, REMEMBERED); i++) {
            sum += part(by[i], at[i] - instant);
        }
        return sum;
    }

    /** What of a delay lies after an instant from which its end is `span` away. */
    static long part(long delay, long span) {
        return Math.max(0, Math.min(delay, span));
    }
}
