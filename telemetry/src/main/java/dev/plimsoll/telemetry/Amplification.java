package dev.plimsoll.telemetry;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * Attempts and hedges per call of one dependency, over the last minute: 1 is as much load as there is demand, less is
 * what was refused, more is what retries and hedges add.
 *
 * <p>It remembers what it had counted each time that somebody looked, and compares with the oldest of these that is not
 * older than a minute. So any number may look, as often as they like, and counting costs two additions.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Amplification {

    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final int MOST_LOOKS = 600;

    private record Look(long calls, long attempts, long at) {}

    private final LongAdder calls = new LongAdder();
    private final LongAdder attempts = new LongAdder();
    private final ArrayDeque<Look> looks = new ArrayDeque<>(); // guarded by this

    Amplification(long now) {
        looks.add(new Look(0, 0, now));
    }

    void call() {
        calls.increment();
    }

    void attempt() {
        attempts.increment();
    }

    /** Attempts per call; not a number when there was no call. */
    synchronized double now(long now) {
        Look next = new Look(calls.sum(), attempts.sum(), now);
        Look before = looks.getFirst();
        while (looks.size() > 1 && now - before.at > WINDOW_NANOS) {
            looks.removeFirst();
            before = looks.getFirst();
        }
        if (now - looks.getLast().at >= WINDOW_NANOS / MOST_LOOKS) {
            looks.addLast(next);
        }
        long made = next.calls - before.calls;
        return made <= 0 ? Double.NaN : (next.attempts - before.attempts) / (double) made;
    }
}
