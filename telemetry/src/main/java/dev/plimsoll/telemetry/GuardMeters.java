package dev.plimsoll.telemetry;

import dev.plimsoll.Guards;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.shed.Shedder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Binds all guards of an application to a registry of Micrometer's, those included that are made later.
 *
 * <pre>{@code
 * GuardMeters meters = GuardMeters.of(guards);
 * meters.bindTo(registry);
 * }</pre>
 *
 * <p>The names and tags of the meters never change; docs/telemetry.md has them all. The keys of guards by key are no tags
 * unless {@link #eachKey()} says so: their guards are counted together.
 *
 * <p>While it is bound, each call and each attempt costs an event and a record. A guard of nothing that is bound pays
 * nothing.
 *
 * <p><b>Threading:</b> set up by one thread, before it is bound; once bound, safe for use by any number.
 */
@SuppressWarnings("exports") // who uses this has Micrometer
public final class GuardMeters implements MeterBinder, AutoCloseable {

    private final Guards guards;
    private final List<Drain> drains = new ArrayList<>();
    private final List<Shedder> shedders = new ArrayList<>();
    private final List<Degradation> degradations = new ArrayList<>();
    private final Map<MeterRegistry, Numbers> bound = new LinkedHashMap<>(); // guarded by this
    private boolean eachKey;

    private GuardMeters(Guards guards) {
        this.guards = guards;
    }

    /**
     * The meters of guards, not bound yet.
     *
     * @param guards whose
     * @return to be bound
     */
    public static GuardMeters of(Guards guards) {
        return new GuardMeters(Objects.requireNonNull(guards, "guards"));
    }

    /**
     * Gives each key of guards by key meters of its own, some thirty, tagged {@code dependency="name/key"}; they are removed
     * when the key's guard is. For keys that are few: at most as many as {@code GuardKeys.maximumSize} says.
     *
     * @return this
     * @throws IllegalStateException when it is bound already
     */
    public synchronized GuardMeters eachKey() {
        checkUnbound();
        eachKey = true;
        return this;
    }

    /**
     * Has meters for a drain as well.
     *
     * @param drain its name is the value of the tag {@code dependency}
     * @return this
     * @throws IllegalStateException when it is bound already
     */
    public synchronized GuardMeters drain(Drain drain) {
        checkUnbound();
        drains.add(Objects.requireNonNull(drain, "drain"));
        return this;
    }

    /**
     * Has meters for a shedder as well.
     *
     * @param shedder its name is the value of the tag {@code dependency}
     * @return this
     * @throws IllegalStateException when it is bound already
     */
    public synchronized GuardMeters shedder(Shedder shedder) {
        checkUnbound();
        shedders.add(Objects.requireNonNull(shedder, "shedder"));
        return this;
    }

    /**
     * Has meters for a level of degradation as well.
     *
     * @param degradation its name is the value of the tag {@code dependency}
     * @return this
     * @throws IllegalStateException when it is bound already
     */
    public synchronized GuardMeters degradation(Degradation degradation) {
        checkUnbound();
        degradations.add(Objects.requireNonNull(degradation, "degradation"));
        return this;
    }

    /**
     * Registers the meters, and counts from now on. A registry that has them from here already is left as it is: frameworks
     * bind what they find, and so may its owner.
     *
     * @param registry may be one of several. It takes the guards of one application: what has the same name, from wherever, is
     *     counted together there
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        if (!bound.containsKey(registry)) {
            Numbers.Bound all = new Numbers.Bound(guards, eachKey, drains, shedders, degradations);
            bound.put(registry, Numbers.bind(all, new MicrometerInstruments(registry)));
        }
    }

    private void checkUnbound() {
        if (!bound.isEmpty()) {
            throw new IllegalStateException("bound already: what there is to be seen is said before");
        }
    }

    /** Removes the meters from all registries, and stops listening. */
    @Override
    public synchronized void close() {
        bound.values().forEach(Numbers::close);
        bound.clear();
    }
}
