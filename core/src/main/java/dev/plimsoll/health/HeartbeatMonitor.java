package dev.plimsoll.health;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Suspects that the other side is gone when its heartbeats stay away for longer than they ever did: a phi accrual failure
 * detector. It learns how often they come and how regularly, so that one threshold does for all.
 *
 * <pre>{@code
 * heartbeats.heartbeat();          // whenever one arrives
 * if (heartbeats.available()) …    // whenever somebody wants to know
 * }</pre>
 *
 * <p>Before the first heartbeat the other side is unknown, phi is 0, and nobody is suspected. Time in which this process
 * itself stood still is no silence of the other side. No timer tells of a suspicion: it is told by whoever asks first,
 * {@link Health} for instance.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Heartbeats take turns; to ask takes no lock but that of the
 * memory of stalls.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class HeartbeatMonitor extends Detector {
    /*
     *                    heartbeat()                 phi ≥ threshold, found by who asks
     *      UNKNOWN ─────────────────────▶ HEALTHY ◀────────────────────────────────────▶ UNHEALTHY
     *                                          heartbeat(); the interval is not recorded
     *
     * Not recorded are intervals during which it was suspected (a crash is no example of how long heartbeats take, as in
     * Akka), nor those in which this process stood still for more than 100 ms. Smaller stops are part of how regularly
     * heartbeats arrive here, and of the silence they are subtracted all the same.
     *
     * Concurrency: `last` is all that asking needs, immutable, and replaced by heartbeats under the lock. Instants wrap; a
     * clock that two threads have read in another order than they came here does not take `last` back.
     *
     * Sources: the detector: Hayashibara et al. 2004; the pause, the least deviation, the first two intervals (the expected
     * one less and plus a quarter) and the defaults: Akka's PhiAccrualFailureDetector. How phi is computed: Suspicion.
     */

    /** The last heartbeat, and what was known of the intervals then. */
    private record Beat(long instant, int intervals, double meanNanos, double deviationNanos) {}

    private final double threshold;
    private final double minDeviationNanos;
    private final double pauseNanos;
    private final long everyNanos;
    private final Intervals intervals; // guarded by itself
    private volatile @Nullable Beat last; // written under the lock of intervals

    private HeartbeatMonitor(String name, HeartbeatBuilder setup, Time time) {
        super(name, "heartbeat", "no heartbeat has come yet", setup.observers(), time);
        this.threshold = setup.threshold();
        this.minDeviationNanos = setup.minDeviationNanos();
        this.pauseNanos = setup.acceptablePauseNanos();
        this.everyNanos = setup.everyNanos();
        this.intervals = new Intervals(setup.samples());
    }

    /**
     * A monitor with Akka's defaults.
     *
     * @param dependency the other side's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @return a new one, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name cannot be used
     */
    public static HeartbeatMonitor create(String dependency) {
        return create(dependency, UnaryOperator.identity());
    }

    /**
     * A monitor.
     *
     * @param dependency the other side's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @return a new one, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name or the set-up cannot be used
     */
    public static HeartbeatMonitor create(String dependency, UnaryOperator<HeartbeatBuilder> setup) {
        return create(dependency, setup, Time.system());
    }

    /**
     * A monitor on a time of its own.
     *
     * @param dependency the other side's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @param time whose clock it reads
     * @return a new one, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name or the set-up cannot be used
     */
    public static HeartbeatMonitor create(String dependency, UnaryOperator<HeartbeatBuilder> setup, Time time) {
        HeartbeatBuilder builder =
                checked("heartbeat monitor", dependency, setup, new HeartbeatBuilder(), HeartbeatBuilder::check, time);
        return new HeartbeatMonitor(dependency, builder, time);
    }

    /** A heartbeat has arrived. */
    public void heartbeat() {
        synchronized (intervals) {
            long now = time.precise();
            Beat before = last;
            if (before == null) {
                intervals.add(everyNanos - everyNanos / 4);
                intervals.add(everyNanos + everyNanos / 4);
            } else if (now - before.instant <= 0) {
                intervals.add(0);
                now = before.instant;
            } else if (isUsual(before, now)) {
                intervals.add(now - before.instant);
            }
            last = new Beat(now, intervals.count(), intervals.mean(), intervals.deviation());
        }
        boolean unused = available();
    }

    private boolean isUsual(Beat before, long now) {
        long stopped = time.lateness(before.instant);
        return stopped <= Time.LOCAL_STALL && phi(before, now - before.instant - stopped) < threshold;
    }

    /**
     * How much the other side is suspected: grows while it is silent, and is small again with the next heartbeat.
     *
     * @return 0 or more; 0 before the first heartbeat
     */
    public double phi() {
        Beat seen = last;
        return seen == null ? 0 : phi(seen, silence(seen));
    }

    private double phi(Beat beat, long silenceNanos) {
        double deviation = Math.max(beat.deviationNanos, minDeviationNanos);
        return Suspicion.phi(((double) silenceNanos - beat.meanNanos - pauseNanos) / deviation);
    }

    /** How long nothing was heard while this process could have heard it. */
    private long silence(Beat beat) {
        long now = time.precise();
        return Math.max(0, now - beat.instant - time.lateness(beat.instant));
    }

    /**
     * Whether the other side is not suspected.
     *
     * @return true before the first heartbeat, too
     */
    public boolean available() {
        Beat seen = last;
        if (seen == null) {
            return true;
        }
        long silence = silence(seen);
        HealthStatus status = status(phi(seen, silence));
        if (status != diagnosis.status()) {
            become(seen, silence);
        }
        return status == HealthStatus.HEALTHY;
    }

    private HealthStatus status(double phi) {
        return phi < threshold ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY;
    }

    private void become(Beat seen, long silence) {
        double phi = phi(seen, silence);
        if (diagnosis.become(status(phi), reason(seen, phi, silence))) {
            diagnosis.tell();
        }
    }

    private String reason(Beat beat, double phi, long silence) {
        return String.format(
                Locale.ROOT,
                "silent for %s, phi %.1f %s %.1f; usually %s ± %s, of %d intervals",
                words(silence),
                phi,
                phi < threshold ? "<" : "≥",
                threshold,
                words((long) beat.meanNanos),
                words((long) beat.deviationNanos),
                beat.intervals);
    }

    private static String words(long nanos) {
        return Time.words(Duration.ofMillis(nanos / 1_000_000));
    }

    @Override
    public HealthReading read() {
        Beat seen = last;
        if (seen != null) {
            become(seen, silence(seen));
        }
        return diagnosis.reading();
    }
}
