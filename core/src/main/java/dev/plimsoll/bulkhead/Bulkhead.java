package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets at most so many calls of one dependency run at once, and so many more queue for a moment, so that a slow
 * dependency takes its own share of the threads and no more. A permit is held until the work has really ended, also
 * when its caller has given up; such orphans are counted, and reported when they get old.
 *
 * <p>Queueing is first come, first served, and nobody overtakes; unless it was configured
 * {@link BulkheadConfig.Builder#lifoUnderOverload() otherwise}, and only while the queue stands. Whoever is already inside this bulkhead never queues for a
 * second permit, for that could wait for itself.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Only {@link #awaitEnd(Deadline)} waits.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Bulkhead extends EngineSide implements AutoCloseable {

    private volatile BulkheadConfig config; // written under the lock of capacity

    private Bulkhead(String name, BulkheadConfig config, Time time, Observers observers) {
        super(name, config, time, observers);
        this.config = config;
    }

    /**
     * A bulkhead on the caller's threads, without a queue.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param maxConcurrent how many may be inside at once, at least 1
     * @return a new bulkhead
     * @throws ConfigurationException with all that is wrong
     */
    public static Bulkhead create(String name, int maxConcurrent) {
        return create(name, b -> b.maxConcurrent(maxConcurrent), Time.system());
    }

    /**
     * A bulkhead as configured.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration sets at least {@code maxConcurrent}
     * @return a new bulkhead
     * @throws ConfigurationException with all that is wrong
     */
    public static Bulkhead create(String name, UnaryOperator<BulkheadConfig.Builder> configuration) {
        return create(name, configuration, Time.system());
    }

    /**
     * A bulkhead as configured, on a time of its own.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration sets at least {@code maxConcurrent}
     * @param time what to wait on
     * @return a new bulkhead
     * @throws ConfigurationException with all that is wrong
     */
    public static Bulkhead create(String name, UnaryOperator<BulkheadConfig.Builder> configuration, Time time) {
        Check check = new Check("bulkhead " + name);
        check.name(name);
        BulkheadConfig.Builder builder =
                check.applied("configuration", configuration, BulkheadConfig.builder(), BulkheadConfig.Builder::check);
        check.given("time", time);
        check.done();
        return new Bulkhead(name, Objects.requireNonNull(builder).build(), time, new Observers(null));
    }

    /**
     * A bulkhead of a configuration that was made before.
     *
     * @param name of what it belongs to, for messages
     * @param config how large it is
     * @param time what to wait on
     * @param observers who hears of {@link WorkAbandoned}
     * @return a new bulkhead
     * @throws ConfigurationException when something is missing
     */
    public static Bulkhead create(String name, BulkheadConfig config, Time time, Observers observers) {
        Check check = new Check("bulkhead " + name);
        check.given("name", name);
        check.given("config", config);
        check.given("time", time);
        check.done();
        return new Bulkhead(name, config, time, observers);
    }

    /**
     * The name it was given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    /**
     * How it was configured last. {@link #resize(int)} does not show here.
     *
     * @return changed by {@link #reconfigure} only
     */
    @Override
    public BulkheadConfig config() {
        return config;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A leave when a permit was free. Without one: {@link Reason#REENTRANT} when this thread is inside this bulkhead
     * already, else a place in the queue, or {@link Reason#BULKHEAD_FULL}; {@link Reason#SHUT_DOWN} when closed. After
     * {@link #close()} a place in the queue is over at once, and says so by its {@code until()} and {@code timedOut()}.
     */
    @Override
    public Admission enter() {
        if (permits.tryTake()) {
            return leave;
        }
        if (permits.isClosed()) {
            return refusals.shutDown();
        }
        if (Ambient.isInside(this)) {
            return refusals.reentrant();
        }
        if (permits.isFull()) {
            return refusals.full();
        }
        Waiter waiter = new Waiter(this, time.precise(), Time.nanos(config.maxWait()));
        return switch (permits.takeOrQueue(waiter)) {
            case TAKEN -> leave;
            case QUEUED -> waiter;
            case FULL -> refusals.full();
            case CLOSED -> refusals.shutDown();
        };
    }

    /**
     * Takes a permit if one is free; never waits.
     *
     * @return null when none is free, which counts as a refusal
     */
    public @Nullable Permit tryEnter() {
        if (permits.tryTake()) {
            return Permit.of(this, leave);
        }
        refusals.count();
        return null;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Gives the permit to the first who waits, or back. How the attempt ended makes no difference.
     */
    @Override
    public void settle(
            Admission.Leave given, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
        settleNow();
    }

    /**
     * Changes how many may be inside at once. Growing lets as many waiters go on; shrinking returns at once, and those
     * above the new number keep their permits until they are done. A call that enters meanwhile may still go by the old
     * number.
     *
     * @param maxConcurrent at least 1
     * @throws IllegalArgumentException when it is less
     */
    public void resize(int maxConcurrent) {
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("maxConcurrent must be at least 1: " + maxConcurrent);
        }
        capacity.resize(maxConcurrent);
    }

    /**
     * Configures this bulkhead anew while it is in use; see {@link #reconfigure(BulkheadConfig)}.
     *
     * @param configuration sets at least {@code maxConcurrent}; what it does not name is as by default
     * @throws ConfigurationException with all that is wrong; nothing has changed then
     */
    public void reconfigure(UnaryOperator<BulkheadConfig.Builder> configuration) {
        Check check = new Check("bulkhead " + name);
        BulkheadConfig.Builder builder =
                check.applied("configuration", configuration, BulkheadConfig.builder(), BulkheadConfig.Builder::check);
        check.done();
        reconfigure(Objects.requireNonNull(builder).build());
    }

    /**
     * Configures this bulkhead anew while it is in use. It stays the same object: who holds a permit keeps it, who waits
     * keeps the place and the time to wait, and observers and counts stay. The size is that of the configuration, as by
     * {@link #resize(int)}; the queue, the wait and the age of abandoned work are for those who come from now on; whether
     * permits of abandoned work are released, for those who get too old from now on. On whose threads the work runs cannot
     * change: make another bulkhead for that.
     *
     * @param next how it is to be
     * @throws ConfigurationException with the {@link BulkheadConfig#obstacles}; nothing has changed then
     */
    public void reconfigure(BulkheadConfig next) {
        Check check = new Check("bulkhead " + name);
        if (check.given("config", next)) {
            check.all(config.obstacles(next));
        }
        check.done();
        synchronized (capacity) {
            BulkheadConfig before = config;
            config = next; // before the queue is open: who finds a place there waits as long as is said here
            refusals.requeued(next);
            permits.requeue(next.maxWaiting());
            if (!next.lifo().equals(before.lifo())) {
                permits.judgeBy(overload(next));
            }
            capacity.resize(next.maxConcurrent());
        }
    }

    /**
     * Adds an observer, who hears of {@link WorkAbandoned}.
     *
     * @param observer hears it from now on
     */
    public void observe(Observer observer) {
        orphans.observers().add(observer);
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        orphans.observers().remove(observer);
    }

    /**
     * The numbers of now.
     *
     * @return an immutable snapshot
     */
    public BulkheadSnapshot snapshot() {
        long word = permits.word();
        int active = Permits.active(word);
        int size = permits.size();
        int available = permits.isClosed() ? 0 : Math.max(0, size - active);
        return new BulkheadSnapshot(
                name,
                size,
                permits.maxWaiting(),
                active,
                Permits.waiting(word),
                available,
                refusals.counted(),
                orphans.count(),
                orphans.countAbandoned());
    }

    /**
     * Refuses whoever waits or comes from now on. What runs goes on; an idle pool ends its threads. Closing twice
     * changes nothing.
     */
    @Override
    public void close() {
        permits.close();
        orphans.close();
        if (pool != null && Permits.active(permits.word()) == 0) {
            pool.stop();
        }
    }

    /**
     * Waits until no permit is held. Close first, or others may go on taking permits.
     *
     * @param deadline how long to wait
     * @return false when the time was up before
     * @throws InterruptedException when interrupted meanwhile
     */
    public boolean awaitEnd(Deadline deadline) throws InterruptedException {
        long now = time.precise();
        return permits.watchers().await(!deadline.isNone(), now + deadline.remainingNanos(now));
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
