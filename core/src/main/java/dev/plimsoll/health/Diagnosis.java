package dev.plimsoll.health;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.call.Observers;
import dev.plimsoll.news.News;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one source says of a dependency, since when, and who is told when that changes.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Changes are queued in their order under the lock, and told
 * outside of it: {@link News}.
 */
final class Diagnosis {

    private record Now(HealthStatus status, String reason, long since, long changes) {}

    private final String dependency;
    private final String source;
    private final Time time;
    private final Observers observers;
    private final News news; // added to with the lock
    private final Object lock = new Object();
    private final AtomicLong looks = new AtomicLong();
    private long lastLook; // guarded by lock
    private boolean ended; // guarded by lock

    private volatile Now now;

    Diagnosis(String dependency, String source, String reason, Observers observers, Time time) {
        this.dependency = dependency;
        this.source = source;
        this.observers = observers;
        this.news = new News(observers);
        this.time = time;
        this.now = new Now(HealthStatus.UNKNOWN, reason, time.precise(), 0);
    }

    /** Somebody begins to look: a number, the later the higher. */
    long nextLook() {
        return looks.incrementAndGet();
    }

    /** What a look has come to; nothing, if a later one was faster. True as of {@link #become(HealthStatus, String)}. */
    boolean become(long look, HealthStatus status, String reason) {
        synchronized (lock) {
            if (look < lastLook) {
                return false;
            }
            lastLook = look;
            return become(status, reason);
        }
    }

    /** From now on this is what it says; {@link #tell()} is to be called if that is a change. */
    boolean become(HealthStatus status, String reason) {
        synchronized (lock) {
            Now before = now;
            if (ended) {
                return false;
            }
            if (status == before.status) {
                now = new Now(status, reason, before.since, before.changes);
                return false;
            }
            long changes = before.changes + 1;
            now = new Now(status, reason, time.precise(), changes);
            if (!observers.isEmpty()) {
                news.add(new HealthChanged(dependency, source, changes, before.status, status, reason, time.wall()));
            }
            return true;
        }
    }

    /** Nobody looks any more: it is unknown, and stays so. True as of {@link #become(HealthStatus, String)}. */
    boolean end(String reason) {
        synchronized (lock) {
            boolean changed = become(HealthStatus.UNKNOWN, reason);
            ended = true;
            return changed;
        }
    }

    /** Tells what has changed, and then rethrows an Error. Not for the timer thread: observers are the user's code. */
    void tell() {
        news.tell();
    }

    HealthStatus status() {
        return now.status;
    }

    HealthReading reading() {
        return reading(source, Optional.empty(), OptionalDouble.empty());
    }

    HealthReading reading(String who, Optional<Duration> p99, OptionalDouble errorRate) {
        Now seen = now;
        Duration since = Duration.ofNanos(Math.max(0, time.precise() - seen.since));
        return new HealthReading(dependency, who, seen.status, seen.reason, since, p99, errorRate);
    }
}
