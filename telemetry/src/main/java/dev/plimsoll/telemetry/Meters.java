package dev.plimsoll.telemetry;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.hedge.HedgeDenied;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.telemetry.Instruments.Instrument;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All numbers of one dependency. What alerts look at is there from the beginning, with zero, for a count that appears
 * with its first increment has not grown in the eyes of who scrapes it; what may come with tags of its own appears when
 * it comes.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Recording takes no lock once a number is there.
 */
final class Meters {

    /** A number that came with its tags. */
    private record Tagged(Metric metric, String first, String second) {}

    private final String dependency;
    private final Instruments instruments;
    private final Sight sight;
    private final Amplification amplification;
    private final Map<Event.End, Instrument> calls = new EnumMap<>(Event.End.class); // never changes
    private final Map<Verdict, Instrument> attempts = new EnumMap<>(Verdict.class); // never changes
    private final Instrument retries;
    private final Map<Tagged, Instrument> tagged = new ConcurrentHashMap<>();
    private final List<Instrument> fixed = new ArrayList<>();
    private final Map<Metric, List<Instrument>> gauges = new EnumMap<>(Metric.class); // guarded by this
    private volatile @Nullable Instrument deadline;
    private boolean removed; // guarded by this

    Meters(String dependency, Instruments instruments, Sight sight, Time time) {
        this.dependency = dependency;
        this.instruments = instruments;
        this.sight = sight;
        this.amplification = new Amplification(time.precise());
        for (Event.End end : Event.End.values()) {
            calls.put(end, counting(Metric.CALLS, word(end)));
        }
        for (Verdict verdict : Verdict.values()) {
            if (verdict != Verdict.NOT_RUN) { // such an attempt is none, and is not told
                attempts.put(verdict, counting(Metric.ATTEMPTS, word(verdict)));
            }
        }
        this.retries = counting(Metric.RETRIES);
        fixed.add(reading(Metric.AMPLIFICATION, () -> amplification.now(time.precise())));
        refresh(sight.guards());
    }

    /** The words of an enum as values of tags are written. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Who refused, as values of tags are written. */
    static String gate(Rejection refusal) {
        return refusal.gate().replace(' ', '_');
    }

    // ---------------------------------------------------------------- what is told

    void on(Event event) {
        if (event instanceof AttemptEnded attempt) {
            ended(attempt);
        } else if (event instanceof CallEnded call) {
            ended(call);
        } else if (event instanceof AttemptRefused refused) {
            count(
                    Metric.REFUSALS,
                    gate(refused.rejection()),
                    word(refused.rejection().reason()));
        } else if (event instanceof RetryScheduled) {
            retries.record(1);
        } else if (event instanceof RetryDenied denied) {
            count(Metric.RETRIES_DENIED, word(denied.why()), "");
        } else if (event instanceof CircuitTransition transition) {
            count(Metric.BREAKER_TRANSITIONS, word(transition.to()), "");
        } else {
            rarer(event);
        }
    }

    private void rarer(Event event) {
        if (event instanceof HedgeLaunched) {
            amplification.attempt();
            count(Metric.HEDGES, "", "");
        } else if (event instanceof HedgeDenied denied) {
            count(Metric.HEDGES_DENIED, word(denied.why()), "");
        } else if (event instanceof FallbackAsked asked) {
            count(Metric.FALLBACKS, asked.rung() == null ? "none" : word(asked.rung()), "");
        } else if (event instanceof WorkAbandoned) {
            count(Metric.BULKHEAD_ABANDONED, "", "");
        } else if (event instanceof Event.Reconfigured) {
            refresh(sight.now());
        }
    }

    private void ended(AttemptEnded attempt) {
        amplification.attempt();
        Instrument counted = attempts.get(attempt.verdict());
        if (counted != null) {
            counted.record(attempt.elapsedNanos());
        }
        if (attempt.localStall()) {
            count(Metric.STALLS, "", "");
        }
    }

    private void ended(CallEnded call) {
        amplification.call();
        Objects.requireNonNull(calls.get(call.end())).record(call.elapsedNanos());
        if (call.leftNanos() != CallEnded.NO_DEADLINE) {
            Instrument left = deadline;
            if (left == null) {
                left = tagged(new Tagged(Metric.DEADLINE_REMAINING, "", ""));
                deadline = left;
            }
            left.record(call.leftNanos());
        }
    }

    private void count(Metric metric, String first, String second) {
        tagged(new Tagged(metric, first, second)).record(1);
    }

    private Instrument tagged(Tagged which) {
        Instrument there = tagged.get(which);
        return there != null ? there : added(which);
    }

    private synchronized Instrument added(Tagged which) {
        Instrument there = tagged.get(which);
        if (there != null) {
            return there;
        }
        String[] tags = tags(which.first, which.second);
        Instrument made = instruments.recorded(which.metric, tags);
        if (removed) {
            made.remove(); // it came when the guard had gone
        }
        tagged.put(which, made);
        return made;
    }

    // ---------------------------------------------------------------- what is read

    /** Adds the gauges of mechanisms that have come, and takes away those of mechanisms that have gone. */
    void refresh() {
        refresh(sight.guards());
    }

    private synchronized void refresh(List<GuardSnapshot> guards) {
        if (removed) {
            return;
        }
        Set<Metric> wanted = EnumSet.noneOf(Metric.class);
        for (Metric metric : Gauges.all()) {
            if (Gauges.has(metric, guards)) {
                wanted.add(metric);
            }
        }
        if (Gauges.hasBreaker(guards)) {
            wanted.add(Metric.BREAKER_STATE);
            Instrument unused = tagged(new Tagged(Metric.BREAKER_TRANSITIONS, word(BreakerState.OPEN), ""));
        }
        if (wanted.contains(Metric.BUDGET_BALANCE)) {
            Instrument unused = tagged(new Tagged(Metric.RETRIES_DENIED, word(NoRetry.BUDGET_USED), ""));
        }
        List<Metric> gone = gauges.keySet().stream()
                .filter(metric -> !wanted.contains(metric))
                .toList();
        gone.forEach(this::takeAway);
        wanted.forEach(metric -> gauges.computeIfAbsent(metric, this::gaugesOf));
    }

    private void takeAway(Metric metric) {
        List<Instrument> there = gauges.remove(metric);
        if (there != null) {
            there.forEach(Instrument::remove);
        }
    }

    private List<Instrument> gaugesOf(Metric metric) {
        if (metric != Metric.BREAKER_STATE) {
            return List.of(reading(metric, () -> Gauges.value(metric, sight.guards())));
        }
        List<Instrument> states = new ArrayList<>();
        for (BreakerState state : BreakerState.values()) {
            states.add(reading(metric, () -> Gauges.count(state, sight.guards()), word(state)));
        }
        return states;
    }

    private Instrument reading(Metric metric, DoubleSupplier value, String... tags) {
        return instruments.read(metric, value, tags(tags));
    }

    private Instrument counting(Metric metric, String... tags) {
        Instrument made = instruments.recorded(metric, tags(tags));
        fixed.add(made);
        return made;
    }

    private String[] tags(String... more) {
        List<String> all = new ArrayList<>(List.of(dependency));
        for (String tag : more) {
            if (!tag.isEmpty()) {
                all.add(tag);
            }
        }
        return all.toArray(String[]::new);
    }

    /** Takes everything away; what is told later is not counted any more. */
    synchronized void remove() {
        removed = true;
        fixed.forEach(Instrument::remove);
        tagged.values().forEach(Instrument::remove);
        gauges.values().forEach(all -> all.forEach(Instrument::remove));
        gauges.clear();
    }
}
