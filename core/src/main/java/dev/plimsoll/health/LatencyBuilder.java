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
 * Says what a {@link LatencyMonitor} takes for slow.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class LatencyBuilder {

    /** The bound of the p99, unless that is said: 100 ms, as for the best level of degradation. */
    public static final Duration DEFAULT_P99 = Duration.ofMillis(100);
    /** Over which span, unless that is said: 30 s. */
    public static final Duration DEFAULT_WINDOW = Duration.ofSeconds(30);
    /** So many answers must be known, unless that is said: 100. */
    public static final int DEFAULT_MINIMUM = 100;

    private @Nullable Duration p99 = DEFAULT_P99;
    private @Nullable Duration p50;
    private @Nullable Duration window = DEFAULT_WINDOW;
    private int minimum = DEFAULT_MINIMUM;
    private final List<Observer> observers = new ArrayList<>();
    private final Check given = new Check("latency monitor");

    LatencyBuilder() {}

    /**
     * Names what 99 of 100 answers must stay below.
     *
     * @param bound longer than zero; 100 ms unless said
     * @return this
     */
    public LatencyBuilder p99(Duration bound) {
        this.p99 = bound;
        return this;
    }

    /**
     * Names what half of the answers must stay below, too.
     *
     * @param bound longer than zero; anything unless said
     * @return this
     */
    public LatencyBuilder p50(Duration bound) {
        if (given.given("p50", bound)) {
            this.p50 = bound;
        }
        return this;
    }

    /**
     * Names how far back it looks: at least half of this, at most all of it.
     *
     * @param span at least 2 ms; 30 s unless said
     * @return this
     */
    public LatencyBuilder window(Duration span) {
        this.window = span;
        return this;
    }

    /**
     * Names how many answers must be known before it says anything.
     *
     * @param answers 1 or more; 100 unless said
     * @return this
     */
    public LatencyBuilder minimum(int answers) {
        this.minimum = answers;
        return this;
    }

    /**
     * Adds an observer of each {@link HealthChanged}, from the first one on.
     *
     * @param observer added to those named before
     * @return this
     */
    public LatencyBuilder observer(Observer observer) {
        if (given.given("observer", observer)) {
            observers.add(observer);
        }
        return this;
    }

    void check(Check all) {
        all.all(given);
        if (all.given("p99", p99) && p99 != null) {
            all.positive("p99", p99);
        }
        if (p50 != null) {
            all.positive("p50", p50);
        }
        if (all.given("window", window) && window != null) {
            all.that(window.compareTo(Duration.ofMillis(2)) >= 0, "window", "must be at least 2 ms", window);
        }
        all.atLeast("minimum", minimum, 1);
    }

    long p99Nanos() {
        return Time.nanos(Objects.requireNonNull(p99));
    }

    long p50Nanos() {
        return p50 == null ? Time.LONGEST : Time.nanos(p50);
    }

    long windowNanos() {
        return Time.nanos(Objects.requireNonNull(window));
    }

    int minimum() {
        return minimum;
    }

    List<Observer> observers() {
        return observers;
    }
}
