package dev.plimsoll;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Task;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The protection around one dependency: everything that its set-up named, around every call, in an order that the
 * library fixes and {@link #describe()} prints.
 *
 * <pre>{@code
 * Guard prices = guards.guard("prices", g -> g
 *         .attemptTimeout(ofSeconds(1))
 *         .retry(Retry.exponential(ofMillis(100)).maxAttempts(3))
 *         .circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofSeconds(30))).bulkhead(10));
 * Price price = prices.call(() -> client.priceOf(item));
 * }</pre>
 *
 * <p>What the work throws reaches the caller as it is. What a guard throws itself is unchecked: {@link RejectedException} when
 * no attempt was started, {@link dev.plimsoll.call.TimeoutExceededException} when time ran out while the work was running,
 * {@link dev.plimsoll.call.CallInterruptedException} when the thread was interrupted while the guard was waiting.
 *
 * <p><b>Threading:</b> safe for any number of threads. The work runs on the caller's own, unless the bulkhead has a pool.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Guard {

    private final Guards owner;
    private final String name;
    private final InForce inForce;

    Guard(Guards owner, String name, InForce inForce) {
        this.owner = owner;
        this.name = name;
        this.inForce = inForce;
    }

    /** Calls that begin from now on go through this; called by the owner, under its lock. */
    void become(Assembly next) {
        inForce.become(next);
        observersChanged(); // who came while it was made has told the one before
    }

    /**
     * Does work under this guard.
     *
     * @param work run once per attempt
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(Work<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        return inForce.entered().engine().call(work, false, null);
    }

    /**
     * Does work under this guard that wants to know about its attempt.
     *
     * @param work run once per attempt
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(AttemptWork<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        return inForce.entered().engine().call(work, true, null);
    }

    /**
     * Does work under this guard, or answers otherwise when it is refused.
     *
     * @param work run once per attempt
     * @param refused asked last, when an attempt was refused by this guard; what it throws reaches the caller
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned, or what {@code refused} did
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(
            Work<T, X> work, Function<? super RejectedException, ? extends T> refused) throws X {
        Objects.requireNonNull(work, "work");
        Instead<T> instead = Instead.ofRefusal(refused);
        return inForce.entered().engine().call(work, false, instead);
    }

    /**
     * Does work under this guard, or asks a fallback.
     *
     * @param work run once per attempt
     * @param fallback asked after everything else; it remembers what the work answers well
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned, or a rung of the fallback
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(Work<T, X> work, Fallback<T> fallback) throws X {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(fallback, "fallback");
        Rungs<T> rungs = new Rungs<>(fallback);
        Assembly now = inForce.entered();
        return now.engine().call(work, false, rungs.of(now.parts()));
    }

    /**
     * Does work under this guard that returns nothing.
     *
     * @param task run once per attempt
     * @param <X> the checked exception it may throw
     * @throws X as the task does
     */
    @SuppressWarnings("NullAway") // what is null may be so: it is a Void
    public <X extends Exception> void run(Task<X> task) throws X {
        Objects.requireNonNull(task, "task");
        Void unused = this.<@Nullable Void, X>call(() -> {
            task.run();
            return null; // no predicate is asked about that
        });
    }

    /**
     * Does work under this guard that throws no checked exception. Also the form for Kotlin, which knows none.
     *
     * @param supplier run once per attempt
     * @param <T> what it returns
     * @return what the supplier returned
     */
    public <T extends @Nullable Object> T get(Supplier<T> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return this.<T, RuntimeException>call(supplier::get);
    }

    /**
     * Does work under this guard, and says how the answer came about.
     *
     * @param work run once per attempt
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned, after how many attempts, and by which leg of the last one
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> Answer<T> answer(Work<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        return Answer.by(inForce, work, null);
    }

    /**
     * Does work under this guard, or answers otherwise when it is refused, and says how the answer came about.
     *
     * @param work run once per attempt
     * @param refused asked last, when an attempt was refused by this guard
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return the answer, who gave it, after how many attempts, and by which leg of the last one
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> Answer<T> answer(
            Work<T, X> work, Function<? super RejectedException, ? extends T> refused) throws X {
        Objects.requireNonNull(work, "work");
        return Answer.by(inForce, work, Instead.ofRefusal(refused));
    }

    /**
     * Does work under this guard, or asks a fallback, and says how the answer came about.
     *
     * @param work run once per attempt
     * @param fallback asked after everything else
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return the answer, which rung gave it, after how many attempts, and by which leg of the last one
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> Answer<T> answer(Work<T, X> work, Fallback<T> fallback)
            throws X {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(fallback, "fallback");
        return Answer.by(inForce, work, new Rungs<>(fallback));
    }

    /**
     * Does asynchronous work under this guard: the same gates in the same order as for {@link #call(Work)}, and no thread
     * waits. What goes wrong is in the future, unwrapped, and never thrown from here.
     *
     * <p>The work is begun on the calling thread, unless the bulkhead has a pool of its own; later attempts begin on the
     * thread that completed the stage before, or, after a pause or a wait, on the executor of {@link
     * GuardsBuilder#executor}. Wherever that is, what the caller was inside of is there too. Nothing of the user's runs on the
     * timer thread, except what a classifier and a {@link dev.plimsoll.limit.LimitAlgorithm} make of a timeout, and what is left
     * to do where no thread can be started. An attempt ends when its stage completes. A timeout ends it earlier, and cancels it.
     *
     * <p>To cancel the returned future, or to complete it in any other way, stops the call: the stage is cancelled, no
     * further attempt is made, permits are settled as IGNORED. That holds for the returned future itself, not for its
     * dependents: to cancel {@code future.thenApply(…)} stops nothing. A stage that is cancelled from within ends the
     * attempt with that {@link java.util.concurrent.CancellationException}, and so the call.
     *
     * @param work begun once per attempt; a stage that is null is a failure
     * @param <T> what it comes to
     * @return completes when the call is over
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Work<? extends CompletionStage<? extends T>, ?> work) {
        Objects.requireNonNull(work, "work");
        return inForce.entered().async().call(work, false, null);
    }

    /**
     * Does asynchronous work under this guard that wants to know about its attempt; see {@link #callAsync(Work)}.
     *
     * @param work begun once per attempt
     * @param <T> what it comes to
     * @return completes when the call is over
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            AttemptWork<? extends CompletionStage<? extends T>, ?> work) {
        Objects.requireNonNull(work, "work");
        return inForce.entered().async().call(work, true, null);
    }

    /**
     * Does asynchronous work under this guard, or answers otherwise when it is refused; see {@link #callAsync(Work)}.
     *
     * @param work begun once per attempt
     * @param refused asked last, when an attempt was refused by this guard; what it throws is in the future
     * @param <T> what it comes to
     * @return completes when the call is over
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Work<? extends CompletionStage<? extends T>, ?> work,
            Function<? super RejectedException, ? extends T> refused) {
        Objects.requireNonNull(work, "work");
        Instead<T> instead = Instead.ofRefusal(refused);
        return inForce.entered().async().call(work, false, instead);
    }

    /**
     * Does asynchronous work under this guard, or asks a fallback; see {@link #callAsync(Work)} and {@link Fallback}.
     *
     * @param work begun once per attempt
     * @param fallback asked after everything else; what would keep a thread is asked on the guards' executor
     * @param <T> what it comes to
     * @return completes when the call is over
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Work<? extends CompletionStage<? extends T>, ?> work, Fallback<T> fallback) {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(fallback, "fallback");
        Rungs<T> rungs = new Rungs<>(fallback);
        Assembly now = inForce.entered();
        return now.async().call(work, false, rungs.of(now.parts()));
    }

    /**
     * This guard with another way to judge outcomes: same gates, same counters, same name. For adapters that know more
     * about a request than a classifier can see in its outcome.
     *
     * @param classifier judges the outcomes of calls made through the returned guard; asked now whether it allows hedges
     * @return a light view
     */
    public Guard judgedBy(Classifier classifier) {
        return new Guard(owner, name, inForce.judgedBy(name, Objects.requireNonNull(classifier, "classifier")));
    }

    /**
     * Configures this guard anew while it is in use. It stays the same object, with the same observers and counts. Calls
     * that begin after this has returned go by the new configuration; calls that began before go on to their end, retries
     * included, as they began, but for what is changed in place: a gate or a retry budget of its own stays the same object,
     * and with it who is inside, who waits and what was counted. A gate that is not named any more is left by new calls, and
     * one that is named anew begins anew. Observers that were named before are replaced by those that are named now; those
     * that were {@linkplain #observe added} stay. Observers and the log are told by {@link
     * dev.plimsoll.call.Event.Reconfigured}. An equal configuration changes nothing and is not told.
     *
     * @param setup names the whole configuration, as at creation: what it does not name is as by default
     * @throws dev.plimsoll.call.ConfigurationException listing everything that is wrong; nothing has changed then. On whose
     *     threads its own bulkhead runs the work cannot change
     * @throws IllegalStateException when the guards are closed
     * @throws UnsupportedOperationException when it was found by a key: see {@link KeyedGuards#reconfigure}
     */
    public void reconfigure(UnaryOperator<GuardBuilder> setup) {
        if (inForce.key() != null) {
            throw new UnsupportedOperationException(name + " is set up with those of all keys: reconfigure these");
        }
        owner.reconfigure(name, Objects.requireNonNull(setup, "setup"));
    }

    /** {@return the dependency's name, as given} */
    public String name() {
        return name;
    }

    /** {@return its circuit breaker; null when it has none} */
    public @Nullable CircuitBreaker circuitBreaker() {
        return inForce.now().parts().breaker();
    }

    /** {@return its adaptive throttle; null when it has none} */
    public @Nullable AdaptiveThrottle adaptiveThrottle() {
        return inForce.now().parts().gates().throttle();
    }

    /** {@return its rate limiter; null when it has none} */
    public @Nullable RateLimiter rateLimiter() {
        return inForce.now().parts().gates().rateLimiter();
    }

    /** {@return its concurrency limit; null when it has none} */
    public @Nullable ConcurrencyLimit concurrencyLimit() {
        return inForce.now().parts().gates().limit();
    }

    /** {@return its bulkhead; null when it has none} */
    public @Nullable Bulkhead bulkhead() {
        return inForce.now().parts().bulkhead();
    }

    /**
     * Adds an observer of everything that happens in this guard; of one that was found by a key, in those of all keys.
     *
     * @param observer hears of it from now on; of changes only, if it is a {@link dev.plimsoll.call.ChangeObserver}
     */
    public void observe(Observer observer) {
        if (inForce.observe(observer)) {
            observersChanged();
        }
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        if (inForce.forget(observer)) {
            observersChanged();
        }
    }

    Time time() {
        return owner.time();
    }

    long stalledCalls() {
        return inForce.now().parts().counts().stalledCalls();
    }

    /** Looks again at what a call can leave out. */
    void recheck() {
        inForce.recheck();
    }

    private void observersChanged() {
        CircuitBreaker breaker = circuitBreaker();
        if (breaker != null) {
            breaker.observersChanged();
        }
    }

    /** {@return what protects a call, outermost first, such as {@code [circuit breaker (…) → bulkhead of 10 → work]}} */
    public String describe() {
        return inForce.now().description().order();
    }

    /** {@return why calls are refused or not, for people, in a few lines} */
    public String explain() {
        return inForce.now().description().now();
    }

    /** {@return what the set-up allows and is likely not meant, a line each} */
    public List<String> warnings() {
        return inForce.now().description().warnings();
    }

    /** {@return the guard at this moment, as an immutable value} */
    public GuardSnapshot snapshot() {
        return inForce.now().description().snapshot();
    }

    @Override
    public String toString() {
        return name() + ": " + describe();
    }
}
