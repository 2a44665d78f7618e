package dev.plimsoll.health;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Latencies;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds a dependency degraded when its answers take too long: the p99, and if that is wanted the p50, of the last while
 * against a bound.
 *
 * <p>It observes a guard ({@code guard.observe(latency)}), or is told by {@link #record}. Good answers enter, and what its
 * own guard timed out, at what it took until then; errors do not, for they may be fast. An answer in whose time this process
 * itself stood still for more than 100 ms says nothing and does not enter, of a shorter stop the time is subtracted.
 *
 * <p>Quantiles are at most 6.25 % too high. No timer tells of a change: it is told by whoever asks first.
 *
 * <p><b>Memory:</b> 10 KB; up to 86 KB where many threads meet.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; to record takes no lock but that of the memory of stalls.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class LatencyMonitor extends Detector implements Observer {

    private final String dependency;
    private final long p99Nanos;
    private final long p50Nanos;
    private final int minimum;
    private final Latencies latencies;
    private final LongAdder spoilt = new LongAdder();

    private LatencyMonitor(String name, LatencyBuilder setup, Time time) {
        super(name, "latency", "no answer is known yet", setup.observers(), time);
        this.dependency = name;
        this.p99Nanos = setup.p99Nanos();
        this.p50Nanos = setup.p50Nanos();
        this.minimum = setup.minimum();
        this.latencies = new Latencies(setup.windowNanos(), time.precise());
    }

    /**
     * A monitor.
     *
     * @param dependency its name, and that of the guard that it observes: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @return a new one, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name or the set-up cannot be used
     */
    public static LatencyMonitor create(String dependency, UnaryOperator<LatencyBuilder> setup) {
        return create(dependency, setup, Time.system());
    }

    /**
     * A monitor on a time of its own.
     *
     * @param dependency its name, and that of the guard that it observes: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @param time whose clock it reads
     * @return a new one, to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the name or the set-up cannot be used
     */
    public static LatencyMonitor create(String dependency, UnaryOperator<LatencyBuilder> setup, Time time) {
        LatencyBuilder builder =
                checked("latency monitor", dependency, setup, new LatencyBuilder(), LatencyBuilder::check, time);
        return new LatencyMonitor(dependency, builder, time);
    }

    // ---------------------------------------------------------------- what it is told

    /** An attempt of the guard of the same name is over; other events, and other guards, do not matter. */
    @Override
    public void on(Event event) {
        if (event instanceof Event.AttemptEnded ended && ended.dependency().equals(dependency)) {
            if (ended.localStall()) {
                spoilt.increment();
            } else if (isAnswer(ended)) {
                record(ended.elapsedNanos());
            }
        }
    }

    private boolean isAnswer(Event.AttemptEnded ended) {
        return ended.error() instanceof TimeoutExceededException timeout
                ? timeout.dependency().equals(dependency) && timeout.limit() == TimeoutExceededException.Limit.ATTEMPT
                : ended.error() == null && ended.verdict() == Verdict.SUCCESS;
    }

    /**
     * The dependency has answered just now.
     *
     * @param elapsed how long that took
     */
    public void record(Duration elapsed) {
        record(Time.nanos(Objects.requireNonNull(elapsed, "elapsed")));
    }

    private void record(long elapsedNanos) {
        long now = time.precise();
        long stopped = time.lateness(now - elapsedNanos);
        if (stopped > Time.LOCAL_STALL) {
            spoilt.increment();
        } else {
            latencies.record(elapsedNanos - stopped, now);
        }
    }

    // ---------------------------------------------------------------- what it says

    /**
     * What half of the answers stayed below.
     *
     * @return empty below the minimum of answers
     */
    public Optional<Duration> p50() {
        return quantile(0.5);
    }

    /**
     * What 99 of 100 answers stayed below.
     *
     * @return empty below the minimum of answers
     */
    public Optional<Duration> p99() {
        return quantile(0.99);
    }

    private Optional<Duration> quantile(double share) {
        long now = time.precise();
        return latencies.count(now) < minimum
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(latencies.quantile(share, now)));
    }

    /**
     * How many answers are in the window.
     *
     * @return 0 or more
     */
    public long answers() {
        return latencies.count(time.precise());
    }

    /**
     * How many answers did not enter because this process itself had stood still.
     *
     * @return a count from the beginning
     */
    public long spoilt() {
        return spoilt.sum();
    }

    @Override
    public HealthReading read() {
        Duration half = p50().orElse(null);
        Duration most = p99().orElse(null);
        boolean changed = (half == null || most == null)
                ? diagnosis.become(HealthStatus.UNKNOWN, answers() + " of " + minimum + " answers known")
                : compare(half, most);
        if (changed) {
            diagnosis.tell();
        }
        return diagnosis.reading("latency", Optional.ofNullable(most), OptionalDouble.empty());
    }

    private boolean compare(Duration half, Duration most) {
        String slow = exceeded("p99", most, p99Nanos);
        if (slow == null) {
            slow = exceeded("p50", half, p50Nanos);
        }
        return slow != null
                ? diagnosis.become(HealthStatus.DEGRADED, slow)
                : diagnosis.become(HealthStatus.HEALTHY, "p50 " + words(half) + ", p99 " + words(most));
    }

    private static @Nullable String exceeded(String what, Duration seen, long boundNanos) {
        return seen.toNanos() < boundNanos
                ? null
                : what + " " + words(seen) + " ≥ " + Time.words(Duration.ofNanos(boundNanos));
    }

    /** To a tenth of a millisecond: there is no more in a quantile. */
    private static String words(Duration span) {
        return Time.words(Duration.ofNanos((span.toNanos() / 100_000) * 100_000));
    }
}
