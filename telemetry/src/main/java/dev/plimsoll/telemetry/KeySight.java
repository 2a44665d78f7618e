package dev.plimsoll.telemetry;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of the guards of all keys, and of the one that keys share when there are too many. Whoever asks for one key
 * after the other looks at all of them once.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; two that come at once may both look.
 */
final class KeySight {

    /** What was seen, by the name of each guard; keys whose names are written alike are one. */
    private record Named(List<GuardSnapshot> all, Map<String, List<GuardSnapshot>> byName) {}

    private final Sight sight;
    private volatile @Nullable Named last;

    KeySight(KeyedGuards<?> keyed, Time time) {
        this.sight = new Sight(() -> withShared(keyed), time);
    }

    /** The guards of all keys as one dependency, to be added up. */
    static List<GuardSnapshot> together(KeyedGuards<?> keyed) {
        return Together.of(withShared(keyed), keyed.snapshot().sharesBudget());
    }

    private static List<GuardSnapshot> withShared(KeyedGuards<?> keyed) {
        List<GuardSnapshot> each = new ArrayList<>(keyed.snapshots());
        each.add(keyed.snapshot().shared());
        return each;
    }

    /** The guards that there are now. */
    Set<String> names() {
        return named(sight.now()).byName.keySet();
    }

    /** Those of one name, as they were a tenth of a second ago at most; none when they have gone. */
    List<GuardSnapshot> of(String name) {
        return named(sight.guards()).byName.getOrDefault(name, List.of());
    }

    private Named named(List<GuardSnapshot> all) {
        Named seen = last;
        if (seen == null || seen.all != all) {
            seen = new Named(all, all.stream().collect(Collectors.groupingBy(GuardSnapshot::name)));
            last = seen;
        }
        return seen;
    }
}
