package dev.plimsoll;

import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Rejection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A guard as it is between two configurations: its parts, and the engines that take calls through them. A call reads its
 * guard's assembly once, and keeps it to its end.
 *
 * <p><b>Threading:</b> immutable; safe for use by any number of threads.
 */
final class Assembly {

    private final Parts parts;
    private final Description description;
    private final BlockingEngine engine;
    private final @Nullable Assembly seen;
    private @Nullable AsyncEngine async; // made when it is first asked for: a second one would do no harm

    Assembly(Parts parts) {
        this(parts, null);
    }

    private Assembly(Parts parts, @Nullable Assembly seen) {
        this.parts = parts;
        this.description = new Description(parts);
        this.engine = new BlockingEngine(parts, seen == null); // nobody tells a view what changes
        this.seen = seen;
    }

    /** The same with another way to judge outcomes. */
    Assembly judgedBy(Classifier classifier) {
        return new Assembly(parts.judgedBy(classifier), this);
    }

    /** Whether this is that one, judged otherwise. */
    boolean isViewOf(Assembly other) {
        return seen == other;
    }

    Parts parts() {
        return parts;
    }

    Description description() {
        return description;
    }

    BlockingEngine engine() {
        return engine;
    }

    AsyncEngine async() {
        AsyncEngine made = async;
        if (made == null) {
            made = new AsyncEngine(parts);
            async = made;
        }
        return made;
    }

    GuardSnapshot snapshot() {
        GuardCounts counts = parts.counts();
        Optional<BreakerSnapshot> breaker = Optional.ofNullable(parts.breaker()).map(CircuitBreaker::snapshot);
        Map<Rejection.Reason, Long> refusals = new EnumMap<>(Rejection.Reason.class);
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            if (counts.refused(reason) > 0) {
                refusals.put(reason, counts.refused(reason));
            }
        }
        return new GuardSnapshot(
                parts.name(),
                new GuardSnapshot.Calls(
                        counts.answered(),
                        counts.ended(End.FAILED),
                        counts.ended(End.TIMED_OUT),
                        counts.ended(End.REFUSED),
                        counts.ended(End.CANCELLED)),
                counts.retried(),
                Map.copyOf(refusals),
                counts.stalled(),
                counts.observers().faults(),
                breaker,
                Optional.ofNullable(parts.bulkhead()).map(Bulkhead::snapshot),
                Optional.ofNullable(parts.retries())
                        .map(retries -> retries.budget().snapshot()));
    }
}
