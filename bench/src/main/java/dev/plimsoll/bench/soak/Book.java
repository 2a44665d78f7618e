package dev.plimsoll.bench.soak;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.LegEnded;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is known of the calls of one guard without asking it: how they ended by what their callers got, and by what an
 * observer was told. Who cancels a future may be a moment too late to change how its call ends; of such calls only the
 * number is known.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Book {

    private final AtomicLongArray got = new AtomicLongArray(End.values().length);
    private final AtomicLongArray told = new AtomicLongArray(End.values().length);
    private final AtomicLongArray refused = new AtomicLongArray(Reason.values().length);
    private final AtomicLongArray verdicts = new AtomicLongArray(Verdict.values().length);
    private final LongAdder raced = new LongAdder();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder scheduled = new LongAdder();
    private final LongAdder hedges = new LongAdder();
    private final LongAdder legs = new LongAdder();
    private final LongAdder thrown = new LongAdder();
    private final AtomicLong sequence = new AtomicLong();
    private final LongAdder disorder = new LongAdder();

    /** A caller got this. */
    void got(End end) {
        got.incrementAndGet(end.ordinal());
    }

    /** A caller has cancelled, perhaps too late. */
    void raced() {
        raced.increment();
    }

    /** Code of the user's has thrown something that it should not. */
    void thrown() {
        thrown.increment();
    }

    /** What an observer is told. */
    void hear(Event event) {
        if (event instanceof CallEnded ended) {
            told.incrementAndGet(ended.end().ordinal());
        } else if (event instanceof AttemptEnded attempt) {
            attempts.increment();
            verdicts.incrementAndGet(attempt.verdict().ordinal());
            if (attempt.number() > 1) {
                repeated.increment();
            }
        } else if (event instanceof AttemptRefused attempt) {
            refused.incrementAndGet(attempt.rejection().reason().ordinal());
        } else if (event instanceof RetryScheduled) {
            scheduled.increment();
        } else if (event instanceof HedgeLaunched) {
            hedges.increment();
        } else if (event instanceof LegEnded) {
            legs.increment();
        } else if (event instanceof CircuitTransition transition
                && sequence.getAndSet(transition.sequence()) != transition.sequence() - 1) {
            disorder.increment();
        }
    }

    /** How many calls have ended, by what their callers got. */
    long calls() {
        return sum(got) + raced.sum();
    }

    /** How many ended so, by what their callers got. */
    long got(int end) {
        return got.get(end);
    }

    /** How many legs beyond the first an observer was told of. */
    long hedges() {
        return hedges.sum();
    }

    /** How many attempts beyond the first an observer was told of. */
    long repeated() {
        return repeated.sum();
    }

    /** How many attempts, or legs of such as may be hedged, have passed all gates. */
    long begun() {
        return legs.sum() > 0 ? legs.sum() : attempts.sum();
    }

    /** How many results an observer was told of that say something about the dependency. */
    long telling() {
        return verdicts.get(Verdict.SUCCESS.ordinal())
                + verdicts.get(Verdict.FAILURE.ordinal())
                + verdicts.get(Verdict.OVERLOAD.ordinal());
    }

    private static long sum(AtomicLongArray all) {
        long sum = 0;
        for (int i = 0; i < all.length(); i++) {
            sum += all.get(i);
        }
        return sum;
    }

    /** In how much the guard's own count of calls differs from what the callers got. */
    void compareCalls(String name, GuardSnapshot guard, Drift drift) {
        List<Long> counted = List.of(
                guard.calls().answered(),
                guard.calls().failed(),
                guard.calls().timedOut(),
                guard.calls().refused(),
                guard.calls().cancelled());
        ends(name + " calls counted as ", counted, drift);
    }

    /** In how much the guard's other numbers differ from what an observer was told, and from what users threw. */
    void compareCounters(String name, GuardSnapshot guard, Drift drift) {
        for (Reason reason : Reason.values()) {
            long refusals = guard.refusals().getOrDefault(reason, 0L);
            drift.counter(name + " refusals " + reason, refused.get(reason.ordinal()), refusals);
        }
        drift.counter(name + " retries", scheduled.sum(), guard.retries());
        drift.counter(name + " faults of the user's", thrown.sum(), guard.faults());
    }

    /** In how much what an observer was told differs from what the callers got. */
    void compareEvents(String name, Drift drift) {
        long open = raced.sum();
        for (End end : End.values()) {
            long more = told.get(end.ordinal()) - got.get(end.ordinal());
            open -= more;
            if (more < 0) {
                drift.event(name + " calls told as " + end, got.get(end.ordinal()), told.get(end.ordinal()));
            }
        }
        drift.event(name + " calls told in all", calls(), calls() - open);
        drift.event(name + " transitions out of order", 0, disorder.sum());
    }

    /** Each caller's end is counted, and what is counted beyond that are the calls that were cancelled. */
    private void ends(String what, List<Long> counted, Drift drift) {
        long all = 0;
        for (End end : End.values()) {
            long number = counted.get(end.ordinal());
            all += number;
            if (number < got.get(end.ordinal())) {
                drift.counter(what + end, got.get(end.ordinal()), number);
            }
        }
        drift.counter(what + "any end", calls(), all);
    }
}
