package dev.plimsoll.console;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * What became of the calls of one dependency: second by second for a minute, and how long they took in the last ten
 * seconds, as a histogram, so that percentiles of several dependencies come from their sum and never from an average.
 *
 * <p><b>Threading:</b> calls are recorded by any number of threads; {@link #tick} and what reads, but for {@link #recent},
 * by one at a time.
 */
final class Traffic {

    /** How many seconds the sparkline shows. */
    static final int SECONDS = 60;

    /** How many seconds the numbers are of. */
    static final int WINDOW = 10;

    private static final long MOST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 2;
    private static final int RECENT = 50;

    private final LongAdder[] ends = adders(Event.End.values().length);
    private final LongAdder attempts = new LongAdder();
    private final Recorder callTimes = new Recorder(MOST_MICROS, DIGITS);
    private final Recorder attemptTimes = new Recorder(MOST_MICROS, DIGITS);
    private final AtomicReferenceArray<@Nullable RecentCall> recent = new AtomicReferenceArray<>(RECENT);
    private final AtomicLong recorded = new AtomicLong();

    /* Touched by the thread that ticks. */
    private final long[][] seconds = new long[SECONDS][];
    private final Sliding ofCalls = new Sliding();
    private final Sliding ofAttempts = new Sliding();
    private long[] before = new long[ends.length + 1];
    private int ticks;

    /** The sum of the last ten seconds' histograms. */
    private static final class Sliding {

        private final @Nullable Histogram[] seconds = new @Nullable Histogram[WINDOW];
        private final Histogram sum = new Histogram(MOST_MICROS, DIGITS);

        void slide(Recorder recorder, int ticks) {
            int place = ticks % WINDOW;
            Histogram old = seconds[place];
            if (old != null) {
                sum.subtract(old);
            }
            Histogram newest = recorder.getIntervalHistogram(old);
            sum.add(newest);
            seconds[place] = newest;
        }
    }

    /** Nothing was called yet. */
    Traffic() {
        for (int i = 0; i < SECONDS; i++) {
            seconds[i] = new long[ends.length + 1];
        }
    }

    private static LongAdder[] adders(int length) {
        LongAdder[] all = new LongAdder[length];
        for (int i = 0; i < length; i++) {
            all[i] = new LongAdder();
        }
        return all;
    }

    /** A call is over. What was refused says nothing of how long the dependency takes. */
    void ended(CallEnded call, long atMillis) {
        ends[call.end().ordinal()].increment();
        if (call.end() != Event.End.REFUSED) {
            callTimes.recordValue(Math.min(MOST_MICROS, call.elapsedNanos() / 1_000));
        }
        int place = (int) (recorded.getAndIncrement() % RECENT);
        recent.set(place, RecentCall.of(call, atMillis));
    }

    /** An attempt is over. */
    void attempted(long elapsedNanos) {
        attempts.increment();
        attemptTimes.recordValue(Math.min(MOST_MICROS, elapsedNanos / 1_000));
    }

    /** A second is over. */
    void tick() {
        long[] now = new long[before.length];
        for (int i = 0; i < ends.length; i++) {
            now[i] = ends[i].sum();
        }
        now[ends.length] = attempts.sum();
        long[] second = seconds[ticks % SECONDS];
        for (int i = 0; i < now.length; i++) {
            second[i] = now[i] - before[i];
        }
        before = now;
        ofCalls.slide(callTimes, ticks);
        ofAttempts.slide(attemptTimes, ticks);
        ticks++;
    }

    /** How many calls ended so within the window. */
    long ended(Event.End end) {
        return sum(end.ordinal());
    }

    /** How many attempts ended within the window. */
    long attempts() {
        return sum(ends.length);
    }

    /** How many calls ended within the window. */
    long calls() {
        long calls = 0;
        for (int i = 0; i < ends.length; i++) {
            calls += sum(i);
        }
        return calls;
    }

    private long sum(int kind) {
        long sum = 0;
        for (int back = 1; back <= Math.min(WINDOW, ticks); back++) {
            sum += seconds[(ticks - back) % SECONDS][kind];
        }
        return sum;
    }

    /** How long calls took within the window that were not refused, in microseconds, pauses and waits included. */
    Histogram latencies() {
        return ofCalls.sum;
    }

    /** How long attempts took within the window, in microseconds: what an attempt timeout is compared with. */
    Histogram attemptTimes() {
        return ofAttempts.sum;
    }

    /** Calls that ended badly within the window; whoever cancels says nothing of the dependency. */
    long bad() {
        return calls() - ended(Event.End.ANSWERED) - ended(Event.End.CANCELLED);
    }

    /** Calls that ended in each of the last seconds, oldest first: good ones, or bad ones. */
    List<Long> spark(boolean good) {
        List<Long> spark = new ArrayList<>(SECONDS);
        for (int back = Math.min(SECONDS, ticks); back >= 1; back--) {
            long[] second = seconds[(ticks - back) % SECONDS];
            long all = 0;
            for (int i = 0; i < ends.length; i++) {
                all += second[i];
            }
            long answered = second[Event.End.ANSWERED.ordinal()];
            spark.add(good ? answered : all - answered - second[Event.End.CANCELLED.ordinal()]);
        }
        return spark;
    }

    /** The last calls, newest first. */
    List<RecentCall> recent() {
        List<RecentCall> calls = new ArrayList<>();
        long newest = recorded.get() - 1;
        for (long i = newest; i >= 0 && i > newest - RECENT; i--) {
            RecentCall call = recent.get((int) (i % RECENT));
            if (call != null) {
                calls.add(call);
            }
        }
        return calls;
    }
}
