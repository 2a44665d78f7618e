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
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is known of the calls of one guard without asking it: how they ended by what their callers got, and by what an
 * observer was told. Who cancels a future may be a moment too late to change how its call ends; of such calls only the
 * number is known.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Book {

    /** How often there was each of a kind. */
    private static final class Counts<E extends Enum<E>> {

        private final Map<E, LongAdder> all;

        Counts(Class<E> kinds) {
            all = new EnumMap<>(kinds);
            for (E kind : kinds.getEnumConstants()) {
                all.put(kind, new LongAdder());
            }
        }

        private LongAdder adder(E kind) {
            return Objects.requireNonNull(all.get(kind));
        }

        void add(E kind) {
            adder(kind).increment();
        }

        long of(E kind) {
            return adder(kind).sum();
        }

        long sum() {
            return all.values().stream().mapToLong(LongAdder::sum).sum();
        }
    }

    private final Counts<End> got = new Counts<>(End.class);
    private final Counts<End> told = new Counts<>(End.class);
    private final Counts<Reason> refused = new Counts<>(Reason.class);
    private final Counts<Verdict> verdicts = new Counts<>(Verdict.class);
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
        got.add(end);
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
            told.add(ended.end());
        } else if (event instanceof AttemptEnded attempt) {
            attempts.increment();
            verdicts.add(attempt.verdict());
            if (attempt.number() > 1) {
                repeated.increment();
            }
        } else if (event instanceof AttemptRefused attempt) {
            refused.add(attempt.rejection().reason());
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
        return got.sum() + raced.sum();
    }

    /** How many ended so, by what their callers got. */
    long known(End end) {
        return got.of(end);
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
        return verdicts.of(Verdict.SUCCESS) + verdicts.of(Verdict.FAILURE) + verdicts.of(Verdict.OVERLOAD);
    }

    /** In how much the guard's own count of calls differs from what the callers got. */
    void compareCalls(String name, GuardSnapshot guard, Drift drift) {
        long all = 0;
        for (End end : End.values()) {
            long counted = counted(guard, end);
            all += counted;
            if (counted < got.of(end)) { // what is counted beyond that are the calls that were cancelled
                drift.counter(name + " calls counted as " + end, got.of(end), counted);
            }
        }
        drift.counter(name + " calls counted as any end", calls(), all);
    }

    private static long counted(GuardSnapshot guard, End end) {
        return switch (end) {
            case ANSWERED -> guard.calls().answered();
            case FAILED -> guard.calls().failed();
            case TIMED_OUT -> guard.calls().timedOut();
            case REFUSED -> guard.calls().refused();
            case CANCELLED -> guard.calls().cancelled();
        };
    }

    /** In how much the guard's other numbers differ from what an observer was told, and from what users threw. */
    void compareCounters(String name, GuardSnapshot guard, Drift drift) {
        for (Reason reason : Reason.values()) {
            long refusals = guard.refusals().getOrDefault(reason, 0L);
            drift.counter(name + " refusals " + reason, refused.of(reason), refusals);
        }
        drift.counter(name + " retries", scheduled.sum(), guard.retries());
        drift.counter(name + " faults of the user's", thrown.sum(), guard.faults());
    }

    /** In how much what an observer was told differs from what the callers got. */
    void compareEvents(String name, Drift drift) {
        long open = raced.sum();
        for (End end : End.values()) {
            long more = told.of(end) - got.of(end);
            open -= more;
            if (more < 0) {
                drift.event(name + " calls told as " + end, got.of(end), told.of(end));
            }
        }
        drift.event(name + " calls told in all", calls(), calls() - open);
        drift.event(name + " transitions out of order", 0, disorder.sum());
    }
}
