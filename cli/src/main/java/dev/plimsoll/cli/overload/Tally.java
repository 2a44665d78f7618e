package dev.plimsoll.cli.overload;

import dev.plimsoll.call.Criticality;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * What became of the requests of one row, counted by the client. Those that should have been sent during the warm-up do
 * not count.
 *
 * <p><b>Threading:</b> written by the client's thread; the counts may be read by others meanwhile, the latencies when it
 * has come to rest.
 */
final class Tally {
    private static final int DIGITS = 3;
    private static final double PERCENTILE = 99;

    private final long from;
    private final long deadlineNanos = Settings.DEADLINE.toNanos();
    private final Histogram latencies = new Histogram(DIGITS);
    private final LongAdder sent = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder inTime = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder gaveUp = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder critical = new LongAdder();
    private final LongAdder criticalInTime = new LongAdder();

    /** Counts what should be sent at {@code from} or later. */
    Tally(long from) {
        this.from = from;
    }

    void sent(long due, Criticality criticality, long now) {
        if (isBefore(due)) {
            return;
        }
        sent.increment();
        if (criticality == Criticality.CRITICAL) {
            critical.increment();
        }
        if (now - due > Settings.LATE.toNanos()) {
            late.increment();
        }
    }

    /** It was worked on, and answered at {@code now}. */
    void answered(Call call, long now) {
        long latency = now - call.due;
        if (latency > deadlineNanos) {
            gaveUp(call);
        } else if (!isBefore(call.due)) {
            inTime.increment();
            latencies.recordValue(Math.max(0, latency));
            if (call.criticality == Criticality.CRITICAL) {
                criticalInTime.increment();
            }
        }
    }

    void refused(Call call) {
        if (!isBefore(call.due)) {
            refused.increment();
        }
    }

    /** There was no answer within the deadline. */
    void gaveUp(Call call) {
        if (!isBefore(call.due)) {
            gaveUp.increment();
            latencies.recordValue(deadlineNanos);
        }
    }

    /** The connection or the stream broke, or there was none any more to send it by. */
    void lost(long due) {
        if (!isBefore(due)) {
            lost.increment();
            latencies.recordValue(deadlineNanos);
        }
    }

    private boolean isBefore(long due) {
        return due - from < 0;
    }

    /** What the client has seen, so far. */
    Counts counts() {
        return new Counts(sent.sum(), late.sum(), inTime.sum(), refused.sum(), gaveUp.sum(), lost.sum());
    }

    /** How many of the requests were CRITICAL. */
    long critical() {
        return critical.sum();
    }

    /** How many of the CRITICAL requests were answered in time. */
    long criticalInTime() {
        return criticalInTime.sum();
    }

    /** The 99th percentile of those that were not refused; who gave up has waited for the whole deadline. */
    double p99Millis() {
        if (latencies.getTotalCount() == 0) {
            return Double.NaN;
        }
        return Math.min(deadlineNanos, latencies.getValueAtPercentile(PERCENTILE)) / 1e6;
    }
}
