package dev.plimsoll.breaker;

import dev.plimsoll.call.Verdict;
import dev.plimsoll.window.Counts;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.StripedCount;
import org.jspecify.annotations.Nullable;

/**
 * Everything a breaker has counted, all in all. A result is counted once: by the time window of its episode where there
 * is one, and here otherwise; what leaves the window, and all of it when the episode ends, comes here.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; exact at quiescence.
 */
final class BreakerTally {

    private final StripedCount all = new StripedCount();
    private final boolean counted;

    BreakerTally(boolean counted) {
        this.counted = counted;
    }

    /** Where evidence counts what leaves its window, or what it has no window for. */
    StripedCount counts() {
        return all;
    }

    /** Whether evidence without a window counts at all. */
    boolean isCounted() {
        return counted;
    }

    /** Counts a result that no evidence takes: a probe's, a late one, one of a breaker that is switched off. */
    void outside(Verdict verdict) {
        all.add(verdict == Verdict.SUCCESS ? Kind.GOOD : Kind.FAILED);
    }

    /** All in all, with what the current episode has counted. */
    Counts total(@Nullable Evidence evidence) {
        return evidence == null ? all.read() : all.read().plus(evidence.unretired());
    }
}
