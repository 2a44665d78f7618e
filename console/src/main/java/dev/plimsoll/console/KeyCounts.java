package dev.plimsoll.console;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.KeyedGuards;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the guards of all keys of a dependency have counted together. Keys come and go, and their counts with them: so
 * added up is by how much each has grown.
 *
 * <p><b>Threading:</b> for one thread at a time.
 */
final class KeyCounts {

    private final long[] all = new long[Traffic.KINDS];
    private Map<String, long[]> before = Map.of(); // of each key that was there when it was looked at last

    /** What was counted up to now was before anybody looked. */
    void begin(KeyedGuards<?> keyed) {
        before = present(guardsOf(keyed));
    }

    /**
     * All that was counted from then up to now, by kind.
     *
     * @param guards those of now, see {@link #guardsOf}
     */
    long[] counted(List<GuardSnapshot> guards) {
        Map<String, long[]> now = present(guards);
        now.forEach((key, counted) -> {
            long[] known = before.getOrDefault(key, new long[Traffic.KINDS]);
            for (int kind = 0; kind < Traffic.KINDS; kind++) {
                // a key that went and came again counts from zero
                all[kind] += Math.max(0, counted[kind] - known[kind]);
            }
        });
        before = now;
        return all.clone();
    }

    /** By name; two keys whose texts look the same in a name are one. */
    private static Map<String, long[]> present(List<GuardSnapshot> guards) {
        Map<String, long[]> present = new HashMap<>();
        for (GuardSnapshot each : guards) {
            present.merge(each.name(), Traffic.counted(each), KeyCounts::sum);
        }
        return present;
    }

    /** Those of all keys, and the one that keys share when there are too many. */
    static List<GuardSnapshot> guardsOf(KeyedGuards<?> keyed) {
        List<GuardSnapshot> all = new ArrayList<>(keyed.snapshots());
        all.add(keyed.snapshot().shared());
        return all;
    }

    private static long[] sum(long[] one, long[] other) {
        long[] sum = one.clone();
        for (int kind = 0; kind < sum.length; kind++) {
            sum[kind] += other[kind];
        }
        return sum;
    }
}
