package dev.plimsoll;

import dev.plimsoll.breaker.BreakerConfig;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.retry.Retries;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.shed.Throttling;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a guard has of its own and keeps from one configuration to the next: its observers and counts, each of its gates for
 * as long as it is configured, its retry budget. Makes the parts of the guard of these.
 *
 * <p><b>Threading:</b> guarded by the lock of the {@link Guards}; what it hands out is safe for use by any thread.
 */
final class OwnParts {
    /*
     *                  own → own                own → none or shared        none or shared → own
     *   breaker        the same, reconfigured   left, its timer stopped     a new one
     *   other gates    the same, reconfigured   left                        a new one
     *   retry budget   the same; one that is not named is kept even while there is no retry, or a shared budget
     *   answer times   the same while something goes by them, over a window as long; an equal adaptive timeout stays as it is
     *
     * Calls that began before go on with what they began with, and settle there. So what was left stays in use until the
     * last of them is over; bulkheads are remembered until then, for close() has to wait for their work too. That they have
     * nothing under way says nothing: a call that began before may still be on its way in, and wait for its turn at the rate
     * limiter. But it refers to the bulkhead, as does whatever runs in it. So they are remembered weakly, for as long as that.
     *
     * Who counts good calls: the breaker with which a guard was made, if that counts, for as long as it is the guard's, and goes on to do
     * so when the guard is uncounted later on, for calls that began before are counted there. Otherwise the guard itself.
     * So there is one breaker at most to be added to what the guard has counted, and no total ever goes back.
     */
    private final Guards owner;
    private final String name;
    private final GuardsBuilder.Settings settings;
    private final Observers observers;
    private final @Nullable Visits visits;
    private final Set<Bulkhead> left = Collections.newSetFromMap(new WeakHashMap<>());
    private List<Observer> named = List.of();
    private @Nullable CircuitBreaker breaker;
    private @Nullable AdaptiveThrottle throttle;
    private @Nullable RateLimiter rateLimiter;
    private @Nullable ConcurrencyLimit limit;
    private @Nullable Bulkhead bulkhead;
    private @Nullable RetryBudget budget;
    private @Nullable GuardCounts counts;
    private @Nullable Learning learning;
    private @Nullable Hedging hedging;

    OwnParts(Guards owner, String name, GuardsBuilder.Settings settings, List<Observer> ofAllGuards) {
        this.owner = owner;
        this.name = name;
        this.settings = settings;
        this.observers = new Observers(settings.log(), settings.executor());
        this.visits = null;
        ofAllGuards.forEach(observers::add);
    }

    /** Of the guard of one key. Its observers are those of all keys, and not its own to replace. */
    OwnParts(Guards owner, String name, GuardsBuilder.Settings settings, Observers ofAllKeys, Visits visits) {
        this.owner = owner;
        this.name = name;
        this.settings = settings;
        this.observers = ofAllKeys;
        this.visits = visits;
    }

    /** What cannot be changed while the guard lives, a line each. */
    List<String> obstacles(GuardConfig next) {
        Check check = new Check("guard " + name);
        BulkheadConfig other = next.gates().bulkhead().own();
        if (bulkhead != null && other != null) {
            check.part("bulkhead", bulkhead.config().obstacles(other).problems());
        }
        return check.problems();
    }

    /**
     * The parts of a guard that is configured so. There must be no {@link #obstacles}.
     *
     * @throws dev.plimsoll.call.ConfigurationException when an algorithm of the user's does not start, or the classifier
     *     does not say whether it allows hedges; nothing has changed then
     */
    Parts assemble(GuardConfig config) {
        return prepared(config, config.hedges(name)).get();
    }

    /**
     * Does of {@link #assemble} what may fail, and changes nothing yet: it starts the algorithm of a limit, for nothing else
     * runs code of the user's once it is known what the classifier allows.
     *
     * @param hedges what {@link GuardConfig#hedges} has said
     * @return does the rest, under the same lock
     * @throws dev.plimsoll.call.ConfigurationException when an algorithm of the user's does not start
     */
    Supplier<Parts> prepared(GuardConfig config, boolean hedges) {
        Supplier<@Nullable ConcurrencyLimit> atLimit = prepared(config.gates().limit());
        return () -> assemble(config, atLimit.get(), hedges);
    }

    private Parts assemble(GuardConfig config, @Nullable ConcurrencyLimit atLimit, boolean hedges) {
        GateConfigs wanted = config.gates();
        if (visits == null) {
            observers.replace(named, config.observers());
            named = config.observers();
        }
        CircuitBreaker atBreaker = breaker(wanted.breaker());
        GuardCounts counting = counts(config);
        Gates gates = new Gates(
                atBreaker, throttle(wanted.throttle()), rateLimiter(wanted.rateLimiter()), atLimit, bulkhead(config));
        learning = Learning.of(config.times(), settings.time(), learning);
        Timing timing = timing(config.times());
        long blameAfter = Time.nanos(config.times().blameAfter());
        Judge judge = new Judge(
                gates.names(name),
                config.classifier(),
                observers,
                timing.attemptNanos() > 0 ? Math.min(timing.attemptNanos(), blameAfter) : blameAfter);
        Hedging hedged = hedges ? hedging(config) : null;
        hedging = hedged != null ? hedged : hedging; // while there is none its totals stay
        return new Parts(owner, gates, retries(config), timing, judge, counting, settings.carriers(), hedged, visits);
    }

    private Timing timing(GuardConfig.Times times) {
        return new Timing(
                name,
                times.attempt().map(Time::nanos).orElse(0L),
                times.total().map(Time::nanos).orElse(0L),
                times.heartbeat().map(Time::nanos).orElse(0L),
                times.interrupts(),
                settings.refusalsWithStack(),
                times.onLateResult(),
                learning);
    }

    private @Nullable Retries retries(GuardConfig config) {
        return config.retry()
                .map(retry ->
                        new Retries(retry, config.budget().orElseGet(this::ownBudget), settings.time(), observers))
                .orElse(null);
    }

    private @Nullable Hedging hedging(GuardConfig config) {
        Hedging before = hedging;
        boolean retries = config.retry().isPresent();
        long now = settings.time().precise();
        return config.hedge()
                .map(hedge -> Hedging.of(hedge, config.budget().orElseGet(this::ownBudget), retries, before, now))
                .orElse(null);
    }

    private RetryBudget ownBudget() {
        RetryBudget own = budget;
        if (own == null) {
            own = RetryBudget.create(UnaryOperator.identity(), settings.time());
            budget = own;
        }
        return own;
    }

    private Supplier<@Nullable ConcurrencyLimit> prepared(GateChoice<ConcurrencyLimitConfig, ConcurrencyLimit> choice) {
        List<Runnable> changes = new ArrayList<>(1);
        ConcurrencyLimit next = kept(
                limit,
                choice.own(),
                config -> ConcurrencyLimit.create(name, config, settings.time()),
                (own, config) -> changes.add(own.prepared(config)));
        return () -> {
            changes.forEach(Runnable::run);
            limit = next;
            return choice.shared() == null ? next : choice.shared();
        };
    }

    private @Nullable AdaptiveThrottle throttle(GateChoice<Throttling, AdaptiveThrottle> choice) {
        throttle = kept(
                throttle,
                choice.own(),
                next -> AdaptiveThrottle.create(name, any -> next, settings.time()),
                (own, next) -> own.reconfigure(any -> next));
        return choice.shared() == null ? throttle : choice.shared();
    }

    private @Nullable RateLimiter rateLimiter(GateChoice<RateLimit, RateLimiter> choice) {
        rateLimiter = kept(
                rateLimiter,
                choice.own(),
                next -> RateLimiter.create(name, any -> next, settings.time()),
                (own, next) -> own.reconfigure(any -> next));
        return choice.shared() == null ? rateLimiter : choice.shared();
    }

    Observers observers() {
        return observers;
    }

    /** Null for one that is left: it has no timer, and whoever is inside settles it. */
    private static <C, G> @Nullable G kept(
            @Nullable G own, @Nullable C next, Function<C, G> made, BiConsumer<G, C> changed) {
        if (next == null) {
            return null;
        }
        if (own == null) {
            return made.apply(next);
        }
        changed.accept(own, next);
        return own;
    }

    private @Nullable CircuitBreaker breaker(GateChoice<BreakerConfig, CircuitBreaker> choice) {
        BreakerConfig next = choice.own();
        CircuitBreaker own = breaker;
        if (next != null && own != null) {
            own.reconfigure(isCounter(own) ? next.counting() : next);
        } else if (next != null) {
            breaker = new CircuitBreaker(name, next, settings.time(), observers);
        } else if (own != null) {
            own.close();
            breaker = null;
        }
        return choice.shared() == null ? breaker : choice.shared();
    }

    private boolean isCounter(CircuitBreaker own) {
        return counts != null && counts.counter() == own;
    }

    private GuardCounts counts(GuardConfig config) {
        CircuitBreaker own = breaker;
        boolean byBreaker = config.counted() && own != null && own.config().counted();
        GuardCounts before =
                counts != null ? counts : new GuardCounts(name, settings.time(), observers, byBreaker ? own : null);
        GuardCounts next = before.by(own != null && before.counter() == own, config.counted());
        counts = next;
        return next;
    }

    private @Nullable Bulkhead bulkhead(GuardConfig config) {
        GateChoice<BulkheadConfig, Bulkhead> choice = config.gates()
                .bulkhead()
                .map(given -> given.forAttemptsOf(config.times().attempt()));
        BulkheadConfig next = choice.own();
        Bulkhead own = bulkhead;
        if (next != null && own != null) {
            own.reconfigure(next);
        } else if (next != null) {
            bulkhead = Bulkhead.create(name, next, settings.time(), observers);
        } else if (own != null) {
            left.add(own);
            bulkhead = null;
        }
        return choice.shared() == null ? bulkhead : choice.shared();
    }

    /** Tells the observers and the log. */
    void tell(Event change) {
        observers.tellTransition(change);
    }

    /** Observers were added or removed. */
    void observersChanged() {
        if (breaker != null) {
            breaker.observersChanged();
        }
    }

    /** Whether nothing that matters is lost with it, when no call is inside. */
    boolean isForgettable() {
        RateLimiterSnapshot rate = rateLimiter == null ? null : rateLimiter.snapshot();
        boolean full = rate == null || rate.available() >= rate.limit().capacity();
        boolean quiet = throttle == null || throttle.snapshot().overloads() == 0;
        boolean unspent = budget == null || budget.snapshot().retries() == 0;
        return full
                && quiet
                && unspent
                && (limit == null || limit.isForgettable())
                && (breaker == null || breaker.isForgettable())
                && areEmpty(bulkheads());
    }

    /** Without a stream: this is asked for each key that is idle, a million of them perhaps. */
    private static boolean areEmpty(List<Bulkhead> bulkheads) {
        for (Bulkhead each : bulkheads) {
            if (each.snapshot().active() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Ends what is its own. */
    void close() {
        bulkheads().forEach(Bulkhead::close);
        if (breaker != null) {
            breaker.close();
        }
    }

    /** Its own bulkheads, those included that calls may still be in which began before they were left. */
    List<Bulkhead> bulkheads() {
        List<Bulkhead> all = new ArrayList<>(left);
        if (bulkhead != null) {
            all.add(bulkhead);
        }
        return all;
    }
}
