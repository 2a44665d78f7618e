package dev.plimsoll.timeout;

import dev.plimsoll.time.Time;
import dev.plimsoll.window.Latencies;
import java.time.Duration;

/**
 * How long a dependency takes to answer, over the last while: its answers, and what was timed out at the timeout's value.
 * For those who write engines.
 *
 * <p>Errors do not enter: they may be fast, and a dependency is not faster for failing. Nor does what somebody else ended
 * before its time, nor what a local stall has spoilt. A first leg that a hedge has overtaken enters with the time that it had,
 * the least that it can have taken: to leave out these would leave out slow ones only.
 *
 * <p><b>Memory:</b> 10 KB; up to 86 KB where many threads meet.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class AnswerTimes {

    private final Latencies latencies;

    /**
     * Nothing known yet.
     *
     * @param window over which span to look, at least 2 ms
     * @param time the clock
     */
    public AnswerTimes(Duration window, Time time) {
        this.latencies = new Latencies(Time.nanos(window), time.precise());
    }

    /**
     * An answer.
     *
     * @param nanos how long the work took
     * @param now the instant
     */
    public void answered(long nanos, long now) {
        latencies.record(nanos, now);
    }

    /**
     * An attempt that its own timeout ended: it would have taken longer.
     *
     * @param limitNanos the timeout
     * @param now the instant
     */
    public void timedOut(long limitNanos, long now) {
        latencies.record(limitNanos, now);
    }

    /**
     * What a share of all did not exceed.
     *
     * @param share such as 0.99
     * @param now the instant
     * @return nanoseconds, at most 6.25 % too many; 0 when nothing is known
     */
    public long quantile(double share, long now) {
        return latencies.quantile(share, now);
    }

    /**
     * How many are known.
     *
     * @param now the instant
     * @return 0 or more
     */
    public long count(long now) {
        return latencies.count(now);
    }
}
