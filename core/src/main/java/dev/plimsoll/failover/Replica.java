package dev.plimsoll.failover;

import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One of several that can do the same, and what is known of it. Whether it is away is known to the {@link Roster}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; what is guarded by the lock of its {@link Members} says so.
 */
final class Replica<C> {

    /** A replica of this rank is asked only when the other choice is one, too. */
    private static final double RESTING = 1e30;

    private record Since(long instant) {}

    private record Until(long instant) {}

    final String name;
    final C client;
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger failuresInRow = new AtomicInteger();
    final AtomicInteger ejections = new AtomicInteger();
    final LongAdder good = new LongAdder();
    final LongAdder bad = new LongAdder();
    final PeakLatency latency = new PeakLatency();

    /** Counts the times it went away and came back: who asked in another one says nothing about now. */
    final AtomicInteger episode = new AtomicInteger();

    /* Whoever finds it over takes away what was found, and not what has begun since. */
    private final AtomicReference<@Nullable Since> slow = new AtomicReference<>();
    private final AtomicReference<@Nullable Until> resting = new AtomicReference<>();

    /* Guarded by the lock. */
    long goodBefore;
    long badBefore;
    long awayUntil;

    Replica(String name, C client) {
        this.name = name;
        this.client = client;
    }

    /** From now on it gets a small share, which grows. */
    void startSlowly(long now) {
        slow.set(new Since(now));
    }

    /** Which part of the usual share it may have: the floor … 1, never less than before. */
    double weight(long now, ReplicasConfig config) {
        Since began = slow.get();
        if (began == null) {
            return 1;
        }
        double grown = (now - began.instant) / (double) config.slowStartNanos(); // over nothing: infinite, or no number
        if (grown < 1) {
            return Math.max(config.slowStartFloor(), grown);
        }
        slow.compareAndSet(began, null);
        return 1;
    }

    /** It asks to be left alone, or its own guard refuses; of several ends the latest counts. */
    void rest(long until) {
        Until next = new Until(until);
        Until known = resting.get();
        while ((known == null || until - known.instant > 0) && !resting.compareAndSet(known, next)) {
            known = resting.get();
        }
    }

    boolean isResting(long now) {
        Until end = resting.get();
        if (end == null) {
            return false;
        }
        if (end.instant - now > 0) {
            return true;
        }
        resting.compareAndSet(end, null);
        return false;
    }

    /** Whether this is the better choice of two; of equal ones it is. */
    boolean isLighterThan(Replica<C> other, long now, ReplicasConfig config) {
        int mine = inFlight.get();
        int others = other.inFlight.get();
        double latencyHere = latency.nanos(mine == 0, now, config.latencyDecayNanos());
        double latencyThere = other.latency.nanos(others == 0, now, config.latencyDecayNanos());
        boolean comparable = latencyHere > 0 && latencyThere > 0;
        double here = (mine + 1.0) * (comparable ? latencyHere : 1);
        double there = (others + 1.0) * (comparable ? latencyThere : 1);
        return here + (isResting(now) ? RESTING : 0) <= there + (other.isResting(now) ? RESTING : 0);
    }

    ReplicaSnapshot snapshot(boolean away, long now, ReplicasConfig config) {
        double weight = weight(now, config);
        boolean idle = inFlight.get() == 0;
        return new ReplicaSnapshot(
                name,
                standing(away, weight, now),
                away ? 0 : weight,
                inFlight.get(),
                Duration.ofNanos((long) latency.nanos(idle, now, config.latencyDecayNanos())),
                good.sum(),
                bad.sum(),
                failuresInRow.get(),
                ejections.get());
    }

    private Standing standing(boolean away, double weight, long now) {
        if (away) {
            return Standing.EJECTED;
        }
        if (isResting(now)) {
            return Standing.RESTING;
        }
        return weight < 1 ? Standing.STARTING : Standing.OPEN;
    }
}
