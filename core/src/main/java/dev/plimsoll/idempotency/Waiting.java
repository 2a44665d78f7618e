package dev.plimsoll.idempotency;

import java.util.HashSet;
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
            Set<Runnable> all = before == null ? new HashSet<>() : before;
            all.add(wake);
            return all;
        });
    }

    /** Ends to wait. */
    void remove(String key, Runnable wake) {
        byKey.computeIfPresent(key, (any, all) -> all.remove(wake) && all.isEmpty() ? null : all);
    }

    /** Wakes all who wait for a key; they stay until they are removed. */
    void wake(String key) {
        Set<Runnable> woken = new HashSet<>();
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
