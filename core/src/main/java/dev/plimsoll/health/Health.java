package dev.plimsoll.health;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthSignal;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The health of all dependencies: of each, what its signals say together. The worst of them wins, and who does not know has
 * no say; only where nobody knows the dependency is unknown.
 *
 * <pre>{@code
 * Health health = Health.start(h -> h.follower(shop::hear));
 * health.watch(GuardHealth.of(prices), poller, heartbeats, latency);
 * }</pre>
 *
 * <p>It looks every second, tells observers what has changed, and its followers everything. To {@link #read} looks at once.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Looks come one after the other, on a thread of the library's;
 * one that takes longer than the span between two delays the next.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Health implements AutoCloseable {

    /** A dependency: who says something about it, and what that comes to. */
    private record Dependency(String name, List<HealthSignal> signals, Diagnosis diagnosis) {}

    private final Time time;
    private final Delivery delivery;
    private final Observers observers = new Observers(null);
    private final List<Consumer<? super List<HealthReading>>> followers;
    private final Ticks ticks;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Object lock = new Object();
    private final Map<String, Dependency> dependencies = new TreeMap<>(); // guarded by lock; the values are replaced
    private volatile boolean closed;

    private Health(HealthBuilder setup, Time time) {
        this.time = time;
        this.delivery = new Delivery(time);
        this.followers = setup.followers();
        setup.observers().forEach(observers::add);
        this.ticks = new Ticks(time, setup.everyNanos(), 0, late -> delivery.execute(this::turn));
    }

    /**
     * Begins to look.
     *
     * @param setup names what differs from the defaults
     * @return watches nothing yet; to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the set-up cannot be used
     */
    public static Health start(UnaryOperator<HealthBuilder> setup) {
        return start(setup, Time.system());
    }

    /**
     * Begins to look, on a time of its own.
     *
     * @param setup names what differs from the defaults
     * @param time whose clock and timers it uses
     * @return watches nothing yet; to be closed
     * @throws dev.plimsoll.call.ConfigurationException when the set-up cannot be used
     */
    public static Health start(UnaryOperator<HealthBuilder> setup, Time time) {
        Check check = new Check("health");
        HealthBuilder builder = check.applied("setup", setup, new HealthBuilder(), HealthBuilder::check);
        check.given("time", time);
        check.done();
        Health health = new Health(Objects.requireNonNull(builder), time);
        health.ticks.start();
        return health;
    }

    // ---------------------------------------------------------------- who is listened to

    /**
     * Listens to these, too, each for the dependency that its reading names.
     *
     * @param signals detectors, guards, or your own
     */
    public void watch(HealthSignal... signals) {
        for (HealthSignal signal : Objects.requireNonNull(signals, "signals")) {
            String name = Objects.requireNonNull(signal, "signal").read().dependency();
            synchronized (lock) {
                Dependency before = dependencies.get(name);
                List<HealthSignal> all = new ArrayList<>(before == null ? List.of() : before.signals);
                all.add(signal);
                Diagnosis diagnosis = before != null
                        ? before.diagnosis
                        : new Diagnosis(name, "health", "nobody has looked yet", observers, time);
                dependencies.put(name, new Dependency(name, List.copyOf(all), diagnosis));
            }
        }
    }

    /**
     * Listens to these no more. A dependency of which nobody says anything any more is forgotten.
     *
     * @param signals as they were watched
     */
    public void unwatch(HealthSignal... signals) {
        List<HealthSignal> gone = Arrays.asList(Objects.requireNonNull(signals, "signals"));
        synchronized (lock) {
            dependencies.replaceAll((name, each) -> new Dependency(
                    name,
                    each.signals.stream()
                            .filter(signal -> !gone.contains(signal))
                            .toList(),
                    each.diagnosis));
            dependencies.values().removeIf(each -> each.signals.isEmpty());
        }
    }

    // ---------------------------------------------------------------- one look

    private void turn() {
        if (closed || !looking.compareAndSet(false, true)) {
            return;
        }
        try {
            List<Dependency> watched = watched();
            List<HealthReading> all = watched.stream().map(this::look).toList();
            Error thrown = told(watched);
            for (Consumer<? super List<HealthReading>> follower : followers) {
                thrown = told(follower, all, thrown);
            }
            rethrow(thrown);
        } finally {
            looking.set(false);
        }
    }

    private @Nullable Error told(
            Consumer<? super List<HealthReading>> follower, List<HealthReading> all, @Nullable Error before) {
        try {
            follower.accept(all);
        } catch (Exception broken) {
            observers.fault(broken);
        } catch (Error e) {
            return before == null ? e : before;
        }
        return before;
    }

    /** Tells what has changed, and returns the first {@link Error} of an observer when all is told. */
    private static @Nullable Error told(List<Dependency> watched) {
        Error thrown = null;
        for (Dependency each : watched) {
            try {
                each.diagnosis.tell();
            } catch (Error e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        return thrown;
    }

    private static void rethrow(@Nullable Error thrown) {
        if (thrown != null) {
            throw thrown;
        }
    }

    /** What it finds is to be told then. */
    private HealthReading look(Dependency dependency) {
        List<HealthReading> readings = dependency.signals.stream()
                .map(each -> read(dependency.name, each))
                .toList();
        Together together = Together.of(readings);
        boolean unused = dependency.diagnosis.become(together.status(), together.reason());
        return dependency.diagnosis.reading(together.sources(), together.p99(), together.errorRate());
    }

    /** A signal that does not work knows nothing. */
    private HealthReading read(String dependency, HealthSignal signal) {
        try {
            HealthReading reading = signal.read();
            if (reading != null) {
                return reading;
            }
            observers.fault(new NullPointerException("a health signal returned null"));
        } catch (Exception broken) {
            observers.fault(broken);
        }
        return HealthReading.of(dependency, "a broken signal", HealthStatus.UNKNOWN, "it could not be read");
    }

    // ---------------------------------------------------------------- what it says

    /**
     * How a dependency does at this moment.
     *
     * @param dependency its name
     * @return unknown when nobody says anything about it
     */
    public HealthReading read(String dependency) {
        Objects.requireNonNull(dependency, "dependency");
        Dependency found;
        synchronized (lock) {
            found = dependencies.get(dependency);
        }
        if (found == null) {
            return HealthReading.of(dependency, "health", HealthStatus.UNKNOWN, "nobody watches it");
        }
        HealthReading reading = look(found);
        found.diagnosis.tell();
        return reading;
    }

    /**
     * How all dependencies do at this moment.
     *
     * @return by name
     */
    public List<HealthReading> all() {
        List<Dependency> watched = watched();
        List<HealthReading> all = watched.stream().map(this::look).toList();
        rethrow(told(watched));
        return all;
    }

    private List<Dependency> watched() {
        synchronized (lock) {
            return List.copyOf(dependencies.values());
        }
    }

    /**
     * Adds an observer.
     *
     * @param observer hears of each {@link HealthChanged} of a dependency as a whole from now on
     */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    /**
     * How often a signal, a follower or an observer threw something.
     *
     * @return a count from the beginning
     */
    public long faults() {
        return observers.faults();
    }

    /** Looks no more, and leaves no timer; the signals are not closed. Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        ticks.close();
    }
}
