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
 * <p><b>Threading:</b> safe for use by any number of threads. Its own looks come one after the other, on a thread of the
 * library's; one that takes longer than the span between two delays the next. Those who read look on their own threads.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Health implements AutoCloseable {

    /** A dependency: who says something about it, and what that comes to. */
    private record Dependency(String name, List<HealthSignal> signals, Diagnosis diagnosis) {}

    /** The first {@link Error} of one look, kept until everybody has been read and told. */
    private static final class Thrown {
        private @Nullable Error first;

        void keep(Error error) {
            first = first == null ? error : first;
        }

        void rethrow() {
            if (first != null) {
                throw first;
            }
        }
    }

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
     * Listens to these no more. A dependency of which nobody says anything any more is forgotten here; who follows goes by
     * what was heard last until told to forget it too, as by {@link dev.plimsoll.degrade.Degradation#forget(String)}.
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
            Thrown thrown = new Thrown();
            List<HealthReading> all = look(watched(), thrown);
            for (Consumer<? super List<HealthReading>> follower : followers) {
                tell(follower, all, thrown);
            }
            thrown.rethrow();
        } finally {
            looking.set(false);
        }
    }

    private void tell(Consumer<? super List<HealthReading>> follower, List<HealthReading> all, Thrown thrown) {
        try {
            follower.accept(all);
        } catch (Exception broken) {
            observers.fault(broken);
        } catch (Error e) {
            thrown.keep(e);
        }
    }

    /** Reads all of them, and then tells what has changed: no signal and no observer keeps the others from that. */
    private List<HealthReading> look(List<Dependency> watched, Thrown thrown) {
        List<HealthReading> all = new ArrayList<>();
        for (Dependency each : watched) {
            all.add(look(each, thrown));
        }
        for (Dependency each : watched) {
            try {
                each.diagnosis.tell();
            } catch (Error e) {
                thrown.keep(e);
            }
        }
        return List.copyOf(all);
    }

    /** Of two looks at once the one that began later counts: what the other has read may be gone by now. */
    private HealthReading look(Dependency dependency, Thrown thrown) {
        long look = dependency.diagnosis.nextLook();
        List<HealthReading> readings = dependency.signals.stream()
                .map(each -> read(dependency.name, each, thrown))
                .toList();
        Together together = Together.of(readings);
        boolean unused = dependency.diagnosis.become(look, together.status(), together.reason());
        return dependency.diagnosis.reading(together.sources(), together.p99(), together.errorRate());
    }

    /** A signal that does not work knows nothing. */
    private HealthReading read(String dependency, HealthSignal signal, Thrown thrown) {
        try {
            HealthReading reading = signal.read();
            if (reading != null) {
                return reading;
            }
            observers.fault(new NullPointerException("a health signal returned null"));
        } catch (Exception broken) {
            observers.fault(broken);
        } catch (Error e) {
            thrown.keep(e);
        }
        return HealthReading.of(dependency, "a broken signal", HealthStatus.UNKNOWN, "it could not be read");
    }

    // ---------------------------------------------------------------- what it says

    /**
     * How a dependency does at this moment. An {@link Error} of a signal or an observer is thrown when all has been told.
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
        Thrown thrown = new Thrown();
        HealthReading reading = look(List.of(found), thrown).get(0);
        thrown.rethrow();
        return reading;
    }

    /**
     * How all dependencies do at this moment. The first {@link Error} of a signal or an observer is thrown when all has
     * been told.
     *
     * @return by name
     */
    public List<HealthReading> all() {
        Thrown thrown = new Thrown();
        List<HealthReading> all = look(watched(), thrown);
        thrown.rethrow();
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
