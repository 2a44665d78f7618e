package dev.plimsoll.health;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says when a {@link HeartbeatMonitor} suspects. The defaults are Akka's.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class HeartbeatBuilder {

    /** The phi from which on it suspects, unless that is said: 8, one mistake in a hundred million. */
    public static final double DEFAULT_THRESHOLD = 8;
    /** So many intervals are remembered, unless that is said: 1000. */
    public static final int DEFAULT_SAMPLES = 1_000;
    /** The least deviation that is reckoned with, unless that is said: 100 ms. */
    public static final Duration DEFAULT_MIN_DEVIATION = Duration.ofMillis(100);
    /** How much longer than usual a silence may always be, unless that is said: 3 s. */
    public static final Duration DEFAULT_ACCEPTABLE_PAUSE = Duration.ofSeconds(3);
    /** How often heartbeats are expected before any interval is known, unless that is said: 1 s. */
    public static final Duration DEFAULT_EVERY = Duration.ofSeconds(1);

    private double threshold = DEFAULT_THRESHOLD;
    private int samples = DEFAULT_SAMPLES;
    private @Nullable Duration minDeviation = DEFAULT_MIN_DEVIATION;
    private @Nullable Duration acceptablePause = DEFAULT_ACCEPTABLE_PAUSE;
    private @Nullable Duration every = DEFAULT_EVERY;
    private final List<Observer> observers = new ArrayList<>();
    private final Check given = new Check("heartbeat monitor");

    HeartbeatBuilder() {}

    /**
     * Names the phi from which on the other side is suspected.
     *
     * @param phi above 0 and at most 1000; 8 unless said: a chance of mistake of 10^-8 if intervals were normally
     *     distributed. More suspects later and errs less
     * @return this
     */
    public HeartbeatBuilder threshold(double phi) {
        this.threshold = phi;
        return this;
    }

    /**
     * Names how many intervals are remembered.
     *
     * @param most 2 … 131 072; 1000 unless said
     * @return this
     */
    public HeartbeatBuilder samples(int most) {
        this.samples = most;
        return this;
    }

    /**
     * Names the least standard deviation that is reckoned with, however regular the heartbeats are.
     *
     * @param span longer than zero; 100 ms unless said
     * @return this
     */
    public HeartbeatBuilder minDeviation(Duration span) {
        this.minDeviation = span;
        return this;
    }

    /**
     * Names how much longer than usual a silence may be before the suspicion begins to grow: for collections and lost
     * heartbeats of the other side.
     *
     * @param span zero or longer; 3 s unless said
     * @return this
     */
    public HeartbeatBuilder acceptablePause(Duration span) {
        this.acceptablePause = span;
        return this;
    }

    /**
     * Names how often heartbeats are expected. Only the first one needs this: it makes the first two intervals, a quarter
     * shorter and a quarter longer.
     *
     * @param span longer than zero; 1 s unless said
     * @return this
     */
    public HeartbeatBuilder every(Duration span) {
        this.every = span;
        return this;
    }

    /**
     * Adds an observer of each {@link HealthChanged}, from the first one on.
     *
     * @param observer added to those named before
     * @return this
     */
    public HeartbeatBuilder observer(Observer observer) {
        if (given.given("observer", observer)) {
            observers.add(observer);
        }
        return this;
    }

    void check(Check all) {
        all.all(given);
        all.within("threshold", threshold, 0, 1_000);
        all.that(samples >= 2 && samples <= Intervals.MOST, "samples", "must be 2 … " + Intervals.MOST, samples);
        if (all.given("minDeviation", minDeviation) && minDeviation != null) {
            all.positive("minDeviation", minDeviation);
        }
        if (all.given("acceptablePause", acceptablePause) && acceptablePause != null) {
            all.that(!acceptablePause.isNegative(), "acceptablePause", "must not be negative", acceptablePause);
        }
        if (all.given("every", every) && every != null) {
            all.positive("every", every);
        }
    }

    double threshold() {
        return threshold;
    }

    int samples() {
        return samples;
    }

    long minDeviationNanos() {
        return Time.nanos(Objects.requireNonNull(minDeviation));
    }

    long acceptablePauseNanos() {
        return Time.nanos(Objects.requireNonNull(acceptablePause));
    }

    long everyNanos() {
        return Time.nanos(Objects.requireNonNull(every));
    }

    List<Observer> observers() {
        return observers;
    }
}
