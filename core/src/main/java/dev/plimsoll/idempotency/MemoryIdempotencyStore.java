package dev.plimsoll.idempotency;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.Time;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results by key for one process, for as long as it lives. What is kept is not pushed out by what is new: a full store
 * refuses, for to forget a key is to do its work twice.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing waits.
 *
 * @param <T> the type of the results
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class MemoryIdempotencyStore<T extends @Nullable Object> implements IdempotencyStore<T> {
    /*
     *              begin                    complete                   keepNanos later
     *   (none) ─────────────▶ running ─────────────────────▶ done ─────────────────────▶ (none)
     *     ▲                    │  │ ▲
     *     └────── abort ───────┘  └─┘ begin, the lease being over: another generation
     *
     * Concurrency: all under one lock, for a few instructions. Both maps are in the order in which their entries were made,
     * which is that in which they end as long as all leases and all keeping times are equal; where they are not, an entry
     * makes room later than it could, and is never believed for longer than it should.
     */

    private record Running(String fingerprint, long generation, long leaseEnd) {}

    private record Done<T extends @Nullable Object>(String fingerprint, Result<T> result, long end) {}

    private final int maxKeys;
    private final Time time;
    private final Object lock = new Object();
    /* Guarded by lock. */
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, Done<T>> done = new LinkedHashMap<>();
    private long generations;

    private MemoryIdempotencyStore(int maxKeys, Time time) {
        this.maxKeys = maxKeys;
        this.time = time;
    }

    /**
     * A store in memory.
     *
     * @param maxKeys how many keys it holds, at least 1
     * @param time whose clock tells the end of leases and results
     * @param <T> the type of the results
     * @return empty
     * @throws ConfigurationException when something cannot be used
     */
    public static <T extends @Nullable Object> MemoryIdempotencyStore<T> create(int maxKeys, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("idempotency store");
        check.atLeast("maxKeys", maxKeys, 1);
        check.given("time", time);
        check.done();
        return new MemoryIdempotencyStore<>(maxKeys, time);
    }

    @Override
    public Begun<T> begin(String key, String fingerprint, long leaseNanos) {
        synchronized (lock) {
            long now = time.precise();
            Done<T> finished = done.get(key);
            if (finished != null && finished.end - now <= 0) {
                done.remove(key);
            } else if (finished != null) {
                return finished.fingerprint.equals(fingerprint)
                        ? new Begun.Done<>(finished.result)
                        : new Begun.Mismatch<>(finished.fingerprint);
            }
            Running other = running.get(key);
            if (other != null && !other.fingerprint.equals(fingerprint)) {
                return new Begun.Mismatch<>(other.fingerprint);
            }
            if (other != null && other.leaseEnd - now > 0) {
                return new Begun.Running<>(other.leaseEnd - now);
            }
            if (other == null && !hasRoom(now)) {
                return full(now);
            }
            running.remove(key); // to the end of the order
            running.put(key, new Running(fingerprint, ++generations, now + leaseNanos));
            return new Begun.First<>(generations);
        }
    }

    /** Whether there is room, after what has ended was taken out: results first, then those whose lease is over. */
    private boolean hasRoom(long now) {
        Iterator<Done<T>> oldest = done.values().iterator();
        while (isFull() && oldest.hasNext() && oldest.next().end - now <= 0) {
            oldest.remove();
        }
        Iterator<Running> longest = running.values().iterator();
        while (isFull() && longest.hasNext() && longest.next().leaseEnd - now <= 0) {
            longest.remove();
        }
        return !isFull();
    }

    private boolean isFull() {
        return running.size() + done.size() >= maxKeys;
    }

    private Begun<T> full(long now) {
        long room = Time.LONGEST;
        for (Done<T> oldest : done.values()) {
            room = Math.min(room, oldest.end - now);
            break;
        }
        for (Running longest : running.values()) {
            room = Math.min(room, longest.leaseEnd - now);
            break;
        }
        String detail =
                "which holds " + running.size() + " keys under way and " + done.size() + " results of " + maxKeys;
        return new Begun.Full<>(detail, Math.max(0, room));
    }

    @Override
    public boolean complete(String key, long generation, Result<T> result, long keepNanos) {
        synchronized (lock) {
            Running mine = running.get(key);
            if (mine == null || mine.generation != generation) {
                return false;
            }
            running.remove(key);
            done.put(key, new Done<>(mine.fingerprint, result, time.precise() + keepNanos));
            return true;
        }
    }

    @Override
    public void abort(String key, long generation) {
        synchronized (lock) {
            Running mine = running.get(key);
            if (mine != null && mine.generation == generation) {
                running.remove(key);
            }
        }
    }

    /**
     * How many keys it holds, those included whose time is over and whose room nobody has needed yet.
     *
     * @return 0 … the greatest number
     */
    public int size() {
        synchronized (lock) {
            return running.size() + done.size();
        }
    }

    @Override
    public String toString() {
        return size() + " of " + maxKeys + " keys";
    }
}
