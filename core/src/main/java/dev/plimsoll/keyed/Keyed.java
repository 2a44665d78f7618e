package dev.plimsoll.keyed;

import dev.plimsoll.time.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One of something for each key (a caller, a host), made when the key is first seen, at most so many. Where there are more
 * keys, the new ones share one, until others have been idle for long enough to go.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Whoever finds that what it was given has been retired asks
 * again: so one key never has two that are in use.
 *
 * @param <K> the keys' type
 * @param <V> what there is one of
 */
public final class Keyed<K, V> {
    /*
     *     of(key) ──► there? ── yes ──► it, and the time is noted
     *                   │ no
     *                   ▼
     *             sweep, if the last one is a while ago ──► room? ── yes ──► a new one
     *                                                         │ no
     *                                                         ▼
     *                                                  the shared one, counted
     *
     * Places are taken in one counter before anything is made, so that there are never more; under the lock of the key, so
     * that of two who bring the same new key into the last place neither is told that it is taken. A sweep takes out what nobody
     * asked for in a while and what lets itself be retired: `retire` decides and makes it unusable in one step, under the lock
     * of its key, so that nobody can use it as if nothing had happened, and nobody can make another one before. Who has got
     * one and finds it unusable waits for that lock: to spin instead may be for ever where virtual threads do it, for they keep
     * all carriers from the one that retires it, and its own lock may have taken it off its carrier. There is a
     * sweep per so much time at most: a flood of new keys must not look through all others each time.
     */
    private static final class Slot<V> {

        private final V value;
        private volatile long lastUsed;

        Slot(V value, long now) {
            this.value = value;
            this.lastUsed = now;
        }
    }

    private static final int SWEEPS_PER_IDLE_TIME = 10;

    private final Map<K, Slot<V>> slots = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final LongAdder overflowed = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final int most;
    private final long idleNanos;
    private final V shared;
    private final Function<? super K, ? extends V> make;
    private final Predicate<? super V> retire;
    private final Time time;
    private final AtomicLong lastSweep;

    /**
     * Without any keys yet.
     *
     * @param most how many keys may have their own, at least 1
     * @param idleNanos after how long without use one may go
     * @param shared what all others use
     * @param make makes one; must be quick and not call back
     * @param retire makes one unusable and says true, if nothing that matters is lost with it; must be quick
     * @param time its coarse clock
     */
    public Keyed(
            int most,
            long idleNanos,
            V shared,
            Function<? super K, ? extends V> make,
            Predicate<? super V> retire,
            Time time) {
        this.most = most;
        this.idleNanos = idleNanos;
        this.shared = shared;
        this.make = make;
        this.retire = retire;
        this.time = time;
        this.lastSweep = new AtomicLong(time.coarse());
    }

    /**
     * What this key is to use, now.
     *
     * @param key equal keys have the same
     * @return its own, or the shared one when there are too many keys
     */
    public V of(K key) {
        long now = time.coarse();
        Slot<V> slot = slots.get(key);
        if (slot == null) {
            return newOf(key, now);
        }
        slot.lastUsed = now;
        return slot.value;
    }

    private V newOf(K key, long now) {
        sweep(now);
        Slot<V> slot = slots.computeIfAbsent(key, absent -> takePlace() ? made(absent, now) : null);
        if (slot == null) {
            overflowed.increment();
            return shared;
        }
        return slot.value;
    }

    private Slot<V> made(K key, long now) {
        boolean made = false;
        try {
            Slot<V> slot = new Slot<>(make.apply(key), now);
            made = true;
            return slot;
        } finally {
            if (!made) {
                places.decrementAndGet();
            }
        }
    }

    private boolean takePlace() {
        int taken = places.get();
        while (taken < most) {
            int seen = places.compareAndExchange(taken, taken + 1);
            if (seen == taken) {
                return true;
            }
            taken = seen;
        }
        return false;
    }

    private void sweep(long now) {
        long last = lastSweep.get();
        if (now - last < idleNanos / SWEEPS_PER_IDLE_TIME || !lastSweep.compareAndSet(last, now)) {
            return;
        }
        for (Map.Entry<K, Slot<V>> each : slots.entrySet()) {
            if (now - each.getValue().lastUsed >= idleNanos) {
                slots.computeIfPresent(each.getKey(), (key, slot) -> {
                    if (now - slot.lastUsed < idleNanos || !retire.test(slot.value)) {
                        return slot;
                    }
                    places.decrementAndGet();
                    evicted.increment();
                    return null;
                });
            }
        }
    }

    /**
     * Waits for who is about to retire what the key has, for a caller who has found it unusable and will ask again.
     *
     * @param key whose
     */
    public void awaitRetiring(K key) {
        Slot<V> unused = slots.computeIfPresent(key, (same, slot) -> slot);
    }

    /**
     * What a key has of its own.
     *
     * @param key not counted as a use
     * @return null when it has none
     */
    public @Nullable V existing(K key) {
        Slot<V> slot = slots.get(key);
        return slot == null ? null : slot.value;
    }

    /**
     * Does something with each of those that keys have of their own; with those that come or go meanwhile perhaps.
     *
     * @param action called one after the other, on this thread
     */
    public void forEach(Consumer<? super V> action) {
        slots.values().forEach(slot -> action.accept(slot.value));
    }

    /**
     * How many keys have their own.
     *
     * @return 0 … the most there may be
     */
    public int size() {
        return places.get();
    }

    /**
     * How often a key was given the shared one.
     *
     * @return since the beginning
     */
    public long overflowed() {
        return overflowed.sum();
    }

    /**
     * How many were idle and went.
     *
     * @return since the beginning
     */
    public long evicted() {
        return evicted.sum();
    }
}
