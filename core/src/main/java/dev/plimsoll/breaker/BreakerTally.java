package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.window.Counts;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.StripedCount;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Everything a breaker has counted, all in all. A result is counted once: by the time window of its episode where there
 * is one, and here otherwise; what leaves the window, and all of it when the episode ends, comes here.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; exact at quiescence.
 */
final class BreakerTally {

    private final StripedCount all = new StripedCount();
    private final AtomicInteger orphans = new AtomicInteger();

    /** Where evidence counts what leaves its window, or what it has no window for. */
    StripedCount counts() {
        return all;
    }

    /**
     * Counts a result that no evidence takes: a probe's, a late one, one of a breaker that is switched off. Bad ones are
     * always counted; good ones when asked for, or by a time window for its rules.
     */
    void outside(Judgement judgement, Settings settings) {
        Verdict verdict = settings.evidenceOf(judgement);
        if (verdict.isBad()) {
            all.add(Kind.FAILED);
        } else if (verdict == Verdict.SUCCESS && settings.config().countsGood()) {
            all.add(Kind.GOOD);
        }
    }

    /** All in all, with what the current episode has counted. */
    Counts total(@Nullable Evidence evidence) {
        return evidence == null ? all.read() : all.read().plus(evidence.unretired());
    }

    /** The episode of these probes is over. */
    void orphaned(List<Probe> probes) {
        for (Probe probe : probes) {
            if (probe.orphan()) {
                orphans.incrementAndGet();
            }
        }
    }

    /** The body of a probe has ended, in time or late. */
    void ended(Probe probe) {
        if (probe.end()) {
            orphans.decrementAndGet();
        }
    }

    /** How many probes outlived their episode and are still running. */
    int orphans() {
        return orphans.get();
    }
}
