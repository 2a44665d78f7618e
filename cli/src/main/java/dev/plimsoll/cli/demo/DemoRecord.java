package dev.plimsoll.cli.demo;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Observer;
import dev.plimsoll.cli.flaky.FlakyStats;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the record of a demonstration: what the guard told, with the server's counters at that moment.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class DemoRecord implements Observer {
    private final List<Long> refusals = new ArrayList<>();
    private final Time time;
    private final Supplier<FlakyStats> server;
    private @Nullable Instant firstFailure;
    private @Nullable Turn opened;
    private @Nullable Turn halfOpened;
    private @Nullable Turn closed;

    DemoRecord(Time time, Supplier<FlakyStats> server) {
        this.time = time;
        this.server = server;
    }

    /** A change of state, and what the server had counted then. */
    private record Turn(Instant at, FlakyStats stats) {}

    @Override
    public synchronized void on(Event event) {
        if (event instanceof CircuitTransition transition) {
            turned(transition);
        } else if (event instanceof CallEnded call && call.end() == Event.End.REFUSED) {
            refusals.add(call.elapsedNanos());
        } else if (event instanceof AttemptEnded attempt && attempt.verdict().isBad() && firstFailure == null) {
            firstFailure = time.wall().minusNanos(attempt.elapsedNanos());
        }
    }

    private void turned(CircuitTransition transition) {
        Turn turn = new Turn(transition.at(), server.get());
        if (transition.to() == BreakerState.OPEN && opened == null) {
            opened = turn;
        } else if (transition.to() == BreakerState.HALF_OPEN && halfOpened == null) {
            halfOpened = turn;
        } else if (transition.to() == BreakerState.CLOSED && closed == null) {
            closed = turn;
        }
    }

    synchronized DemoSummary summary(BreakerState state) {
        return new DemoSummary(
                server.get().requests(),
                opened == null ? null : opened.stats().failed(),
                refusals.size(),
                median(),
                between(firstFailure, at(opened)),
                between(at(opened), at(halfOpened)),
                between(at(opened), at(closed)),
                probes(),
                state);
    }

    /** While the circuit is open nothing is sent, so what arrived between opening and closing were probes. */
    private long probes() {
        if (opened == null) {
            return 0;
        }
        FlakyStats end = closed == null ? server.get() : closed.stats();
        return end.requests() - opened.stats().requests();
    }

    private @Nullable Duration median() {
        if (refusals.isEmpty()) {
            return null;
        }
        List<Long> sorted = refusals.stream().sorted().toList();
        int middle = sorted.size() / 2;
        long median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return Duration.ofNanos(median);
    }

    private static @Nullable Instant at(@Nullable Turn turn) {
        return turn == null ? null : turn.at();
    }

    private static @Nullable Duration between(@Nullable Instant start, @Nullable Instant end) {
        return start == null || end == null ? null : Duration.between(start, end);
    }
}
