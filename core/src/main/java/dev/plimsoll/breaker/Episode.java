package dev.plimsoll.breaker;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stay in a state: the number of the transition that began it (0 for the first state), which state, the precise
 * clock and the time of day at its beginning, why it began, and whether by timer. Two stays are never equal. Until
 * its beginning has been told it knows the one before it. The failures in a row are counted here, where neither a
 * ramp that is over nor other settings break the row.
 */
final class Episode {
    private static final VarHandle STREAK = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "streak", VarHandle.class, Episode.class, int.class);

    private final long sequence;
    private final BreakerState kind;
    private final long since;
    private final Instant wall;
    private final String reason;
    private final boolean byTimer;
    private volatile int streak;
    private @Nullable Episode previous; // after the episode was published, touched only by who delivers

    private Episode(
            @Nullable Episode previous, BreakerState kind, long since, Instant wall, String reason, boolean byTimer) {
        this.sequence = previous == null ? 0 : previous.sequence + 1;
        this.previous = previous;
        this.kind = kind;
        this.since = since;
        this.wall = wall;
        this.reason = reason;
        this.byTimer = byTimer;
    }

    static Episode first(long since, Instant wall) {
        return new Episode(null, BreakerState.CLOSED, since, wall, "new", false);
    }

    Episode next(BreakerState kind, long since, Instant wall, String reason, boolean byTimer) {
        return new Episode(this, kind, since, wall, reason, byTimer);
    }

    @Nullable
    Episode previous() {
        return previous;
    }

    /** Its beginning, to be told; from now on it knows nothing of the one before it. */
    CircuitTransition told(String name, Episode before) {
        previous = null;
        return new CircuitTransition(name, sequence, before.kind, kind, reason, byTimer, wall);
    }

    long sequence() {
        return sequence;
    }

    BreakerState kind() {
        return kind;
    }

    long since() {
        return since;
    }

    Instant wall() {
        return wall;
    }

    String reason() {
        return reason;
    }

    /** Failures in a row. */
    int streak() {
        return streak;
    }

    /** One more failure in a row. Returns how many it makes. */
    int lengthenStreak() {
        return (int) STREAK.getAndAdd(this, 1) + 1;
    }

    /** A success. */
    void endStreak() {
        if (streak != 0) {
            streak = 0;
        }
    }
}
