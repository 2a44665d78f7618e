package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a test knows of the calls of a guard: how they ended by what their callers got, and how by what an observer was told.
 * The one who cancels a future may be a moment too late to change how its call ends; of such calls only the number is known.
 */
final class LedgerBook {

    private final Map<End, LongAdder> got = new ConcurrentHashMap<>();
    private final Map<End, LongAdder> told = new ConcurrentHashMap<>();
    private final LongAdder raced = new LongAdder();
    private final LongAdder repeated = new LongAdder();

    private LedgerBook() {}

    private static LongAdder adder(Map<End, LongAdder> all, End end) {
        return all.computeIfAbsent(end, kind -> new LongAdder());
    }

    /** A book for each guard. */
    static final class Shelf {

        private final Map<String, LedgerBook> books = new ConcurrentHashMap<>();
        private final LongAdder calls = new LongAdder();

        LedgerBook of(String guard) {
            return books.computeIfAbsent(guard, name -> new LedgerBook());
        }

        /** How many calls have ended, by what their callers got. */
        long calls() {
            return calls.sum();
        }

        /** The caller of a guard got this. */
        void got(Guard guard, End end) {
            adder(of(guard.name()).got, end).increment();
            calls.increment();
        }

        /** The caller of a guard has cancelled, perhaps too late. */
        void raced(Guard guard) {
            of(guard.name()).raced.increment();
            calls.increment();
        }

        /** An observer writes down what it is told, and throws an exception now and then. */
        void hear(Event event) {
            if (event instanceof CallEnded ended) {
                adder(of(ended.dependency()).told, ended.end()).increment();
            } else if (event instanceof AttemptEnded attempt && attempt.number() > 1) {
                of(attempt.dependency()).repeated.increment();
            }
        }
    }

    /** How many attempts beyond the first an observer was told of. */
    long repeated() {
        return repeated.sum();
    }

    private static long of(GuardSnapshot.Calls calls, End end) {
        return switch (end) {
            case ANSWERED -> calls.answered();
            case FAILED -> calls.failed();
            case TIMED_OUT -> calls.timedOut();
            case REFUSED -> calls.refused();
            case CANCELLED -> calls.cancelled();
        };
    }

    /** The guard's own numbers are those of the book; where somebody listened, they are those that it was told, too. */
    void agreesWith(GuardSnapshot guard, boolean observed) {
        long open = raced.sum();
        for (End end : End.values()) {
            long counted = of(guard.calls(), end);
            long known = adder(got, end).sum();
            assertThat(counted).as(guard.name() + " " + end + line(guard)).isGreaterThanOrEqualTo(known);
            open -= counted - known;
            if (observed) {
                assertThat(adder(told, end).sum())
                        .as(guard.name() + " " + end + ", as told" + line(guard))
                        .isEqualTo(counted);
            }
        }
        assertThat(open).as(guard.name() + ", all calls" + line(guard)).isZero();
    }

    /** One line of the ledger. */
    String line(GuardSnapshot guard) {
        StringBuilder line = new StringBuilder(String.format("%n%-9s", guard.name()));
        for (End end : End.values()) {
            line.append(String.format(" %,9d", of(guard.calls(), end)));
        }
        line.append(
                String.format(" %,9d %,9d %,9d  %s", raced.sum(), guard.retries(), guard.faults(), guard.refusals()));
        return line.toString();
    }

    /** What the columns of {@link #line} are. */
    static String head() {
        return String.format(
                "%-9s %9s %9s %9s %9s %9s %9s %9s %9s  %s",
                "guard",
                "answered",
                "failed",
                "timed out",
                "refused",
                "cancelled",
                "(raced)",
                "retries",
                "faults",
                "refusals");
    }

    /** How many calls ended so, as far as their callers know. */
    long known(End end) {
        return adder(got, end).sum();
    }
}
