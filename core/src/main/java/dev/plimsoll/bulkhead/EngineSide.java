package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * What engines want of {@link Bulkhead} beyond what every gate has.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
abstract sealed class EngineSide implements Gate permits Bulkhead {

    /** The one leave of all calls of a bulkhead: there is nothing in it to tell them apart. */
    private static final class SharedLeave implements Admission.Leave {}

    final Admission.Leave leave = new SharedLeave();
    final String name;
    final Time time;
    final Permits permits;
    final Orphans orphans;
    final @Nullable Pool pool;
    final Refusals refusals;
    final Capacity capacity;

    EngineSide(String name, BulkheadConfig config, Time time, Observers observers) {
        this.name = name;
        this.time = time;
        this.permits = new Permits(config.maxConcurrent(), config.maxWaiting(), overload(config), time);
        this.pool = Pool.of(name, config, time);
        this.refusals = new Refusals(name, config, permits);
        this.capacity = new Capacity(permits, pool, refusals);
        this.orphans = new Orphans(this, time, observers);
    }

    /** How it is configured now. */
    abstract BulkheadConfig config();

    static @Nullable Overload overload(BulkheadConfig config) {
        return config.lifo().map(BulkheadConfig.Lifo::overload).orElse(null);
    }

    @Override
    public long clock() {
        return time.coarse();
    }

    /**
     * Whether calls may wait for a permit, at present.
     *
     * @return false when they are refused at once
     */
    public boolean queues() {
        return permits.maxWaiting() > 0;
    }

    /**
     * Takes a permit if one is free, and does nothing else. For those who write engines.
     *
     * @return null when there is none, or somebody waits for one
     */
    public Admission.@Nullable Leave enterNow() {
        return permits.tryTake() ? leave : null;
    }

    /** Gives a permit back, to the first who waits if there is one. For those who write engines. */
    public void settleNow() {
        permits.release();
        if (pool != null && permits.isClosed() && Permits.active(permits.word()) == 0) {
            pool.stop();
        }
    }

    /**
     * Whether the work runs on threads of this bulkhead, by {@link #submit}.
     *
     * @return false when it runs on the caller's
     */
    public boolean hasPool() {
        return pool != null;
    }

    /**
     * Runs work on a thread of this bulkhead. For those who write engines: the caller holds a leave of this bulkhead,
     * and settles it when {@link PooledBody#onEnd(Runnable)} says so, never earlier.
     *
     * <p>When no thread can be started the body ends at once with that error.
     *
     * @param work what to run
     * @param attempt what it is told about its attempt
     * @param carried what to take along to that thread
     * @param <T> what the work returns
     * @return the body, to wait for
     * @throws IllegalStateException when there is no pool
     */
    public <T extends @Nullable Object> PooledBody<T> submit(
            AttemptWork<? extends T, ?> work, Attempt attempt, Carried carried) {
        if (pool == null) {
            throw new IllegalStateException("bulkhead " + name + " has no threads of its own: configure ownPool()");
        }
        PooledBody<T> body = new PooledBody<>(orphans, work, attempt, carried);
        pool.run(body, refusals::whenClosed);
        return body;
    }

    /**
     * Counts asynchronous work that goes on, and keeps its permit, although its caller has given up. For those who write
     * engines.
     *
     * @return to be told when that work has ended
     */
    public Orphan orphan() {
        return orphans.add();
    }

    Admission.Leave leave() {
        return leave;
    }

    Permits permits() {
        return permits;
    }

    Refusals refusals() {
        return refusals;
    }
}
