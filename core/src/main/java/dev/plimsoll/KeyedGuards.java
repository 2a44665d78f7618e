package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Work;
import dev.plimsoll.keyed.Keyed;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A guard for each key, such as a host or a tenant, all with the same set-up: one host that is sick is cut off, and the
 * others are not. There is a most of them. Who is idle loses its guard, and with it nothing that matters; beyond the most,
 * new keys share one guard, {@code name/*}, or are refused if {@link GuardKeys#refuseOthers()} says so.
 *
 * <pre>{@code
 * KeyedGuards<String> hosts = guards.keyed("hosts", g -> g
 *         .attemptTimeout(ofSeconds(1))
 *         .circuitBreaker());
 * Page page = hosts.call(host, () -> client.fetch(host, path));
 * }</pre>
 *
 * <p>A key's guard is called {@code name/key}, the key's text with an underscore for whatever is neither letter, digit,
 * dot, dash, colon, at sign nor underscore, and at most 64 characters of it. {@link Event#group()} is the name alone, for
 * meters: there may be many keys in the course of time.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 *
 * @param <K> the keys' type, with {@code equals} and {@code hashCode}
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class KeyedGuards<K> {
    /*
     *     handle of a key ── each call ──► Keyed ──► resident of the key ── enters ──► its assembly, a call inside
     *                                        ▲                             │ retired meanwhile
     *                                        └─────────────────────────────┘
     *
     * Whom nobody is inside of, who was not asked for in a while, and whose gates have nothing to forget, is retired: in
     * one step, so that a call is either inside before it, and it stays, or finds it retired, and looks again. So a key
     * never has two guards with calls in them. Another one is made only when this one is out of the table.
     *
     * A breaker has something to forget when it is open and its wait is not over, when it has probes under way, and when
     * an operator has set it. Half open without probes is as good as open with its wait over: where somebody observes,
     * time alone makes one of the other. Nor is a key forgotten into innocence: not while permits of its rate limiter have
     * not come in again, the throttle has heard of overload in its window, the concurrency limit has fallen lately, or its
     * retry budget has been charged within its window.
     *
     * Locks: a resident is made, changed and retired under the lock of the guards, which may be taken under that of a key's
     * place in the table, never the other way round. `everybody` is who is made and not retired, in the table or about to
     * be: so a change of the set-up reaches all of them, and whatever may fail of it is done for all before anything is
     * changed for one.
     */
    private static final int LONGEST = 64;

    /** The guard of one key. */
    private final class Resident {

        private final Visits visits;
        private final OwnParts own;
        private volatile Assembly assembly; // written under the lock

        Resident(String called, Visits visits) {
            this.visits = visits;
            synchronized (lock) {
                this.own = new OwnParts(owner, called, settings, observers, visits);
                this.assembly = new Assembly(own.prepared(config, hedges).get());
                everybody.add(this);
                if (closed) {
                    own.close();
                }
            }
        }

        /** Called under the lock; what that returns is so, too, and does not fail. */
        Runnable prepared(GuardConfig next, boolean hedged) {
            Supplier<Parts> parts = own.prepared(next, hedged);
            return () -> assembly = new Assembly(parts.get());
        }

        boolean retires() {
            if (!visits.retires()) {
                return false;
            }
            boolean gone = false;
            try {
                synchronized (lock) {
                    gone = own.isForgettable() && everybody.remove(this);
                    if (gone) {
                        own.close();
                    }
                }
            } catch (Throwable broken) { // it goes or is kept: in between its callers look for ever
                observers.untold(broken);
            }
            if (!gone) {
                visits.revives();
            }
            return gone;
        }

        GuardSnapshot snapshot() {
            return assembly.description().snapshot();
        }
    }

    /** Looks for the guard of its key each time. */
    private final class Handle implements InForce.Key {

        private final K key;

        Handle(K key) {
            this.key = key;
        }

        @Override
        public Assembly present() {
            return residents.of(key).assembly;
        }

        @Override
        public Assembly entered() {
            return KeyedGuards.this.entered(key);
        }

        @Override
        public void observe(Observer observer) {
            KeyedGuards.this.observe(observer);
        }

        @Override
        public void forget(Observer observer) {
            KeyedGuards.this.forget(observer);
        }
    }

    private final Guards owner;
    private final Object lock;
    private final String name;
    private final GuardKeys keys;
    private final GuardsBuilder.Settings settings;
    final Observers observers;
    private final Resident shared;
    private final Keyed<K, Resident> residents;
    private final Set<Resident> everybody = new LinkedHashSet<>(); // in the order of their making; guarded by lock
    private volatile GuardConfig config; // written under the lock
    private boolean hedges; // what the classifier of the config has said, for all keys; guarded by lock
    private boolean closed; // guarded by lock

    /** No keys yet. Called under the lock, which is that of the guards. */
    KeyedGuards(Guards owner, Object lock, String name, GuardConfig config, GuardKeys keys, List<Observer> ofAll) {
        this.owner = owner;
        this.lock = lock;
        this.name = name;
        this.config = config;
        this.hedges = config.hedges(name);
        this.keys = keys;
        this.settings = owner.settings();
        this.observers = new Observers(settings.log(), settings.executor());
        ofAll.forEach(observers::add);
        observers.replace(List.of(), config.observers());
        this.shared = new Resident(name + "/*", keys.refuses() ? Visits.refusing(noRoom(keys)) : Visits.none());
        this.residents = new Keyed<>(
                keys.maximumSize(),
                Time.nanos(keys.idleAfter()),
                shared,
                key -> new Resident(name + "/" + shown(key), Visits.none()),
                Resident::retires,
                owner.time());
    }

    private static String noRoom(GuardKeys keys) {
        return "as many keys have a guard of their own as may, " + keys.maximumSize();
    }

    private static String shown(Object key) {
        String text = String.valueOf(key);
        char[] shown = text.substring(0, Math.min(text.length(), LONGEST)).toCharArray();
        for (int i = 0; i < shown.length; i++) {
            shown[i] = isPlain(shown[i]) ? shown[i] : '_';
        }
        return new String(shown);
    }

    private static boolean isPlain(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "._:@-".indexOf(c) >= 0);
    }

    /**
     * The guard of a key, to be kept and used for as long as one likes.
     *
     * @param key whose
     * @return looks for the key's guard with each call; to look at it counts as use. Its name is the one for all keys
     */
    public Guard get(K key) {
        return new Guard(owner, name, InForce.of(new Handle(Objects.requireNonNull(key, "key"))));
    }

    /**
     * Does work under the guard of a key; {@link #get} has all other ways to call.
     *
     * @param key whose
     * @param work run once per attempt
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(K key, Work<T, X> work) throws X {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(work, "work");
        return entered(key).engine().call(work, false, null);
    }

    private Assembly entered(K key) {
        while (true) {
            Resident resident = residents.of(key);
            if (resident.visits.enters()) {
                return resident.assembly; // nothing between here and the call may fail: who is inside must leave
            }
            residents.awaitRetiring(key);
        }
    }

    /**
     * Configures the guards of all keys anew while they are in use, as {@link Guard#reconfigure} does with one. How many
     * keys there may be does not change.
     *
     * @param setup names the whole configuration, as at creation
     * @throws ConfigurationException listing everything that is wrong; nothing has changed then
     * @throws IllegalStateException when the guards are closed
     */
    public void reconfigure(UnaryOperator<GuardBuilder> setup) {
        GuardConfig next = Guards.configured(name, Objects.requireNonNull(setup, "setup"));
        List<String> changes;
        synchronized (lock) {
            owner.refuseWhenClosed();
            changes = config.changes(next);
            if (changes.isEmpty()) {
                return;
            }
            List<String> obstacles = shared.own.obstacles(next);
            if (!obstacles.isEmpty()) {
                throw new ConfigurationException("guard " + name, obstacles);
            }
            boolean hedged = next.hedges(name);
            List<Runnable> steps = prepared(next, hedged);
            observers.replace(config.observers(), next.observers());
            config = next;
            hedges = hedged;
            steps.forEach(Runnable::run);
            observersChanged();
        }
        observers.tellTransition(
                new Event.Reconfigured(name, changes, owner.time().wall()));
        settings.warn(name, warnings(), observers);
    }

    /** What a change comes to, after everything that may fail, of the keys to come as well. Called under the lock. */
    private List<Runnable> prepared(GuardConfig next, boolean hedged) {
        List<Runnable> steps = new ArrayList<>(everybody.size());
        everybody.forEach(resident -> steps.add(resident.prepared(next, hedged)));
        Supplier<Parts> unusedOfAnother =
                new OwnParts(owner, name, settings, observers, Visits.none()).prepared(next, hedged);
        return steps;
    }

    /** In what other guards by key of the same name differ, a line each. */
    List<String> differences(GuardConfig other, GuardKeys others) {
        List<String> all = new ArrayList<>(config.differences(other));
        if (!keys.equals(others)) {
            all.add("keys must be as the guards have them already, " + keys + ": " + others);
        }
        return all;
    }

    /**
     * Adds an observer of everything that happens in the guards of all keys, those that are yet to come included.
     *
     * @param observer hears everything from now on; changes only, if it is a {@link dev.plimsoll.call.ChangeObserver}
     */
    public void observe(Observer observer) {
        observers.add(observer);
        observersChanged();
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
        observersChanged();
    }

    private void observersChanged() {
        synchronized (lock) {
            everybody.forEach(resident -> resident.own.observersChanged());
        }
    }

    /** The bulkheads that calls go through which begin now. */
    List<Bulkhead> presentBulkheads() {
        synchronized (lock) {
            return everybody.stream()
                    .map(resident -> resident.assembly.parts().bulkhead())
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparing(Bulkhead::name))
                    .toList();
        }
    }

    /** All bulkheads of their own, those included that were left; called under the lock. */
    List<Bulkhead> bulkheads() {
        return everybody.stream()
                .flatMap(resident -> resident.own.bulkheads().stream())
                .toList();
    }

    /** Ends what time alone would do, of keys that are yet to come as well; called when the guards are closed. */
    void close() {
        synchronized (lock) {
            closed = true;
            everybody.forEach(resident -> resident.own.close());
        }
    }

    /** {@return their name} */
    public String name() {
        return name;
    }

    /**
     * What protects a call, outermost first, and how many keys have that each.
     *
     * @return such as {@code for each of 1000 keys: [circuit breaker → work]; others share one}
     */
    public String describe() {
        return "for each of " + keys.maximumSize() + " keys, until idle for " + Time.words(keys.idleAfter()) + ": "
                + shared.assembly.description().order() + "; others "
                + (keys.refuses() ? "are refused" : "share one");
    }

    /** {@return what the set-up allows and is likely not meant, a line each} */
    public List<String> warnings() {
        return shared.assembly.description().warnings();
    }

    /**
     * The numbers of one key's guard.
     *
     * @param key whose; this does not count as use
     * @return empty when it has none of its own
     */
    public Optional<GuardSnapshot> snapshot(K key) {
        return Optional.ofNullable(residents.existing(Objects.requireNonNull(key, "key")))
                .map(Resident::snapshot);
    }

    /**
     * The numbers of the guards of all keys that have one of their own.
     *
     * @return by name
     */
    public List<GuardSnapshot> snapshots() {
        List<GuardSnapshot> all = new ArrayList<>();
        residents.forEach(resident -> all.add(resident.snapshot()));
        all.sort(Comparator.comparing(GuardSnapshot::name));
        return List.copyOf(all);
    }

    /** {@return the numbers of now, as an immutable value} */
    public KeyedGuardsSnapshot snapshot() {
        return new KeyedGuardsSnapshot(
                name,
                residents.size(),
                keys.maximumSize(),
                residents.overflowed(),
                residents.evicted(),
                shared.snapshot(),
                config.budget().isPresent());
    }

    @Override
    public String toString() {
        return name + ": " + describe();
    }
}
