package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
    private final List<Observer> observers; // guarded by lock
    private final Set<AsyncCall<?>> underway = ConcurrentHashMap.newKeySet();
    private final AtomicInteger retrying = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Thread closing;

    private Guards(GuardsBuilder.Settings settings) {
        this.settings = settings;
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
            if (entry == null) {
                entry = assemble(name, config);
                entries.put(name, entry);
                settings.warn(entry.guard());
            } else if (!entry.config().equals(config)) {
                throw new ConfigurationException("guard " + name, entry.config().differences(config));
            }
            return entry.guard();
        }
    }

    private static GuardConfig configured(String name, UnaryOperator<GuardBuilder> setup) {
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
        return new Entry(config, new Guard(this, name, new Assembly(own.assemble(config))), own);
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
        settings.warn(entry.guard());
    }

    private void refuseWhenClosed() {
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
        return all().stream()
                .map(Guard::bulkhead)
                .filter(Objects::nonNull)
                .distinct()
                .map(Bulkhead::snapshot)
                .toList();
    }

    /**
     * Adds an observer to all guards, those included that are made later.
     *
     * @param observer hears everything from now on
     */
    public void observe(Observer observer) {
        Objects.requireNonNull(observer, "observer");
        synchronized (lock) {
            observers.add(observer);
            entries.values().forEach(entry -> entry.guard().observe(observer));
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
        }
    }

    Time time() {
        return settings.time();
    }

    /** Whether calls are refused that are not part of one that was let in before. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Refuses new calls, lets what runs end, nested calls included, for at most 30 s, and stops the pools and timers.
     * Closing twice does nothing.
     *
     * <p>What is waited for are the attempts that hold a permit of a guard's own bulkhead, the calls that are tried again,
     * and all asynchronous calls, which are cancelled when the waiting is over. Other calls run on their callers' threads and end by themselves; what they call through another guard of
     * these is refused once the waiting is over.
     */
    @Override
    public void close() {
        List<Entry> all;
        List<Bulkhead> own;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(entries.values());
            all.forEach(entry -> entry.guard().recheck());
            own = all.stream()
                    .flatMap(entry -> entry.own().bulkheads().stream())
                    .toList();
        }
        closing = Thread.currentThread();
        awaitEnd(own, Deadline.in(time(), GRACE));
        closing = null;
        List.copyOf(underway).forEach(AsyncCall::cancel);
        own.forEach(Bulkhead::close);
        for (Entry entry : all) {
            CircuitBreaker breaker = entry.own().breaker();
            if (breaker != null) {
                breaker.close();
            }
        }
    }

    /** Where what must not happen on the timer thread does happen. */
    @Nullable
    Executor executor() {
        return settings.executor();
    }

    /** An asynchronous call has begun. */
    void begins(AsyncCall<?> call) {
        underway.add(call);
    }

    /** An asynchronous call is over. */
    void ends(AsyncCall<?> call) {
        underway.remove(call);
        wakeClosing();
    }

    /** A call is tried again: it holds nothing while it pauses, and wants to run once more. */
    void retryBegins() {
        retrying.incrementAndGet();
    }

    /** A call that was tried again is over. */
    void retryEnds() {
        retrying.decrementAndGet();
        wakeClosing();
    }

    private void wakeClosing() {
        Thread waiting = closing;
        if (waiting != null) {
            time().unpark(waiting);
        }
    }

    /**
     * Waits until all are empty at once and no call is between two attempts: what runs in one of them may still call
     * another. An interrupt ends it.
     */
    private void awaitEnd(List<Bulkhead> all, Deadline deadline) {
        try {
            boolean busy = true;
            while (busy && !deadline.expired()) {
                for (Bulkhead bulkhead : all) {
                    boolean unused = bulkhead.awaitEnd(deadline);
                }
                while ((retrying.get() > 0 || !underway.isEmpty()) && !deadline.expired()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    time().parkUntil(this, time().precise() + Time.nanos(deadline.remaining()));
                }
                busy = all.stream().anyMatch(bulkhead -> bulkhead.snapshot().active() > 0);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
