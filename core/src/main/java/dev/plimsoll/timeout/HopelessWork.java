package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the attempts that have less time left than half of the dependency's answers take, of which a part is refused on
 * arrival: so that work which nobody will wait for is mostly not begun. For those who write engines.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class HopelessWork {
    /*
     * Each attempt that has a deadline earns one, a refusal costs five, and no more than fifty can be saved:
     *
     *   refusals ≤ attempts / 5                 since the beginning, for it begins with nothing
     *   refusals ≤ attempts / 5 + 10            among any attempts that follow each other
     *
     * Why it cannot lock itself in: the median is of attempts that were admitted, and four in five are, however hopeless
     * they look. When the dependency answers faster again they show it, and within a window the median is theirs.
     *
     * Concurrency: what is saved changes in one compare-and-set. The median is read from the sample once per sixteenth of
     * a window at most; threads that race for that find much the same.
     *
     * Source: Finagle's DeadlineFilter, which lets at most 20 % be refused, too; that of the median is SRE lore of doomed
     * work.
     */
    private record Median(long nanos, long since) {}

    private static final int COST = 5;
    private static final int MOST = 10 * COST;
    private static final int PER_WINDOW = 16;

    private final AnswerTimes times;
    private final long period;
    private final AtomicInteger saved = new AtomicInteger();
    private volatile Median median;

    /**
     * Refuses nothing until enough is known.
     *
     * @param times the sample
     * @param window over which that looks
     * @param now the instant
     */
    public HopelessWork(AnswerTimes times, Duration window, long now) {
        this.times = times;
        this.period = Time.nanos(window) / PER_WINDOW;
        this.median = new Median(0, now - period);
    }

    /**
     * Counts an attempt that arrives, and decides.
     *
     * @param leftNanos how much time it has
     * @param now the instant
     * @return whether to refuse it
     */
    public boolean refuses(long leftNanos, long now) {
        boolean hopeless = leftNanos < median(now);
        while (true) {
            int before = saved.get();
            int earned = Math.min(MOST, before + 1);
            boolean refused = hopeless && earned >= COST;
            int after = refused ? earned - COST : earned;
            if (after == before || saved.compareAndSet(before, after)) {
                return refused;
            }
        }
    }

    /**
     * How long half of the answers take, or longer.
     *
     * @param now the instant
     * @return nanoseconds; 0 as long as fewer than 100 are known
     */
    public long median(long now) {
        Median seen = median;
        if (now - seen.since >= period) {
            seen = new Median(times.count(now) < AdaptiveLimit.LEAST_SAMPLES ? 0 : times.quantile(0.5, now), now);
            median = seen;
        }
        return seen.nanos;
    }
}
