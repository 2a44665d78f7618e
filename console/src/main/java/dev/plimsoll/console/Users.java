package dev.plimsoll.console;

import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * What users feel: how the outermost calls ended, those that no other guarded call is around, and which of the bad ones a
 * fallback has answered. From when somebody listens.
 *
 * <p><b>Threading:</b> told by any number of threads; {@link #tick} and what reads belong to one at a time.
 */
final class Users {

    private static final int ENDS = Traffic.ENDS;

    private final LongAdder[] counts =
            new LongAdder[2 * ENDS]; // by how they ended; then those that a fallback answered
    private final Seconds seconds = new Seconds(2 * ENDS);
    private final Latencies latencies = new Latencies();

    /** Nobody has called yet. */
    Users() {
        for (int kind = 0; kind < counts.length; kind++) {
            counts[kind] = new LongAdder();
        }
    }

    /** An outermost call is over, before any fallback. A refusal says nothing of how long users wait. */
    void ended(CallEnded call) {
        counts[Traffic.kind(call.end())].increment();
        if (call.end() != End.REFUSED) {
            latencies.record(call.elapsedNanos());
        }
    }

    /** A fallback has answered a call that had ended so. */
    void fellBack(End end) {
        counts[ENDS + Traffic.kind(end)].increment();
    }

    /** A second is over. */
    void tick() {
        long[] now = new long[counts.length];
        for (int kind = 0; kind < now.length; kind++) {
            now[kind] = counts[kind].sum();
        }
        seconds.tick(now);
        latencies.tick();
    }

    /** How many seconds the numbers are of, the window at most. */
    int seconds() {
        return seconds.inWindow();
    }

    /** How many calls there were within the window. */
    long calls() {
        long calls = 0;
        for (int end = 0; end < ENDS; end++) {
            calls += seconds.sum(end);
        }
        return calls;
    }

    /** How many ended so within the window, and no fallback has answered. */
    long ended(End end) {
        return Math.max(0, seconds.sum(Traffic.kind(end)) - seconds.sum(ENDS + Traffic.kind(end)));
    }

    /** How many a fallback has answered within the window. */
    long fellBack() {
        long all = 0;
        // A fallback may answer long after its call has ended, which has left the window by then.
        for (int end = 0; end < ENDS; end++) {
            all += Math.min(seconds.sum(end), seconds.sum(ENDS + end));
        }
        return all;
    }

    /** Adds how long calls took within the window, in microseconds, pauses and waits included, fallbacks not. */
    void addTo(Histogram sum) {
        latencies.addTo(sum);
    }
}
