package dev.plimsoll.limit;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the calls that ended, since the beginning. A window's numbers are the difference of two readings, so that no
 * call is lost or counted twice, whoever adds while a window ends.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class Samples {

    /** Longer ones count as a day, so that no sum of a window overflows. */
    private static final long DAY = 86_400_000_000_000L;

    private final LongAdder successes = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder overloads = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /**
     * What had ended at one moment.
     *
     * @param successes calls that went well
     * @param timeouts calls that timed out
     * @param overloads calls that the dependency answered with overload
     * @param nanos how long the former two took together; may wrap around
     */
    record Reading(long successes, long timeouts, long overloads, long nanos) {

        static final Reading NONE = new Reading(0, 0, 0, 0);

        Reading since(Reading before) {
            return new Reading(
                    successes - before.successes,
                    timeouts - before.timeouts,
                    overloads - before.overloads,
                    nanos - before.nanos);
        }

        long calls() {
            return successes + timeouts + overloads;
        }

        long drops() {
            return timeouts + overloads;
        }

        /** 0 when nothing was timed. A call may be counted a moment before its time is, or after. */
        double meanNanos() {
            long timed = successes + timeouts;
            return timed == 0 ? 0 : Math.max(1, (double) nanos / timed);
        }
    }

    void success(long elapsedNanos) {
        took(elapsedNanos);
        successes.increment();
    }

    void timeout(long elapsedNanos) {
        took(elapsedNanos);
        timeouts.increment();
    }

    void overload() {
        overloads.increment();
    }

    private void took(long elapsedNanos) {
        nanos.add(Math.max(1, Math.min(DAY, elapsedNanos)));
    }

    Reading read() {
        return new Reading(successes.sum(), timeouts.sum(), overloads.sum(), nanos.sum());
    }
}
