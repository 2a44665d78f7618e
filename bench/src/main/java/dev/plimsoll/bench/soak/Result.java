package dev.plimsoll.bench.soak;

import dev.plimsoll.call.Event.End;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is left of a soak when all has come to rest. It should be nothing.
 *
 * @param kind on what threads calls were made
 * @param seconds how long
 * @param calls how many
 * @param ends how they ended, as their callers know
 * @param mixture what there was besides, in words
 * @param held permits, slots, places, probes, orphans and units that are still held
 * @param timers that are still pending
 * @param threads how many lived before the start
 * @param threadsMore those that live now and did not then
 * @param heap bytes in use after three collections, when the first part of the calls was over
 * @param heapMore how many bytes more when all were
 * @param counters the sum of the differences between Plimsoll's counters and the truth
 * @param events the same of what observers were told
 * @param wrong a line for each difference, and for whatever broke the soak itself
 */
record Result(
        Kind kind,
        double seconds,
        long calls,
        Map<End, Long> ends,
        String mixture,
        long held,
        long timers,
        int threads,
        Set<String> threadsMore,
        long heap,
        long heapMore,
        long counters,
        long events,
        List<String> wrong) {

    static final long SLACK = 2 << 20;

    /** Whether nothing is left, and nothing was wrong. */
    boolean isClean() {
        return held == 0
                && timers == 0
                && threadsMore.isEmpty()
                && Math.abs(heapMore) <= SLACK
                && counters == 0
                && events == 0
                && wrong.isEmpty();
    }
}
