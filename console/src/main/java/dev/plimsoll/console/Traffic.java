package dev.plimsoll.console;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.GuardSnapshot.Calls;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.hedge.HedgeSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What became of the calls of one dependency. How many there were, and how they ended, is known second by second for a
 * minute, from the guard's own counts, so that it costs a call nothing. How long attempts took, and the last calls one by
 * one, are known only from when somebody listens.
 *
 * <p><b>Threading:</b> calls are heard of by any number of threads; {@link #begin}, {@link #tick}, {@link #judge} and what reads, but
 * for {@link #recent}, belong to one at a time.
 */
final class Traffic {

    /** How many kinds of count are of ends, see {@link #kind}; they come first. */
    static final int ENDS = 5;

    /** The kind of count that is of attempts. */
    static final int ATTEMPTS = ENDS;

    /** The kind of count that is of calls which were not tried again for want of budget. */
    static final int DENIED = ENDS + 1;

    private static final List<Reason> REASONS = List.of(Reason.values());
    private static final int FIRST_REASON = ENDS + 2;

    /** How many kinds of count there are. */
    static final int KINDS = FIRST_REASON + REASONS.size();

    private static final long SECOND_MILLIS = 1_000;

    /** One call in so many may fail, and nobody calls it trouble. */
    private static final int BEARABLE = 20;

    private final Seconds seconds = new Seconds(KINDS);
    private final long[] since = new long[KINDS]; // milliseconds since the epoch; 0 for what is not going on
    private long failsSince; // the same of calls of which too many fail
    private int calm; // for how many ticks not too many have failed
    private final Latencies attemptTimes = new Latencies();
    private final LongAdder answered = new LongAdder(); // those that were heard of
    private long known; // those that were counted or, where they were not, heard of
    private long countedBefore; // at the tick before
    private long heardBefore;
    private volatile @Nullable RecentCalls recent;

    /** Under which number it is counted that calls ended so. */
    static int kind(End end) {
        return switch (end) {
            case ANSWERED -> 0;
            case FAILED -> 1;
            case TIMED_OUT -> 2;
            case REFUSED -> 3;
            case CANCELLED -> 4;
        };
    }

    /** Under which number it is counted that attempts were refused for this reason. */
    static int kind(Reason reason) {
        return FIRST_REASON + REASONS.indexOf(reason);
    }

    /**
     * All that a guard has counted since it was made, by kind. Attempts are not counted as such: they are the calls and
     * their retries, less those of them that were refused, and the legs beyond the first. Where a call is between two of these counts it is one more or
     * less for a moment.
     */
    static long[] counted(GuardSnapshot guard) {
        Calls calls = guard.calls();
        long[] counted = new long[KINDS];
        counted[kind(End.ANSWERED)] = calls.answered();
        counted[kind(End.FAILED)] = calls.failed();
        counted[kind(End.TIMED_OUT)] = calls.timedOut();
        counted[kind(End.REFUSED)] = calls.refused();
        counted[kind(End.CANCELLED)] = calls.cancelled();
        long attempts = guard.retries();
        for (int end = 0; end < ENDS; end++) {
            attempts += counted[end];
        }
        for (Map.Entry<Reason, Long> refused : guard.refusals().entrySet()) {
            counted[kind(refused.getKey())] = refused.getValue();
            attempts -= refused.getValue();
        }
        counted[ATTEMPTS] =
                attempts + guard.hedges().map(HedgeSnapshot::launched).orElse(0L);
        counted[DENIED] = guard.budgetDenials();
        return counted;
    }

    // ---------------------------------------------------------------- what is counted

    /** What was counted up to now was before anybody looked. */
    void begin(long[] counted) {
        known = counted[kind(End.ANSWERED)];
        countedBefore = known;
        seconds.begin(counted);
    }

    /**
     * A second is over.
     *
     * @param counted all up to now
     * @param countsGood whether the guard counts good calls at present; where it does not, those count that were heard of
     * @param nowMillis the time of day, in milliseconds since the epoch
     */
    void tick(long[] counted, boolean countsGood, long nowMillis) {
        long heard = answered.sum();
        long good = counted[kind(End.ANSWERED)];
        known += countsGood ? good - countedBefore : heard - heardBefore;
        countedBefore = good;
        heardBefore = heard;
        counted[kind(End.ANSWERED)] = known;
        counted[ATTEMPTS] += known - good;
        seconds.tick(counted);
        attemptTimes.tick();
        for (int kind = 0; kind < KINDS; kind++) {
            boolean goesOn = seconds.sum(kind) > 0;
            since[kind] = !goesOn ? 0 : since[kind] == 0 ? nowMillis - SECOND_MILLIS : since[kind];
        }
    }

    /**
     * Judges the second that was counted: whether calls fail, and more than one in twenty. It begins with a call that fails, not
     * with a circuit that closes while old failures are within the window; and it is over ten seconds after, as with refusals.
     *
     * @param closed whether no circuit is open, which would say itself what is wrong
     * @param nowMillis the time of day, in milliseconds since the epoch
     */
    void judge(boolean closed, long nowMillis) {
        calm = tooManyFail() ? 0 : calm + 1;
        if (!closed || calm >= Seconds.WINDOW) {
            failsSince = 0;
        } else if (failsSince == 0 && tooManyFail() && failedInLastSecond() > 0) {
            failsSince = nowMillis - SECOND_MILLIS;
        }
    }

    /** Whether it is more than anybody bears when so many of so many calls fail. */
    static boolean isTooMany(long failed, long calls) {
        return BEARABLE * failed > calls;
    }

    /** The same of the calls within the window. What is refused says itself why. */
    boolean tooManyFail() {
        return isTooMany(failed(), calls());
    }

    /** How many calls failed or timed out within the window. */
    long failed() {
        return ended(End.FAILED) + ended(End.TIMED_OUT);
    }

    /** Since when too many fail, in milliseconds since the epoch, to the second; 0 when not. */
    long failsSince() {
        return failsSince;
    }

    /** How many failed or timed out in the second that was counted last. */
    long failedInLastSecond() {
        return inLastSecond(kind(End.FAILED)) + inLastSecond(kind(End.TIMED_OUT));
    }

    /** How many were counted in the second that was counted last. */
    long inLastSecond(int kind) {
        return seconds.known() == 0 ? 0 : seconds.at(1, kind);
    }

    /** How many seconds its numbers are of: the window at most, fewer while its guard is young, and 1 at least. */
    int seconds() {
        return Math.max(1, seconds.inWindow());
    }

    /** How many were counted within the window. */
    long counted(int kind) {
        return seconds.sum(kind);
    }

    /** The same in a second, on average. */
    double perSecond(int kind) {
        return seconds.sum(kind) / (double) seconds();
    }

    /** Since when there was no window without any: in milliseconds since the epoch, to the second; 0 when there are none. */
    long since(int kind) {
        return since[kind];
    }

    /** Since when calls fail or time out, in milliseconds since the epoch, to the second; 0 when none do. */
    long failingSince() {
        long failed = since[kind(End.FAILED)];
        long timedOut = since[kind(End.TIMED_OUT)];
        return failed == 0 || timedOut == 0 ? Math.max(failed, timedOut) : Math.min(failed, timedOut);
    }

    /** How many calls ended so within the window. */
    long ended(End end) {
        return seconds.sum(kind(end));
    }

    /** How many attempts ended within the window. */
    long attempts() {
        return seconds.sum(ATTEMPTS);
    }

    /** How many calls ended within the window. */
    long calls() {
        long calls = 0;
        for (End end : End.values()) {
            calls += ended(end);
        }
        return calls;
    }

    /** Calls that ended badly within the window; whoever cancels says nothing of the dependency. */
    long bad() {
        return failed() + ended(End.REFUSED);
    }

    /** Calls that ended in one of these ways in each of the last seconds, oldest first. */
    List<Long> spark(End... ends) {
        List<Long> spark = new ArrayList<>(seconds.known());
        for (int back = seconds.known(); back >= 1; back--) {
            long sum = 0;
            for (End end : ends) {
                sum += seconds.at(back, kind(end));
            }
            spark.add(sum);
        }
        return spark;
    }

    // ---------------------------------------------------------------- what is heard

    /** A call is over. */
    void ended(CallEnded call, long atMillis) {
        if (call.end() == End.ANSWERED) {
            answered.increment();
        }
        RecentCalls calls = recent;
        if (calls == null) {
            calls = kept();
        }
        calls.add(RecentCall.of(call, atMillis));
    }

    private synchronized RecentCalls kept() {
        RecentCalls calls = recent;
        if (calls == null) {
            calls = new RecentCalls();
            recent = calls;
        }
        return calls;
    }

    /** An attempt is over. */
    void attempted(long elapsedNanos) {
        attemptTimes.record(elapsedNanos);
    }

    /** Adds how long attempts took within the window, in microseconds: what an attempt timeout is compared with. */
    void addAttemptTimes(Histogram sum) {
        attemptTimes.addTo(sum);
    }

    /** The last calls that were heard of, newest first. */
    List<RecentCall> recent() {
        RecentCalls calls = recent;
        return calls == null ? List.of() : calls.newestFirst();
    }

    /** Why the last call went badly that was heard of, but for those that were refused; null when there was none. */
    @Nullable
    String lastFailure() {
        for (RecentCall call : recent()) {
            if ((call.end() == End.FAILED || call.end() == End.TIMED_OUT)
                    && !call.why().isEmpty()) {
                return call.why();
            }
        }
        return null;
    }

    /** Nobody listens any more. */
    void forgetCalls() {
        recent = null;
    }
}
