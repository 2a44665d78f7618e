package dev.plimsoll.console;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long something took lately, as histograms: so that percentiles of several come from their sum, never from an average.
 *
 * <p>The window has two halves of five seconds. Recorded is into the newer one; with every fifth tick it becomes the older
 * one, and what was that is dropped. So the numbers are of the last five to ten seconds. A half is made when the first
 * value comes, and where none comes any more both are gone after ten seconds.
 *
 * <p><b>Threading:</b> values are recorded by any number of threads, without a lock but for the first one of a half. {@link
 * #tick} and {@link #addTo} belong to one thread at a time.
 */
final class Latencies {
    /*
     * What it weighs: two significant digits take 128 counts for each doubling after the first 256 microseconds, and from
     * there to ten minutes there are 22 of them: 24 × 128 counts of 8 bytes are 25 kB, so both halves are 50 kB, for a
     * dependency that is called. With its minute of counts (1.4 kB), its last fifty calls (50 × 48 bytes, and some hundred
     * bytes of text for each that failed) it stays below 60 kB; a hundred dependencies take 6 MB. Ten histograms and their
     * sum, of calls and of attempts, would be ten times that.
     *
     * Concurrency: whoever has seen a half as the newer one may still record into it when it is the older one, and is
     * counted. Nothing is ever reset, so nothing that is being recorded can be lost to that.
     */

    private static final int HALF = Seconds.WINDOW / 2;
    private static final long MOST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final int DIGITS = 2;

    private volatile @Nullable AtomicHistogram newer;
    private @Nullable AtomicHistogram older; // these two belong to the thread that ticks
    private int ticks;

    /** An empty sum, for {@link #addTo}. */
    static Histogram sum() {
        return new Histogram(MOST_MICROS, DIGITS);
    }

    /** It took so long; more than ten minutes are taken for ten. */
    void record(long nanos) {
        AtomicHistogram now = newer;
        if (now == null) {
            now = made();
        }
        now.recordValue(Math.min(MOST_MICROS, Math.max(0, nanos / 1_000)));
    }

    private synchronized AtomicHistogram made() {
        AtomicHistogram now = newer;
        if (now == null) {
            now = new AtomicHistogram(MOST_MICROS, DIGITS);
            newer = now;
        }
        return now;
    }

    /** A second is over. */
    void tick() {
        if (++ticks == HALF) {
            ticks = 0;
            turn();
        }
    }

    private synchronized void turn() {
        older = newer;
        newer = null;
    }

    /** Adds what was recorded within the window, in microseconds. */
    void addTo(Histogram sum) {
        AtomicHistogram before = older;
        if (before != null) {
            sum.add(before);
        }
        AtomicHistogram now = newer;
        if (now != null) {
            sum.add(now);
        }
    }
}
