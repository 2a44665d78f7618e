package dev.plimsoll.console;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of all dependencies. Once a second it looks at what their guards have counted, which they do anyway: so that
 * whoever opens the page sees the last minute, and no call has paid for it. Guards by key are counted together.
 *
 * <p><b>Threading:</b> {@link #begin} and {@link #tick} belong to one thread at a time; everything else is for any.
 */
final class Counters {

    private final Guards guards;
    private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();
    private final Map<String, KeyCounts> keys = new HashMap<>(); // belongs to who ticks

    Counters(Guards guards) {
        this.guards = guards;
    }

    /** What the guards of now have counted so far belongs to no second. */
    void begin() {
        for (Guard guard : guards.all()) {
            of(guard.name()).begin(Traffic.counted(guard.snapshot()));
        }
        for (KeyedGuards<?> keyed : guards.allKeyed()) {
            KeyCounts counts = new KeyCounts();
            counts.begin(keyed);
            keys.put(keyed.name(), counts);
        }
    }

    /** A second is over. */
    void tick() {
        long now = guards.time().wall().toEpochMilli();
        for (Guard guard : guards.all()) {
            GuardSnapshot snapshot = guard.snapshot();
            Traffic counted = of(guard.name());
            counted.tick(Traffic.counted(snapshot), snapshot.counted(), now);
            counted.judge(Troubles.isClosed(snapshot), now);
        }
        for (KeyedGuards<?> keyed : guards.allKeyed()) {
            KeyCounts counts = keys.computeIfAbsent(keyed.name(), unused -> new KeyCounts());
            List<GuardSnapshot> each = KeyCounts.guardsOf(keyed);
            boolean countsGood = keyed.snapshot().shared().counted();
            Traffic counted = of(keyed.name());
            counted.tick(counts.counted(each), countsGood, now);
            counted.judge(each.stream().allMatch(Troubles::isClosed), now);
        }
    }

    /** The traffic of a dependency, also of one that has had none yet. There are as many as there are guards. */
    Traffic of(String dependency) {
        Traffic known = traffic.get(dependency);
        return known != null ? known : traffic.computeIfAbsent(dependency, unused -> new Traffic());
    }

    /** The traffic of a dependency; null when nobody has heard of it. */
    @Nullable
    Traffic known(String dependency) {
        return traffic.get(dependency);
    }

    /** Nobody listens to calls any more. */
    void forgetCalls() {
        traffic.values().forEach(Traffic::forgetCalls);
    }
}
