package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The guards of an application, by the names of the dependencies they protect.
 *
 * <p>Make one for the application and {@link #close()} it at the end: then pools are stopped and timers removed, and the
 * application's classes can go.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Guards implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(30);

    private record Entry(GuardConfig config, Guard guard, OwnParts own) {}

    private final GuardsBuilder.Settings settings;
    private final Object lock = new Object();
    private final TreeMap<String, Entry> entries = new TreeMap<>(); // guarded by lock
    private final TreeMap<String, KeyedGuards<?>> keyed = new TreeMap<>(); // guarded by lock
    private final List<Observer> observers; // guarded by lock
    private final Unfinished unfinished;
    private volatile boolean closed;
    private volatile boolean over; // the waiting for what runs

    private Guards(GuardsBuilder.Settings settings) {
        this.settings = settings;
        this.unfinished = new Unfinished(settings.time());
        this.observers = new ArrayList<>(settings.observers());
    }

    /**
     * Guards on the real clock, that log the transitions of their circuit breakers.
     *
     * @return no guard yet
     */
    public static Guards create() {
        return create(UnaryOperator.identity());
    }

    /**
     * Guards.
     *
     * @param setup names what differs from the defaults
     * @return no guard yet
     * @throws ConfigurationException listing everything that is missing
     */
    public static Guards create(UnaryOperator<GuardsBuilder> setup) {
        Check check = new Check("guards");
        GuardsBuilder builder = check.applied("setup", setup, new GuardsBuilder());
        check.done();
        return new Guards(Objects.requireNonNull(builder).build());
    }

    /**
     * The guard of a dependency, made at the first call. The same name with the same set-up is the same guard: values
     * are compared by equals, functions and shared objects by identity.
     *
     * @param name of the dependency: 1 … 64 letters, digits, dots, dashes and underscores
     * @param setup names what protects it
     * @return always the same object for a name
     * @throws ConfigurationException listing everything that is wrong; also when the name has another set-up already
     * @throws IllegalStateException when closed
     */
    public Guard guard(String name, UnaryOperator<GuardBuilder> setup) {
        GuardConfig config = configured(name, setup);
        synchronized (lock) {
            refuseWhenClosed();
            Entry entry = entries.get(name);
            refuseName(name, keyed.containsKey(name));
            if (entry == null) {
                entry = assemble(name, config);
                entries.put(name, entry);
                settings.warn(name, entry.guard().warnings(), entry.own().observers());
            } else if (!entry.config().equals(config)) {
                throw new ConfigurationException("guard " + name, entry.config().differences(config));
            }
            return entry.guard();
        }
    }

    /**
     * A guard for each key, at most 1,000 of them; see {@link #keyed(String, UnaryOperator, UnaryOperator)}.
     *
     * @param name of what all of them protect: 1 … 64 letters, digits, dots, dashes and underscores
     * @param setup names what protects each
     * @param <K> the keys' type
     * @return always the same object for a name
     * @throws ConfigurationException listing everything that is wrong; also when the name has another set-up already
     * @throws IllegalStateException when closed
     */
    public <K> KeyedGuards<K> keyed(String name, UnaryOperator<GuardBuilder> setup) {
        return keyed(name, setup, UnaryOperator.identity());
    }

    /**
     * A guard for each key, made when the key is first used. The same name with the same set-up is the same object, as with
     * {@link #guard}.
     *
     * @param name of what all of them protect: 1 … 64 letters, digits, dots, dashes and underscores
     * @param setup names what protects each
     * @param keys names what differs from {@link GuardKeys#defaults()}
     * @param <K> the keys' type
     * @return always the same object for a name
     * @throws ConfigurationException listing everything that is wrong; also when the name has another set-up already
     * @throws IllegalStateException when closed
     */
    @SuppressWarnings("unchecked") // keys only go in, and are compared: any type will do
    public <K> KeyedGuards<K> keyed(String name, UnaryOperator<GuardBuilder> setup, UnaryOperator<GuardKeys> keys) {
        GuardConfig config = configured(name, setup);
        GuardKeys size = GuardKeys.applied(name, keys);
        synchronized (lock) {
            refuseWhenClosed();
            refuseName(name, entries.containsKey(name));
            KeyedGuards<?> all = keyed.get(name);
            if (all == null) {
                all = new KeyedGuards<K>(this, lock, name, config, size, observers);
                keyed.put(name, all);
                settings.warn(name, all.warnings(), all.observers);
            }
            List<String> differences = all.differences(config, size);
            if (!differences.isEmpty()) {
                throw new ConfigurationException("guard " + name, differences);
            }
            return (KeyedGuards<K>) all;
        }
    }

    private static void refuseName(String name, boolean taken) {
        if (taken) {
            throw new ConfigurationException(
                    "guard " + name, List.of("name must not be one of a guard and of guards by key: \"" + name + "\""));
        }
    }

    /**
     * All guards by key.
     *
     * @return by name
     */
    public List<KeyedGuards<?>> allKeyed() {
        synchronized (lock) {
            return List.copyOf(keyed.values());
        }
    }

    static GuardConfig configured(String name, UnaryOperator<GuardBuilder> setup) {
        Check check = new Check("guard " + name);
        GuardBuilder builder = check.applied("setup", setup, new GuardBuilder());
        if (builder != null) {
            return builder.build(name);
        }
        Check all = new Check("guard " + name);
        all.name(name);
        all.all(check);
        throw new ConfigurationException("guard " + name, all.problems());
    }

    private Entry assemble(String name, GuardConfig config) {
        OwnParts own = new OwnParts(this, name, settings, observers);
        Guard guard = new Guard(this, name, InForce.of(new Assembly(own.assemble(config))));
        own.observers().whenChanged(guard::recheck); // by whichever of its parts they come
        return new Entry(config, guard, own);
    }

    /** See {@link Guard#reconfigure}. */
    void reconfigure(String name, UnaryOperator<GuardBuilder> setup) {
        GuardConfig config = configured(name, setup);
        Entry entry;
        List<String> changes;
        synchronized (lock) {
            refuseWhenClosed();
            entry = Objects.requireNonNull(entries.get(name));
            changes = entry.config().changes(config);
            if (changes.isEmpty()) {
                return;
            }
            List<String> obstacles = entry.own().obstacles(config);
            if (!obstacles.isEmpty()) {
                throw new ConfigurationException("guard " + name, obstacles);
            }
            entry.guard().become(new Assembly(entry.own().assemble(config)));
            entries.put(name, new Entry(config, entry.guard(), entry.own()));
        }
        entry.own().tell(new Event.Reconfigured(name, changes, time().wall()));
        settings.warn(name, entry.guard().warnings(), entry.own().observers());
    }

    void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException("these guards are closed");
        }
    }

    /**
     * Finds a guard.
     *
     * @param name of the dependency
     * @return empty when there is none of that name
     */
    public Optional<Guard> find(String name) {
        Objects.requireNonNull(name, "name");
        synchronized (lock) {
            return Optional.ofNullable(entries.get(name)).map(Entry::guard);
        }
    }

    /**
     * The guard of a dependency that was set up before.
     *
     * @param name of the dependency
     * @return always the same object for a name
     * @throws java.util.NoSuchElementException when there is none of that name; it lists those that there are
     */
    public Guard get(String name) {
        return find(name)
                .orElseThrow(() -> new NoSuchElementException("there is no guard \"" + name + "\"; there are: "
                        + all().stream().map(Guard::name).toList()));
    }

    /**
     * All guards.
     *
     * @return by name
     */
    public List<Guard> all() {
        synchronized (lock) {
            return entries.values().stream().map(Entry::guard).toList();
        }
    }

    /**
     * All bulkheads of all guards.
     *
     * @return by the guards' names
     */
    public List<BulkheadSnapshot> bulkheads() {
        Stream<Bulkhead> byKey = allKeyed().stream().flatMap(each -> each.presentBulkheads().stream());
        return Stream.concat(all().stream().map(Guard::bulkhead), byKey)
                .filter(Objects::nonNull)
                .distinct()
                .map(Bulkhead::snapshot)
                .toList();
    }

    /** Those that are the guards' own, and may have work. */
    private List<Bulkhead> ownBulkheads() {
        synchronized (lock) {
            return Stream.concat(
                            entries.values().stream().map(entry -> entry.own().bulkheads()),
                            keyed.values().stream().map(KeyedGuards::bulkheads))
                    .flatMap(List::stream)
                    .toList();
        }
    }

    /**
     * Adds an observer to all guards, those included that are made later.
     *
     * @param observer hears everything from now on; all changes, and nothing of single calls, if it is a {@link
     *     dev.plimsoll.call.ChangeObserver}
     */
    public void observe(Observer observer) {
        Objects.requireNonNull(observer, "observer");
        synchronized (lock) {
            observers.add(observer);
            entries.values().forEach(entry -> entry.guard().observe(observer));
            keyed.values().forEach(each -> each.observe(observer));
        }
    }

    /**
     * Removes an observer from all guards.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        Objects.requireNonNull(observer, "observer");
        synchronized (lock) {
            observers.remove(observer);
            entries.values().forEach(entry -> entry.guard().forget(observer));
            keyed.values().forEach(each -> each.forget(observer));
        }
    }

    Unfinished unfinished() {
        return unfinished;
    }

    GuardsBuilder.Settings settings() {
        return settings;
    }

    /** {@return the clocks, timers and random numbers of these guards} */
    public Time time() {
        return settings.time();
    }

    /** Whether calls are refused that are not part of one that was let in before. */
    boolean isClosed() {
        return closed;
    }

    /** Whether those are refused as well: nobody waits for them any more. */
    boolean isOver() {
        return over;
    }

    /**
     * Refuses new calls, lets what runs end, nested calls included, for at most 30 s, and stops the pools and timers.
     * Closing twice does nothing.
     *
     * <p>What is waited for are the attempts that hold a permit of a guard's own bulkhead, the calls that are tried again,
     * and all asynchronous calls, which are cancelled when the waiting is over. Other calls run on their callers' threads and
     * end by themselves; what they call through another guard of these is refused once the waiting is over. Inside of a guard
     * that has no retry, no timeout and no queue it may be refused before: such a guard leaves no trace on its thread.
     */
    @Override
    public void close() {
        List<Entry> all;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(entries.values());
            all.forEach(entry -> entry.guard().recheck());
        }
        try {
            unfinished.awaitEnd(this::ownBulkheads, Deadline.in(time(), GRACE));
        } finally {
            over = true;
        }
        unfinished.cancel();
        all.forEach(entry -> entry.own().close());
        allKeyed().forEach(KeyedGuards::close);
    }
}
