package dev.plimsoll.time;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The hands of a {@link VirtualTime}.
 *
 * <p><b>Threading:</b> reading the time is safe for any thread, everything else is guarded by the lock of its
 * {@link VirtualTime}.
 */
final class VirtualClock {
    private static final Instant WALL_ORIGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1_000_000_000;

    private record LateTick(long at, long delay) {}

    private final List<LateTick> lateTicks = new ArrayList<>();
    private final long origin;
    private long step = 1;
    private volatile long now;
    private volatile long coarse;

    VirtualClock(long origin) {
        this.origin = origin;
        now = origin;
        coarse = origin;
    }

    long now() {
        return now;
    }

    long coarse() {
        return coarse;
    }

    Instant wall() {
        long passed = now - origin;
        return WALL_ORIGIN
                .plusSeconds(Long.divideUnsigned(passed, SECOND))
                .plusNanos(Long.remainderUnsigned(passed, SECOND));
    }

    long lateness(long since) {
        long sum = 0;
        for (LateTick tick : lateTicks) {
            sum += Math.max(0, Math.min(tick.delay(), tick.at() - since));
        }
        return sum;
    }

    /** Rounds the coarse time down to multiples of so many nanoseconds. */
    void tickEvery(long nanos) {
        step = Math.max(1, nanos);
    }

    /** Moves the hands forward; an instant in the past changes nothing. */
    void moveTo(long instant) {
        if (instant - now > 0) {
            now = instant;
            follow();
        }
    }

    /** The time passes, but the coarse clock stands until {@link #resume()}. */
    void stall(long nanos) {
        long instant = now + nanos;
        now = instant;
        if (nanos > CoarseClock.LATE) {
            lateTicks.add(new LateTick(instant, nanos));
        }
    }

    /** The coarse clock catches up. */
    void resume() {
        follow();
    }

    private void follow() {
        long rounded = now - Long.remainderUnsigned(now - origin, step);
        if (rounded - coarse > 0) {
            coarse = rounded;
        }
    }
}
