package dev.plimsoll.idempotency;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who waits in this process for the first one of a key to end.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Who has begun to wait asks the store once more before it
 * really does: so it either sees what has ended, or is woken.
 */
final class Waiting {

    private final Map<String, Set<Runnable>> byKey = new ConcurrentHashMap<>();

    /** Begins to wait. */
    void add(String key, Runnable wake) {
        byKey.compute(key, (any, before) -> {
            Set<Runnable> all = before == null ? new LinkedHashSet<>() : before;
            all.add(wake);
            return all;
        });
    }

    /** Ends to wait. */
    void remove(String key, Runnable wake) {
        byKey.computeIfPresent(key, (any, all) -> all.remove(wake) && all.isEmpty() ? null : all);
    }

    /** Wakes all who wait for a key, the first to come first; they stay until they are removed. */
    void wake(String key) {
        List<Runnable> woken = new ArrayList<>();
        byKey.computeIfPresent(key, (any, all) -> {
            woken.addAll(all);
            return all;
        });
        woken.forEach(Runnable::run);
    }

    /** How many wait. */
    int count(String key) {
        int[] count = new int[1];
        byKey.computeIfPresent(key, (any, all) -> {
            count[0] = all.size();
            return all;
        });
        return count[0];
    }
}
