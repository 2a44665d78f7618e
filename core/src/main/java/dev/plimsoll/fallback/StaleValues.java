package dev.plimsoll.fallback;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last good values of a dependency, by key, for when it cannot be asked: bounded by age and by number. The oldest go
 * first.
 *
 * <p>A null value is a value: who remembers that there is nothing is told so again, and not that nothing is known. Keys
 * must not be null.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Both operations take a lock for a few instructions; keys
 * are compared and hashed within it.
 *
 * @param <K> the key's type, with equals and hashCode
 * @param <V> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class StaleValues<K, V extends @Nullable Object> {

    /** How old a value may be, unless that is said: 60 s. */
    public static final Duration DEFAULT_AGE = Duration.ofSeconds(60);

    /** How many values are kept, unless that is said: 10 000. */
    public static final int DEFAULT_SIZE = 10_000;

    private record Entry<V extends @Nullable Object>(V value, long at) {}

    /**
     * A value that is not too old.
     *
     * @param value what it was; may be null
     * @param age since it was remembered
     * @param <V> its type
     */
    public record Remembered<V extends @Nullable Object>(V value, Duration age) {}

    private final long maxAgeNanos;
    private final int maxSize;
    private final Time time;

    /* Guarded by itself. The order of insertion is that of age, for who is remembered again is taken out first. */
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>();

    private StaleValues(Duration maxAge, int maxSize, Time time) {
        this.maxAgeNanos = Time.nanos(maxAge);
        this.maxSize = maxSize;
        this.time = time;
    }

    /**
     * The last good values of at most 60 s, at most 10 000 of them.
     *
     * @param <K> the key's type
     * @param <V> the value's type
     * @return empty
     */
    public static <K, V extends @Nullable Object> StaleValues<K, V> create() {
        return create(DEFAULT_AGE, DEFAULT_SIZE);
    }

    /**
     * The last good values.
     *
     * @param maxAge how old a value may be, itself included; longer than zero
     * @param maxSize how many values are kept, at least 1
     * @param <K> the key's type
     * @param <V> the value's type
     * @return empty
     * @throws ConfigurationException when a bound cannot be used
     */
    public static <K, V extends @Nullable Object> StaleValues<K, V> create(Duration maxAge, int maxSize) {
        return create(maxAge, maxSize, Time.system());
    }

    /**
     * The last good values, on a time of their own.
     *
     * @param maxAge how old a value may be, itself included; longer than zero
     * @param maxSize how many values are kept, at least 1
     * @param time whose clock tells their age
     * @param <K> the key's type
     * @param <V> the value's type
     * @return empty
     * @throws ConfigurationException when a bound cannot be used
     */
    public static <K, V extends @Nullable Object> StaleValues<K, V> create(Duration maxAge, int maxSize, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("stale values");
        if (check.given("maxAge", maxAge)) {
            check.positive("maxAge", maxAge);
        }
        check.atLeast("maxSize", maxSize, 1);
        check.given("time", time);
        check.done();
        return new StaleValues<>(maxAge, maxSize, time);
    }

    /**
     * Remembers a good value. A fallback with a stale rung does so itself.
     *
     * @param key whose
     * @param value takes the place of the one before; may be null
     */
    public void remember(K key, V value) {
        Objects.requireNonNull(key, "key");
        synchronized (entries) {
            entries.remove(key);
            if (entries.size() == maxSize) {
                Iterator<K> oldest = entries.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            entries.put(key, new Entry<>(value, time.precise()));
        }
    }

    /**
     * The last good value.
     *
     * @param key whose
     * @return null when there is none that is young enough
     */
    public @Nullable Remembered<V> recall(K key) {
        Objects.requireNonNull(key, "key");
        synchronized (entries) {
            Entry<V> entry = entries.get(key);
            if (entry == null) {
                return null;
            }
            long age = Math.max(0, time.precise() - entry.at);
            if (age > maxAgeNanos) {
                entries.remove(key);
                return null;
            }
            return new Remembered<>(entry.value, Duration.ofNanos(age));
        }
    }

    /**
     * Forgets a value, because it is known to be wrong.
     *
     * @param key whose
     */
    public void forget(K key) {
        synchronized (entries) {
            entries.remove(Objects.requireNonNull(key, "key"));
        }
    }

    /**
     * How many values are kept, those included that are too old and were not asked for since.
     *
     * @return 0 … the greatest number
     */
    public int size() {
        synchronized (entries) {
            return entries.size();
        }
    }
}
