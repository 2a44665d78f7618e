package dev.plimsoll.drain;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets a service go down in order. It admits units of work at the inbound edge; once started it admits no more, lets
 * those under way end, and stops after the last one, or when the time is up.
 *
 * <p>Guarded calls, retries and waits of admitted units go on while it is draining; who sends should refuse only when it
 * {@link #isStopped()}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Only {@link #await()} waits.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Drain {
    /*
     *               start                        last unit out, or nobody was in
     *   RUNNING ─────────────► DRAINING ──────────────────────────────────────────► STOPPED
     *   admits                 refuses   └───────── time is up: the rest is cut off ───┘    refuses
     *
     * Concurrency: who may enter and who is the last one out is decided in one word, see Underway. Which state we are in
     * is a reference beside it: start() moves it from Running before it sets the word, so whoever finds the word draining
     * finds the times of the drain; the one thread that set the word to stopped moves it to Stopped, runs the hooks, says
     * that all is over and unparks those who wait. Everybody who calls start() sets the word himself if nobody else has, so
     * nobody is admitted after any start() has returned.
     *
     * The end of the time needs no timer: await(), a unit that ends, one that is refused and another start() look at the
     * clock and stop the drain when it is over; isStopped() says so from that instant in any case.
     */

    /** Where a {@link Drain} is. */
    public enum Phase {
        /** Units are admitted. */
        RUNNING,
        /** No unit is admitted, some are still under way. */
        DRAINING,
        /** The last unit has ended, or the time was up. */
        STOPPED
    }

    sealed interface State permits Running, Draining, Underway.Stopped {}

    private record Running() implements State {}

    private record Draining(long since, long until) implements State {}

    private static final String GATE = "drain";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final State RUNNING = new Running();
    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Drain.class, State.class);

    private final String name;
    private final long timeoutNanos;
    private final Time time;
    private final Underway underway = new Underway();
    private final StopHooks hooks = new StopHooks();
    private final LongAdder refused = new LongAdder();
    private volatile State state = RUNNING;
    private volatile boolean over;

    private final Object lock = new Object();
    /* Guarded by lock. */
    private final List<Thread> waiting = new ArrayList<>();

    private Drain(String name, Duration timeout, Time time) {
        this.name = name;
        this.timeoutNanos = Time.nanos(timeout);
        this.time = time;
    }

    /**
     * A drain that gives units 30 s to end.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @return a new drain, running
     * @throws ConfigurationException when the name cannot be used
     */
    public static Drain create(String name) {
        return create(name, DEFAULT_TIMEOUT, Time.system());
    }

    /**
     * A drain.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param timeout how long units have to end, longer than zero
     * @return a new drain, running
     * @throws ConfigurationException when the name or the timeout cannot be used
     */
    public static Drain create(String name, Duration timeout) {
        return create(name, timeout, Time.system());
    }

    /**
     * A drain on a time of its own.
     *
     * @param name what refusals call it, such as the service's name: 1 … 64 letters, digits, dots, dashes, underscores
     * @param timeout how long units have to end, longer than zero
     * @param time what to wait on
     * @return a new drain, running
     * @throws ConfigurationException when the name or the timeout cannot be used
     */
    public static Drain create(String name, Duration timeout, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("drain " + name);
        check.name(name);
        if (check.given("timeout", timeout)) {
            check.positive("timeout", timeout);
        }
        check.given("time", time);
        check.done();
        return new Drain(name, timeout, time);
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
     * How long units have to end, from {@link #start()} on.
     *
     * @return never changes
     */
    public Duration timeout() {
        return Duration.ofNanos(timeoutNanos);
    }

    /**
     * Admits a unit that has no name in the report.
     *
     * @return a unit to be closed when its work has ended
     * @throws RejectedException DRAINING once draining has begun; its {@code retryAfter} is the time that is left to
     *     drain, and unknown when stopped
     */
    public Unit enter() {
        return admitted(tryEnter(null));
    }

    /**
     * Admits a unit.
     *
     * @param label what the report calls it when it is cut off, such as "POST /orders"
     * @return a unit to be closed when its work has ended
     * @throws RejectedException DRAINING once draining has begun; its {@code retryAfter} is the time that is left to
     *     drain, and unknown when stopped
     */
    public Unit enter(String label) {
        return admitted(tryEnter(Objects.requireNonNull(label, "label")));
    }

    private Unit admitted(@Nullable Unit unit) {
        if (unit == null) {
            throw rejection().exception(false);
        }
        return unit;
    }

    /**
     * Admits a unit, or does not.
     *
     * @param label what the report calls it when it is cut off; null for none
     * @return null once draining has begun
     */
    public @Nullable Unit tryEnter(@Nullable String label) {
        Unit unit = new Unit(this, label);
        if (underway.enter(unit)) {
            return unit;
        }
        refused.increment();
        stopIfTimeIsUp();
        return null;
    }

    private Rejection rejection() {
        long running = inFlight();
        if (state instanceof Draining draining && !isStopped()) {
            long left = Math.max(0, draining.until - time.precise());
            String detail = "the service is going down, units under way: " + running;
            return new Rejection(name, GATE, Rejection.Reason.DRAINING, detail, left);
        }
        String detail = "the service has stopped, units under way: " + running;
        return new Rejection(name, GATE, Rejection.Reason.DRAINING, detail, Rejection.UNKNOWN);
    }

    void leave(Unit unit) {
        try {
            stopIfTimeIsUp();
        } finally { // a hook may throw an Error
            long word = underway.leave(unit);
            if (Underway.isDraining(word) && Underway.count(word) == 0) {
                stop(false);
            }
        }
    }

    /** Begins to drain. Returns at once; after it nobody is admitted. Doing it again changes nothing. */
    public void start() {
        if (state == RUNNING) {
            long now = time.precise();
            STATE.compareAndSet(this, RUNNING, new Draining(now, now + timeoutNanos));
        }
        long word = underway.drain();
        if (Underway.count(word) == 0) {
            stop(false);
        } else {
            stopIfTimeIsUp();
        }
    }

    /**
     * Waits until the last unit has ended or the time is up, and the hooks have run.
     *
     * @return the final report
     * @throws InterruptedException when this thread is interrupted; draining goes on
     * @throws IllegalStateException when it was not started
     */
    public DrainReport await() throws InterruptedException {
        if (state == RUNNING) {
            throw new IllegalStateException("drain " + name + " was not started");
        }
        Thread me = Thread.currentThread();
        synchronized (lock) {
            waiting.add(me);
        }
        try {
            while (!over && !hooks.isRunBy(me)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (state instanceof Draining draining) {
                    time.parkUntil(this, draining.until);
                    stopIfTimeIsUp();
                } else {
                    time.park(this);
                }
            }
        } finally {
            synchronized (lock) {
                waiting.remove(me);
            }
        }
        return report();
    }

    private void stopIfTimeIsUp() {
        if (state instanceof Draining draining && draining.until - time.precise() <= 0) {
            stop(true);
        }
    }

    /* Called by everybody who may have ended it; who has, goes on without any memory until those who wait can hear of it. */
    private void stop(boolean force) {
        if (!(state instanceof Draining draining)) {
            return;
        }
        Underway.Stopped end = underway.stop(force, Math.max(0, time.precise() - draining.since));
        if (end == null) {
            return;
        }
        state = end;
        try {
            hooks.run();
        } finally {
            over = true;
            synchronized (lock) {
                for (int i = 0; i < waiting.size(); i++) {
                    time.unpark(waiting.get(i));
                }
            }
        }
    }

    /**
     * Whether the service should be given work.
     *
     * @return false from {@link #start()} on
     */
    public boolean isReady() {
        return !Underway.isDraining(underway.word());
    }

    /**
     * Whether it is over, so that who sends should refuse.
     *
     * @return true when the last unit has ended after {@link #start()}, or the time is up
     */
    public boolean isStopped() {
        long word = underway.word();
        if (!Underway.isDraining(word)) {
            return false;
        }
        return Underway.isStopped(word) || (state instanceof Draining draining && draining.until - time.precise() <= 0);
    }

    /**
     * How many units are under way.
     *
     * @return 0 or more; after the stop those that were cut off and have not ended yet
     */
    public long inFlight() {
        return Underway.count(underway.word());
    }

    /**
     * Adds something to do when it has stopped. It runs once, on the thread that stopped it, before {@link #await()}
     * returns; here and now when it has stopped already. What one throws keeps no other from running: an exception is
     * counted, an {@link Error} is rethrown when all have run.
     *
     * @param hook must be short
     */
    public void onStopped(Runnable hook) {
        hooks.add(Objects.requireNonNull(hook, "hook"));
    }

    /**
     * How many hooks threw an exception.
     *
     * @return 0 or more
     */
    public int brokenHooks() {
        return hooks.broken();
    }

    /**
     * What the last hook that failed threw.
     *
     * @return null when none did
     */
    public @Nullable Exception lastFault() {
        return hooks.lastFault();
    }

    /**
     * How far it is.
     *
     * @return the final report once it has stopped
     */
    public DrainReport report() {
        State now = state;
        if (now instanceof Underway.Stopped end) {
            Duration elapsed = Duration.ofNanos(end.elapsedNanos());
            return new DrainReport(Phase.STOPPED, end.drained(), end.cutOff(), end.labels(), refused.sum(), elapsed);
        }
        long word = underway.word();
        if (!(now instanceof Draining draining) || !Underway.isDraining(word)) {
            return new DrainReport(Phase.RUNNING, 0, 0, List.of(), refused.sum(), Duration.ZERO);
        }
        Duration elapsed = Duration.ofNanos(Math.max(0, time.precise() - draining.since));
        long drained = Underway.atStart(word) - Underway.count(word);
        return new DrainReport(Phase.DRAINING, drained, 0, List.of(), refused.sum(), elapsed);
    }

    @Override
    public String toString() {
        return name + " " + report();
    }
}
