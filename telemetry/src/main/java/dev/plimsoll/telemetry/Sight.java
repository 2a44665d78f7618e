package dev.plimsoll.telemetry;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.function.Supplier;

/**
 * What can be seen of one dependency: its guard, or the guards of all its keys. Whoever reads two dozen gauges of it one after the
 * other looks at the guards once.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; two that come at once may both look.
 */
final class Sight {

    private static final long FRESH_NANOS = 100_000_000;

    private record Seen(List<GuardSnapshot> guards, long at) {}

    private final Supplier<List<GuardSnapshot>> look;
    private final Time time;
    private volatile Seen seen;

    Sight(Supplier<List<GuardSnapshot>> look, Time time) {
        this.look = look;
        this.time = time;
        this.seen = seen();
    }

    private Seen seen() {
        long at = time.precise();
        return new Seen(look.get(), at);
    }

    /** The guards as they are, or were a tenth of a second ago at most. */
    List<GuardSnapshot> guards() {
        Seen last = seen;
        return time.precise() - last.at < FRESH_NANOS ? last.guards : now();
    }

    /** The guards as they are. */
    List<GuardSnapshot> now() {
        Seen next = seen();
        seen = next;
        return next.guards;
    }
}
