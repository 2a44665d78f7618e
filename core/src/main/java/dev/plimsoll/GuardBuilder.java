package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitBreakerBuilder;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Observer;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.shed.Throttling;
import dev.plimsoll.timeout.AdaptiveTimeout;
import dev.plimsoll.timeout.TimeoutPreset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a guard. Nothing is on unless it is named, except that a retry has a budget.
 *
 * <p>The order in which the parts are named does not matter: the library fixes the order in which they act, and
 * {@link Guard#describe()} prints it. Nothing is checked until the guard is built; then everything that is wrong is
 * reported at once.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class GuardBuilder {

    private Classifier classifier = Classifier.standard();
    private final List<Observer> observers = new ArrayList<>();
    private boolean counted = true;
    private final Check given = new Check("guard");
    private final NamedTimes times = new NamedTimes();
    private final NamedRepeats repeats = new NamedRepeats();
    private final NamedGates gates = new NamedGates(given);

    GuardBuilder() {}

    /**
     * Each attempt may take this long. On the caller's own thread that is a request: the thread is interrupted, and the
     * bound holds for work that obeys; for other work use a bulkhead with its own pool.
     *
     * @param limit longer than zero; default none
     * @return this
     */
    public GuardBuilder attemptTimeout(Duration limit) {
        if (given.given("attemptTimeout", limit)) {
            times.attempt = limit;
            times.adaptive = null;
        }
        return this;
    }

    /**
     * Each attempt may take as long as is usual for its kind of operation; {@link TimeoutPreset#BATCH} may take any time.
     *
     * @param kind its {@link TimeoutPreset#read()} is the limit
     * @return this
     */
    public GuardBuilder attemptTimeout(TimeoutPreset kind) {
        if (given.given("attemptTimeout", kind)) {
            times.attempt = kind.read().orElse(null);
            times.adaptive = null;
        }
        return this;
    }

    /**
     * Each attempt may take as long as the dependency usually does, and a little more. Until enough is known, and for
     * whatever is derived from an attempt timeout, its upper bound is taken.
     *
     * @param limit its bounds, and over which span answers are looked at
     * @return this
     */
    public GuardBuilder attemptTimeout(AdaptiveTimeout limit) {
        if (given.given("attemptTimeout", limit)) {
            times.attempt = limit.most();
            times.adaptive = limit;
        }
        return this;
    }

    /**
     * Attempts that have less time left than half of the dependency's answers took, over the last 30 s or the window of an
     * adaptive timeout, are refused on arrival: HOPELESS, before any work. At most one attempt in five is, so that the
     * others show when the dependency answers faster again; and none until 100 answers are known.
     *
     * @return this
     */
    public GuardBuilder refuseHopeless() {
        times.refusesHopeless = true;
        return this;
    }

    /**
     * The whole call may take this long: all attempts, pauses and waits for permits together.
     *
     * @param limit longer than zero; default none
     * @return this
     */
    public GuardBuilder totalTimeout(Duration limit) {
        if (given.given("totalTimeout", limit)) {
            times.total = limit;
        }
        return this;
    }

    /**
     * Work that gives no sign of life for this long is ended, as by an attempt timeout; for work that may take hours, and
     * says all along that it is alive: {@link dev.plimsoll.call.Attempt#beat()}. Work that never does is ended this long
     * after it has begun.
     *
     * @param limit longer than zero; default none
     * @return this
     */
    public GuardBuilder heartbeatTimeout(Duration limit) {
        if (given.given("heartbeatTimeout", limit)) {
            times.heartbeat = limit;
        }
        return this;
    }

    /**
     * Timeouts do not interrupt the thread that runs the work: its value is dropped if it comes late. For work whose
     * connection an interrupt would close for everybody.
     *
     * @return this
     */
    public GuardBuilder withoutInterrupt() {
        times.interrupts = false;
        return this;
    }

    /**
     * Takes values that came too late for their caller, so that what they hold can be closed.
     *
     * @param taker called on the thread that ran the work; its exceptions are counted, its Errors not swallowed
     * @return this
     */
    public GuardBuilder onLateResult(Consumer<@Nullable Object> taker) {
        if (given.given("onLateResult", taker)) {
            times.onLateResult = taker;
        }
        return this;
    }

    /**
     * An attempt that was ended by the total timeout or an outer deadline is held against the dependency if it ran at
     * least this long, or for the attempt timeout if that is shorter.
     *
     * @param span default 1 s
     * @return this
     */
    public GuardBuilder blameAfter(Duration span) {
        if (given.given("blameAfter", span)) {
            times.blameAfter = span;
        }
        return this;
    }

    /**
     * Tries again. This declares that the work may be repeated, see {@link Retry#nonIdempotent()}.
     *
     * @param retry how often and how soon
     * @return this
     */
    public GuardBuilder retry(Retry retry) {
        if (given.given("retry", retry)) {
            repeats.retry = retry;
        }
        return this;
    }

    /**
     * Runs an attempt that is slower than usual once more beside itself, charged to the retry budget, and takes the answer
     * that comes first. This declares that the work may run twice, at the same time. All but {@code callAsync} need threads
     * for that: Java 21 or newer, or a bulkhead with a pool.
     *
     * @param hedge when, and how often
     * @return this
     */
    public GuardBuilder hedge(Hedge hedge) {
        if (given.given("hedge", hedge)) {
            repeats.hedge = hedge;
        }
        return this;
    }

    /**
     * Charges retries and hedges to this budget, which several guards may share.
     *
     * @param budget default: one of its own, 10 % of the calls and at least 10 per second
     * @return this
     */
    public GuardBuilder retryBudget(RetryBudget budget) {
        if (given.given("retryBudget", budget)) {
            repeats.budget = budget;
        }
        return this;
    }

    /**
     * Puts a circuit breaker with the default settings around each attempt.
     *
     * @return this
     */
    public GuardBuilder circuitBreaker() {
        return circuitBreaker(UnaryOperator.identity());
    }

    /**
     * Puts a circuit breaker around each attempt.
     *
     * @param setup names what differs from the defaults
     * @return this
     */
    public GuardBuilder circuitBreaker(UnaryOperator<CircuitBreakerBuilder> setup) {
        gates.breaker(setup);
        return this;
    }

    /**
     * Puts a circuit breaker around each attempt that other guards use too. It has observers of its own: the guard's hear
     * of calls and refusals, and not of its transitions; add one with {@link CircuitBreaker#observe}.
     *
     * @param shared made by {@code CircuitBreaker.create}: another guard's own ends with that guard, and counts for it
     * @return this
     */
    public GuardBuilder circuitBreaker(CircuitBreaker shared) {
        gates.breaker(shared);
        return this;
    }

    /**
     * Holds back a share of the attempts while the dependency says that it is full: with OVERLOAD, as for HTTP 429 and 503.
     *
     * @param setup names what differs from the defaults; the attempt timeout it knows
     * @return this
     */
    public GuardBuilder adaptiveThrottle(UnaryOperator<Throttling> setup) {
        gates.throttle(setup);
        return this;
    }

    /**
     * Holds back a share of the attempts, by what those of all guards with this throttle have met.
     *
     * @param shared the throttle
     * @return this
     */
    public GuardBuilder adaptiveThrottle(AdaptiveThrottle shared) {
        gates.throttle(shared);
        return this;
    }

    /**
     * So many attempts per span of time, so many at once; each takes one permit, retries as well.
     *
     * @param setup names at least {@code permits}; with {@code maxWait} attempts wait for their turn
     * @return this
     */
    public GuardBuilder rateLimiter(UnaryOperator<RateLimit> setup) {
        gates.rateLimiter(setup);
        return this;
    }

    /**
     * So many attempts per span of time, those of other guards with the same rate limiter included.
     *
     * @param shared the rate limiter
     * @return this
     */
    public GuardBuilder rateLimiter(RateLimiter shared) {
        gates.rateLimiter(shared);
        return this;
    }

    /**
     * As many attempts at once as the dependency can use: a number that is found from how long they take, and from those
     * that it answers with OVERLOAD or that time out. Attempts must be able to time out, or one that hangs says nothing.
     *
     * @param setup names what differs from the defaults
     * @return this
     */
    public GuardBuilder concurrencyLimit(UnaryOperator<ConcurrencyLimitConfig.Builder> setup) {
        gates.limit(setup);
        return this;
    }

    /**
     * As many attempts at once as the dependency can use, those of other guards with the same limit included.
     *
     * @param shared the concurrency limit
     * @return this
     */
    public GuardBuilder concurrencyLimit(ConcurrencyLimit shared) {
        gates.limit(shared);
        return this;
    }

    /**
     * At most so many attempts run at once; others are refused.
     *
     * @param maxConcurrent at least 1
     * @return this
     */
    public GuardBuilder bulkhead(int maxConcurrent) {
        return bulkhead(setup -> setup.maxConcurrent(maxConcurrent));
    }

    /**
     * At most so many attempts run at once.
     *
     * @param setup names how many, how many may wait, and whether they run on threads of their own
     * @return this
     */
    public GuardBuilder bulkhead(UnaryOperator<BulkheadConfig.Builder> setup) {
        gates.bulkhead(setup);
        return this;
    }

    /**
     * At most so many attempts run at once, those of other guards with the same bulkhead included.
     *
     * @param shared the bulkhead
     * @return this
     */
    public GuardBuilder bulkhead(Bulkhead shared) {
        gates.bulkhead(shared);
        return this;
    }

    /**
     * Says what outcomes mean.
     *
     * @param classifier default {@link Classifier#standard()}
     * @return this
     */
    public GuardBuilder classifier(Classifier classifier) {
        if (given.given("classifier", classifier)) {
            this.classifier = classifier;
        }
        return this;
    }

    /**
     * Hears everything that happens in this guard.
     *
     * @param observer added to those named before
     * @return this
     */
    public GuardBuilder observer(Observer observer) {
        if (given.given("observer", observer)) {
            observers.add(observer);
        }
        return this;
    }

    /**
     * Good calls are not counted unless a rule needs it: a few nanoseconds less per call, and no totals in the snapshot.
     *
     * @return this
     */
    public GuardBuilder uncounted() {
        this.counted = false;
        return this;
    }

    GuardConfig build(String name) {
        GuardConfig.Times known = times.build();
        Check check = new Check("guard " + name);
        check.name(name);
        check.all(given);
        known.check(check);
        repeats.check(check);
        gates.check(check, times.attempt);
        check.done();
        return new GuardConfig(
                known,
                Optional.ofNullable(repeats.retry),
                Optional.ofNullable(repeats.budget),
                Optional.ofNullable(repeats.hedge),
                gates.build(times.attempt, counted),
                classifier,
                observers,
                counted);
    }
}
