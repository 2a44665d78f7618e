package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.Episode;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.breaker.State.Ramping;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Permit;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Counts;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What users and operators see of {@link CircuitBreaker}, which is its state machine.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; no method blocks.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
abstract sealed class BreakerFront implements Gate permits CircuitBreaker {

    private static final long COARSE_ENOUGH = Duration.ofMillis(20).toNanos();

    final String name;
    final BreakerConfig config;
    final Time time;
    final Observers observers;
    final BreakerTally tally;
    final NextState next;
    private final BreakerAlarm alarm;
    private final boolean precise;
    private final boolean timed;
    private final boolean windowed;

    BreakerFront(String name, BreakerConfig config, Time time, Observers observers) {
        this.name = name;
        this.config = config;
        this.time = time;
        this.observers = observers;
        this.tally = new BreakerTally(config.countsGood());
        this.next = new NextState(config, time, tally);
        this.alarm = new BreakerAlarm(this, time);
        this.precise = Evidence.slowerThan(config) < COARSE_ENOUGH;
        this.timed = Evidence.slowerThan(config) != Long.MAX_VALUE;
        this.windowed = config.hasWindow() && config.horizon() instanceof BreakerConfig.Horizon.LastTime;
    }

    /** What it is in at this moment; a wait that is over is noticed by the next call, or by the timer. */
    abstract State present();

    /** Ends an episode. True when this thread has won. */
    abstract boolean move(State from, State to);

    /** Does what time alone demands, if that episode still lasts; called by the timer. */
    abstract void wake(State.Episode armed);

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
        CircuitBreakerBuilder builder = check.applied("setup", setup, new CircuitBreakerBuilder());
        if (builder != null) {
            builder.check(check);
        }
        check.given("time", time);
        check.done();
        return new CircuitBreaker(name, Objects.requireNonNull(builder).build(), time, new Observers(null));
    }

    @Override
    public long clock() {
        return precise ? time.precise() : time.coarse();
    }

    /**
     * The clock at the start of the work, where the time that it takes means something to this breaker.
     *
     * @return an instant, or anything
     */
    public long clockAtStart() {
        return timed ? clock() : 0;
    }

    /**
     * The clock at the end of good work, where it means something to this breaker.
     *
     * @return an instant, or anything
     */
    public long clockAtEnd() {
        return timed || windowed ? clock() : 0;
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
     * How it is set up.
     *
     * @return an immutable value
     */
    public BreakerConfig config() {
        return config;
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
        Permit permit = enter() instanceof Admission.Leave leave ? new Permit(this, leave) : null;
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
        return snapshot(present());
    }

    private BreakerSnapshot snapshot(State now) {
        long at = time.precise();
        Evidence evidence = now.evidence();
        Counts window = evidence == null ? Counts.NONE : evidence.window(at);
        Counts total = tally.total(evidence);
        BreakerSnapshot.Judged judged = new BreakerSnapshot.Judged(
                evidence == null ? 0 : evidence.streak(),
                window.total(),
                window.allFailed(),
                window.allSlow(),
                total.good() + total.slow(),
                total.allFailed(),
                now instanceof HalfOpen half ? half.live().size() : 0,
                tally.orphans());
        Episode episode = now.episode();
        return new BreakerSnapshot(
                name,
                episode.kind(),
                episode.sequence(),
                episode.wall(),
                at - episode.since(),
                episode.reason(),
                now instanceof Open open
                        ? Optional.of(Duration.ofNanos(Math.max(0, open.until() - at)))
                        : Optional.empty(),
                admitting(now, at),
                judged,
                Optional.ofNullable(lastError()).map(BreakerFront::described));
    }

    private static double admitting(State now, long at) {
        if (now instanceof Ramping ramping) {
            return ramping.admitting(at);
        }
        boolean passes = now instanceof Closed
                || (now instanceof Operated && now.episode().kind() != BreakerState.FORCED_OPEN);
        return passes ? 1 : 0;
    }

    private static String described(Throwable error) {
        String message;
        try {
            message = error.getMessage();
        } catch (RuntimeException e) {
            message = "(its message cannot be read)";
        }
        String type = error.getClass().getName();
        return message == null ? type : type + ": " + message;
    }

    /**
     * Why it is in its state, for people: the state, since when, why, the last error, and what comes next.
     *
     * @return a few lines
     */
    public String explain() {
        State state = present();
        BreakerSnapshot now = snapshot(state);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s since %s (%.1f s): %s",
                name,
                now.state(),
                now.since(),
                now.sinceNanos() / 1e9,
                now.reason()));
        if (state instanceof Operated operated) {
            text.append("\n  by ").append(operated.who());
        }
        if (now.admitting() > 0 && now.admitting() < 1) {
            text.append("\n  admitting: ")
                    .append(Math.round(100 * now.admitting()))
                    .append(" %");
        }
        now.lastError().ifPresent(error -> text.append("\n  last error: ").append(error));
        now.nextProbeIn().ifPresent(in -> text.append("\n  next probe ").append(nextProbe(in)));
        return text.toString();
    }

    private static String nextProbe(Duration in) {
        return in.isZero()
                ? "with the next call: the wait is over"
                : String.format(Locale.ROOT, "in %.1f s", Math.ceil(in.toNanos() / 1e8) / 10);
    }

    @Override
    public String toString() {
        return name + ": " + state();
    }
}
