package dev.plimsoll.breaker;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Permit;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What users and operators see of {@link CircuitBreaker}, which is its state machine.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
abstract sealed class BreakerFront extends EngineSide permits CircuitBreaker {

    final Observers observers;
    final BreakerTally tally;
    final NextState next;
    private final BreakerAlarm alarm;

    BreakerFront(String name, Time time, Observers observers) {
        super(name, time);
        this.observers = observers;
        this.tally = new BreakerTally();
        this.next = new NextState(time, tally);
        this.alarm = new BreakerAlarm(this, time);
    }

    /** Goes on, in the same episode or with the next. True when this thread has won. */
    abstract boolean move(State from, State to);

    /** Does what time alone demands, if that episode still lasts; called by the timer. */
    abstract void wake(Episode armed);

    abstract @Nullable Throwable lastError();

    /**
     * A breaker of its own, on the real clock.
     *
     * @param name of the dependency, for messages: 1 … 64 letters, digits, dots, dashes and underscores
     * @param setup names what differs from the defaults
     * @return a closed breaker
     * @throws dev.plimsoll.call.ConfigurationException listing everything that is wrong
     */
    public static CircuitBreaker create(String name, UnaryOperator<CircuitBreakerBuilder> setup) {
        return create(name, setup, Time.system());
    }

    /**
     * A breaker of its own.
     *
     * @param name of the dependency, for messages: 1 … 64 letters, digits, dots, dashes and underscores
     * @param setup names what differs from the defaults
     * @param time the clocks and the timer
     * @return a closed breaker
     * @throws dev.plimsoll.call.ConfigurationException listing everything that is wrong
     */
    public static CircuitBreaker create(String name, UnaryOperator<CircuitBreakerBuilder> setup, Time time) {
        Check check = new Check("circuit breaker " + name);
        check.name(name);
        CircuitBreakerBuilder builder = applied(setup, check);
        check.given("time", time);
        check.done();
        return new CircuitBreaker(name, Objects.requireNonNull(builder).build(), time, new Observers(null));
    }

    private static @Nullable CircuitBreakerBuilder applied(UnaryOperator<CircuitBreakerBuilder> setup, Check check) {
        CircuitBreakerBuilder builder =
                check.applied("setup", setup, new CircuitBreakerBuilder(), CircuitBreakerBuilder::check);
        return builder;
    }

    /** The timer is to be set to {@link State#due()}, for the state has changed. */
    final void arm() {
        alarm.set();
    }

    /**
     * The dependency's name.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    /**
     * How it is set up at this moment.
     *
     * @return an immutable value
     */
    public BreakerConfig config() {
        return present().settings().config();
    }

    /**
     * Sets the breaker up anew while it runs, see {@link #reconfigure(BreakerConfig)}. What is not named is as by
     * default, and not as it was: the set-up describes all of it, as in {@link #create}. The lease of probes too: where it
     * is not named it is max(open wait, 60 s), also for a breaker whose guard had taken it from its attempt timeout.
     *
     * @param setup names what differs from the defaults
     * @throws dev.plimsoll.call.ConfigurationException listing everything that is wrong; then nothing has changed
     */
    public void reconfigure(UnaryOperator<CircuitBreakerBuilder> setup) {
        Check check = new Check("circuit breaker " + name);
        CircuitBreakerBuilder builder = applied(setup, check);
        check.done();
        reconfigure(Objects.requireNonNull(builder).build());
    }

    /**
     * Sets the breaker up anew while it runs, for those who assemble guards; everybody else names a set-up. It stays in
     * its state, and no transition is told: calls under way count as if nothing had happened, and from now on the new
     * configuration decides. An equal one changes nothing.
     *
     * <p>While it judges: failures in a row count on, and so does the window if the horizon is the same and rules looked
     * at it before and do so now; else an empty window begins. The new rules are asked with the next bad result. A call
     * under way whose time was not measured, or by the other clock, is not judged slow.
     *
     * <p>While it is open: the wait under way ends as announced; the new one begins with the next opening. Half open:
     * probes under way keep their leases, and those that succeeded count; if they are enough by now, one more closes. A
     * ramp under way goes on as it began, and an operator's state stays.
     *
     * <p><b>Threading:</b> of those who reconfigure at once the last one wins, whole; calls are never held up.
     *
     * @param config checked by its builder
     */
    public void reconfigure(BreakerConfig config) {
        Settings settings = new Settings(Objects.requireNonNull(config, "config"));
        State from;
        State to;
        do {
            from = present();
            if (from.settings().config().equals(config)) {
                return;
            }
            to = from.under(settings);
        } while (!move(from, to));
        Evidence before = from.evidence();
        if (before != null) {
            before.replacedBy(to.evidence());
        }
    }

    /**
     * Which state it is in. A wait that is over is noticed by the next call, or by the timer where somebody observes.
     *
     * @return one of the six
     */
    public BreakerState state() {
        return present().episode().kind();
    }

    /**
     * Asks for leave to make one call, by hand.
     *
     * @return a permit to settle, once; null when the breaker refuses, and {@link #explain()} says why
     */
    public @Nullable Permit tryEnter() {
        Permit permit = enter() instanceof Admission.Leave leave ? Permit.of(this, leave) : null;
        try {
            publish();
        } catch (Error thrown) { // of an observer: the caller does not get its permit
            if (permit != null) {
                permit.settle(Judgement.NOT_RUN, null);
            }
            throw thrown;
        }
        return permit;
    }

    /**
     * Adds an observer of the transitions. From now on the breaker also goes on by timer, without waiting for a call.
     *
     * @param observer hears of them in their order
     */
    public void observe(Observer observer) {
        observers.add(observer);
        arm();
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
        arm();
    }

    /** Stops the timer: from now on only calls move the breaker on. */
    public void close() {
        alarm.stop();
    }

    /** Called when observers were added or removed elsewhere. */
    public void observersChanged() {
        arm();
    }

    /**
     * Refuses all calls until {@link #reset(String, String)}.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     */
    public void forceOpen(String reason, String who) {
        operate(BreakerState.FORCED_OPEN, reason, who, null);
    }

    /**
     * Refuses all calls for a while; then it is closed, with an empty window.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     * @param timeToLive for how long; zero or less is over at once
     */
    public void forceOpen(String reason, String who, Duration timeToLive) {
        operate(BreakerState.FORCED_OPEN, reason, who, Objects.requireNonNull(timeToLive, "timeToLive"));
    }

    /**
     * Passes all calls and judges none, until {@link #reset(String, String)}.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     */
    public void disable(String reason, String who) {
        operate(BreakerState.DISABLED, reason, who, null);
    }

    /**
     * Passes all calls and judges none for a while; then it is closed, with an empty window.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     * @param timeToLive for how long; zero or less is over at once
     */
    public void disable(String reason, String who, Duration timeToLive) {
        operate(BreakerState.DISABLED, reason, who, Objects.requireNonNull(timeToLive, "timeToLive"));
    }

    /**
     * Passes and judges all calls and never opens, until {@link #reset(String, String)}.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     */
    public void metricsOnly(String reason, String who) {
        operate(BreakerState.METRICS_ONLY, reason, who, null);
    }

    /**
     * Passes and judges all calls and never opens for a while; then it is closed, with an empty window.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     * @param timeToLive for how long; zero or less is over at once
     */
    public void metricsOnly(String reason, String who, Duration timeToLive) {
        operate(BreakerState.METRICS_ONLY, reason, who, Objects.requireNonNull(timeToLive, "timeToLive"));
    }

    private void operate(BreakerState kind, String reason, String who, @Nullable Duration timeToLive) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(who, "who");
        State from;
        do {
            from = present();
        } while (!move(from, next.operated(from, kind, reason, who, timeToLive)));
        publish();
    }

    /**
     * Closes for everybody at once, with an empty window, whatever the state.
     *
     * @param reason why, for {@link #explain()}
     * @param who did it
     */
    public void reset(String reason, String who) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(who, "who");
        State from;
        do {
            from = present();
        } while (!move(from, next.afresh(from, "reset by " + who + ": " + reason, false)));
        publish();
    }

    /**
     * The breaker at this moment.
     *
     * @return an immutable value
     */
    public BreakerSnapshot snapshot() {
        return BreakerReport.of(this, present()).snapshot();
    }

    /**
     * Why it is in its state, for people: the state, since when, why, the last error, and what comes next.
     *
     * @return a few lines
     */
    public String explain() {
        return BreakerReport.of(this, present()).explain();
    }

    @Override
    public String toString() {
        return name + ": " + state();
    }
}
