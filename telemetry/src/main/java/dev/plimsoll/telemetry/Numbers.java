package dev.plimsoll.telemetry;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.telemetry.Instruments.Instrument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The numbers of all guards of an application, from when it is bound until it is closed. It finds guards that are made
 * later when something is told of them, or when somebody reads how many there are, which is what a scrape does.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Numbers implements Observer, AutoCloseable {
    /*
     * Each event goes to the meters of its dependency: of the group, so that the keys of guards by key, which may be many
     * in the course of time, make no names; or of each key, if that was asked for. Then the meters of a key that is gone
     * are taken away when somebody looks next, by the same sweep that finds what is new.
     *
     * Concurrency: meters are made and taken away under the lock; telling finds them in a concurrent map. What is told of a
     * guard that has gone, and whose meters went with it, is not counted.
     */

    /** What is bound. */
    record Bound(
            Guards guards,
            boolean eachKey,
            List<Drain> drains,
            List<Shedder> shedders,
            List<Degradation> degradations) {

        Bound {
            drains = List.copyOf(drains);
            shedders = List.copyOf(shedders);
            degradations = List.copyOf(degradations);
        }
    }

    private final Bound bound;
    private final Instruments instruments;
    private final Map<String, Meters> meters = new ConcurrentHashMap<>(); // written under the lock of this
    private final Map<String, List<Instrument>> groups = new LinkedHashMap<>(); // guarded by this
    private final Map<KeyedGuards<?>, KeySight> keys = new HashMap<>(); // guarded by this
    private final List<Instrument> others = new ArrayList<>(); // guarded by this
    private volatile boolean closed;

    private Numbers(Bound bound, Instruments instruments) {
        this.bound = bound;
        this.instruments = instruments;
    }

    static Numbers bind(Bound bound, Instruments instruments) {
        Numbers numbers = new Numbers(bound, instruments);
        numbers.begin();
        bound.guards().observe(numbers);
        return numbers;
    }

    private synchronized void begin() {
        others.add(instruments.read(Metric.GUARDS, this::count));
        bound.drains().forEach(this::add);
        bound.shedders().forEach(this::add);
        bound.degradations().forEach(this::add);
        sweep();
    }

    private void add(Drain drain) {
        String name = drain.name();
        read(others, Metric.DRAIN_READY, () -> drain.isReady() ? 1 : 0, name);
        read(others, Metric.DRAIN_ACTIVE, drain::inFlight, name);
        read(others, Metric.DRAIN_REFUSED, () -> drain.report().refused(), name);
        read(others, Metric.DRAIN_CUT_OFF, () -> drain.report().cutOff(), name);
    }

    private void add(Shedder shedder) {
        String name = shedder.name();
        read(others, Metric.PRESSURE, () -> shedder.snapshot().pressure(), name);
        read(others, Metric.SHED_ACTIVE, () -> shedder.snapshot().inFlight(), name);
        for (Criticality each : Criticality.values()) {
            read(others, Metric.SHED, () -> shed(shedder, each), name, Meters.word(each));
        }
    }

    private void add(Degradation degradation) {
        String name = degradation.name();
        read(others, Metric.DEGRADATION_LEVEL, () -> number(degradation.level()), name);
        read(others, Metric.DEGRADATION_CHANGES, () -> degradation.snapshot().changes(), name);
    }

    private static int number(Level level) {
        return switch (level) {
            case NORMAL -> 0;
            case DEGRADED -> 1;
            case MINIMAL -> 2;
            case EMERGENCY -> 3;
        };
    }

    private static double shed(Shedder shedder, Criticality criticality) {
        return shedder.snapshot().shed().getOrDefault(criticality, 0L);
    }

    private void read(List<Instrument> to, Metric metric, DoubleSupplier value, String... tags) {
        to.add(instruments.read(metric, value, tags));
    }

    // ---------------------------------------------------------------- what is told

    @Override
    public void on(Event event) {
        String name = bound.eachKey() ? event.dependency() : event.group();
        Meters of = meters.get(name);
        if (of == null) {
            sweep();
            of = meters.get(name);
        }
        if (of != null) {
            of.on(event);
        }
    }

    // ---------------------------------------------------------------- what there is

    /** How many guards there are; whoever asks gets to see those that are new. */
    private double count() {
        sweep();
        return bound.guards().all().size() + bound.guards().allKeyed().size();
    }

    /** Makes the meters of what has come, looks again at what has stayed, and takes away those of what has gone. */
    private synchronized void sweep() {
        if (closed) {
            return;
        }
        Map<String, Supplier<List<GuardSnapshot>>> present = present();
        meters.keySet().stream()
                .filter(name -> !present.containsKey(name))
                .toList()
                .forEach(this::takeAway);
        present.forEach((name, look) -> {
            Meters there = meters.get(name);
            if (there != null) {
                there.refresh();
            } else {
                Sight sight = new Sight(look, bound.guards().time());
                meters.put(
                        name,
                        new Meters(name, instruments, sight, bound.guards().time()));
            }
        });
        for (KeyedGuards<?> each : bound.guards().allKeyed()) {
            groups.computeIfAbsent(each.name(), name -> ofKeys(each));
        }
    }

    private void takeAway(String name) {
        Meters gone = meters.remove(name);
        if (gone != null) {
            gone.remove();
        }
    }

    private List<Instrument> ofKeys(KeyedGuards<?> all) {
        List<Instrument> made = new ArrayList<>();
        read(made, Metric.KEYS, () -> all.snapshot().keys(), all.name());
        read(made, Metric.KEYS_OVERFLOWED, () -> all.snapshot().overflowed(), all.name());
        read(made, Metric.KEYS_EVICTED, () -> all.snapshot().evicted(), all.name());
        return made;
    }

    private Map<String, Supplier<List<GuardSnapshot>>> present() {
        Map<String, Supplier<List<GuardSnapshot>>> present = new LinkedHashMap<>();
        for (Guard guard : bound.guards().all()) {
            present.put(guard.name(), () -> List.of(guard.snapshot()));
        }
        for (KeyedGuards<?> all : bound.guards().allKeyed()) {
            if (bound.eachKey()) {
                KeySight sight = keys.computeIfAbsent(
                        all, added -> new KeySight(added, bound.guards().time()));
                sight.names().forEach(name -> present.put(name, () -> sight.of(name)));
            } else {
                present.put(all.name(), () -> KeySight.together(all));
            }
        }
        return present;
    }

    @Override
    public void close() {
        bound.guards().forget(this);
        synchronized (this) {
            closed = true;
            List.copyOf(meters.keySet()).forEach(this::takeAway);
            groups.values().forEach(all -> all.forEach(Instrument::remove));
            others.forEach(Instrument::remove);
        }
    }
}
