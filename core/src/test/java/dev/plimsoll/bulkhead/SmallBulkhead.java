package dev.plimsoll.bulkhead;

import dev.plimsoll.bulkhead.BulkheadEvent.Kind;
import java.time.Duration;
import java.util.List;

/**
 * A small bulkhead to be explored, and what happens to it. Spans are in nanoseconds.
 *
 * @param most how many users there are at once
 * @param rules how it is set up
 * @param others how it is set up in turn with these
 * @param kinds what can happen besides entering, leaving and the passing of time
 */
record SmallBulkhead(int most, Rules rules, Rules others, List<Kind> kinds) {

    static final long SECOND = 1_000_000_000L;
    /** Of a queue that is judged: the wait that is meant, and how long a burst may last. */
    static final long TARGET = 2 * SECOND;

    static final long INTERVAL = 5 * SECOND;
    static final long ABANDON_AFTER = 7 * SECOND;

    static SmallBulkhead of(int most, Rules rules, Kind... kinds) {
        return new SmallBulkhead(most, rules, rules, List.of(kinds));
    }

    SmallBulkhead inTurnWith(Rules turn) {
        return new SmallBulkhead(most, rules, turn, kinds);
    }

    /** Whether it matters for how long somebody has waited. */
    boolean judges() {
        return rules.lifo || others.lifo;
    }

    /**
     * How it is set up.
     *
     * @param size how many permits
     * @param queue how many may wait
     * @param maxWait for how long
     * @param lifo whether the queue is judged
     * @param releases whether the permit of abandoned work is given back
     */
    record Rules(int size, int queue, long maxWait, boolean lifo, boolean releases) {

        static Rules of(int size, int queue) {
            return new Rules(size, queue, 10 * SECOND, false, false);
        }

        /** Last come, first served, when the queue stands. */
        Rules judged() {
            return new Rules(size, queue, 20 * SECOND, true, releases);
        }

        Rules releasing() {
            return new Rules(size, queue, maxWait, lifo, true);
        }

        BulkheadConfig config() {
            BulkheadConfig.Builder builder = BulkheadConfig.builder()
                    .maxConcurrent(size)
                    .maxWaiting(queue)
                    .maxWait(Duration.ofNanos(maxWait))
                    .abandonAfter(Duration.ofNanos(ABANDON_AFTER));
            if (lifo) {
                builder.lifoUnderOverload(Duration.ofNanos(TARGET), Duration.ofNanos(INTERVAL));
            }
            return (releases ? builder.releaseAbandoned() : builder).build();
        }
    }
}
