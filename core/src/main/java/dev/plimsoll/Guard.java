package dev.plimsoll;

import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Task;
import dev.plimsoll.call.Work;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The protection around one dependency: everything that its set-up named, around every call, in an order that the
 * library fixes and {@link #describe()} prints.
 *
 * <pre>{@code
 * Guard prices = guards.guard("prices", g -> g
 *         .attemptTimeout(ofSeconds(1))
 *         .retry(Retry.exponential(ofMillis(100)).maxAttempts(3))
 *         .circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofSeconds(30)))
 *         .bulkhead(10));
 * Price price = prices.call(() -> client.priceOf(item));
 * }</pre>
 *
 * <p>What the work throws reaches the caller as it is. What a guard throws itself is unchecked:
 * {@link RejectedException} when no attempt was started, {@link dev.plimsoll.call.TimeoutExceededException} when time ran
 * out while the work was running, {@link dev.plimsoll.call.CallInterruptedException} when the thread was interrupted
 * while the guard was waiting.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. The work runs on the calling thread, unless the bulkhead
 * has a pool of its own.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Guard {

    private final Parts parts;
    private final Description description;
    private final BlockingEngine engine;
    private @Nullable AsyncEngine async; // made when it is first asked for: a second one would do no harm
    private final BlockingEngine rechecked; // of the guard that this one is a view of

    Guard(Parts parts) {
        this.parts = parts;
        this.description = new Description(parts);
        this.engine = new BlockingEngine(parts, true);
        this.rechecked = engine;
    }

    private Guard(Parts parts, BlockingEngine engine, BlockingEngine rechecked) {
        this.parts = parts;
        this.description = new Description(parts);
        this.engine = engine;
        this.rechecked = rechecked;
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
        return engine.call(Objects.requireNonNull(work, "work"), false, null);
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
        return engine.call(Objects.requireNonNull(work, "work"), true, null);
    }

    /**
     * Does work under this guard, or answers otherwise when it is refused.
     *
     * @param work run once per attempt
     * @param refused asked after everything else, when the first or a later attempt was refused by this guard; what it
     *     throws reaches the caller
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returned, or what {@code refused} did
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(
            Work<T, X> work, Function<? super RejectedException, ? extends T> refused) throws X {
        return engine.call(Objects.requireNonNull(work, "work"), false, Objects.requireNonNull(refused, "refused"));
    }

    /**
     * Does work under this guard that returns nothing.
     *
     * @param task run once per attempt
     * @param <X> the checked exception it may throw
     * @throws X as the task does
     */
    public <X extends Exception> void run(Task<X> task) throws X {
        Objects.requireNonNull(task, "task");
        Boolean unused = this.<Boolean, X>call(() -> {
            task.run();
            return Boolean.TRUE;
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
     * @return what the work returned, and how many attempts it took
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> Answer<T> answer(Work<T, X> work) throws X {
        int[] attempts = new int[1];
        T value = engine.<T, X>call(counting(work, attempts), true, null);
        return new Answer<>(value, Answer.Rung.WORK, attempts[0]);
    }

    /**
     * Does work under this guard, or answers otherwise when it is refused, and says how the answer came about.
     *
     * @param work run once per attempt
     * @param refused asked after everything else, when an attempt was refused by this guard
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return the answer, who gave it, and how many attempts it took
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> Answer<T> answer(
            Work<T, X> work, Function<? super RejectedException, ? extends T> refused) throws X {
        Objects.requireNonNull(refused, "refused");
        int[] attempts = new int[1];
        boolean[] asked = new boolean[1];
        T value = engine.<T, X>call(counting(work, attempts), true, rejection -> {
            asked[0] = true;
            return refused.apply(rejection);
        });
        return new Answer<>(value, asked[0] ? Answer.Rung.REFUSED : Answer.Rung.WORK, attempts[0]);
    }

    /**
     * Does asynchronous work under this guard: the same gates in the same order as for {@link #call(Work)}, and no thread
     * waits. What goes wrong is in the future, unwrapped, and never thrown from here.
     *
     * <p>The work is begun on the calling thread, unless the bulkhead has a pool of its own; later attempts begin on the
     * thread that completed the stage before, or, after a pause or a wait, on the executor of {@link
     * GuardsBuilder#executor}. Wherever that is, what the caller was inside of is there too. Nothing of the user's runs on
     * the timer thread, except a classifier's judgement of a timeout.
     *
     * <p>An attempt ends when its stage completes. A timeout ends it earlier, and cancels the stage.
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
        return async().call(work::call, false, null);
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
        return async().call(work::call, true, null);
    }

    /**
     * Does asynchronous work under this guard, or answers otherwise when it is refused; see {@link #callAsync(Work)}.
     *
     * @param work begun once per attempt
     * @param refused asked after everything else, when the first or a later attempt was refused by this guard; what it
     *     throws is in the future
     * @param <T> what it comes to
     * @return completes when the call is over
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Work<? extends CompletionStage<? extends T>, ?> work,
            Function<? super RejectedException, ? extends T> refused) {
        Objects.requireNonNull(work, "work");
        return async().call(work::call, false, Objects.requireNonNull(refused, "refused"));
    }

    private AsyncEngine async() {
        AsyncEngine made = async;
        if (made == null) {
            made = new AsyncEngine(parts);
            async = made;
        }
        return made;
    }

    private static <T extends @Nullable Object, X extends Exception> AttemptWork<T, X> counting(
            Work<T, X> work, int[] attempts) {
        Objects.requireNonNull(work, "work");
        return attempt -> {
            attempts[0] = attempt.number();
            return work.call();
        };
    }

    /**
     * This guard with another way to judge outcomes: same gates, same counters, same name. For adapters that know more
     * about a request than a classifier can see in its outcome.
     *
     * @param classifier judges the outcomes of calls made through the returned guard
     * @return a light view
     */
    public Guard judgedBy(Classifier classifier) {
        Parts view = parts.judgedBy(Objects.requireNonNull(classifier, "classifier"));
        return new Guard(view, new BlockingEngine(view, false), rechecked); // nobody tells a view what changes
    }

    /**
     * The dependency's name.
     *
     * @return as given
     */
    public String name() {
        return parts.name();
    }

    /**
     * Its circuit breaker.
     *
     * @return null when it has none
     */
    public @Nullable CircuitBreaker circuitBreaker() {
        return parts.breaker();
    }

    /**
     * Its bulkhead.
     *
     * @return null when it has none
     */
    public @Nullable Bulkhead bulkhead() {
        return parts.bulkhead();
    }

    /**
     * Adds an observer of everything that happens in this guard.
     *
     * @param observer hears of it from now on
     */
    public void observe(Observer observer) {
        parts.counts().observers().add(observer);
        observersChanged();
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        parts.counts().observers().remove(observer);
        observersChanged();
    }

    /** Looks again at what a call can leave out. */
    void recheck() {
        rechecked.recheck();
    }

    private void observersChanged() {
        recheck();
        if (parts.breaker() != null) {
            parts.breaker().observersChanged();
        }
    }

    /**
     * What protects a call, outermost first.
     *
     * @return such as {@code total timeout 3000 ms → retry → [circuit breaker → bulkhead → attempt timeout → work]}
     */
    public String describe() {
        return description.order();
    }

    /**
     * Why calls are refused or not, for people.
     *
     * @return a few lines
     */
    public String explain() {
        return description.now();
    }

    /**
     * What the set-up allows and is likely not meant.
     *
     * @return a line each; empty when there is nothing to say
     */
    public List<String> warnings() {
        return description.warnings();
    }

    /**
     * The guard at this moment.
     *
     * @return an immutable value
     */
    public GuardSnapshot snapshot() {
        GuardCounts counts = parts.counts();
        Optional<BreakerSnapshot> breaker = Optional.ofNullable(parts.breaker()).map(CircuitBreaker::snapshot);
        Map<Rejection.Reason, Long> refusals = new EnumMap<>(Rejection.Reason.class);
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            if (counts.refused(reason) > 0) {
                refusals.put(reason, counts.refused(reason));
            }
        }
        return new GuardSnapshot(
                name(),
                new GuardSnapshot.Calls(
                        counts.answered(breaker),
                        counts.ended(End.FAILED),
                        counts.ended(End.TIMED_OUT),
                        counts.ended(End.REFUSED),
                        counts.ended(End.CANCELLED)),
                counts.retried(),
                Map.copyOf(refusals),
                counts.stalled(),
                counts.observers().faults(),
                breaker,
                Optional.ofNullable(parts.bulkhead()).map(Bulkhead::snapshot),
                Optional.ofNullable(parts.retries())
                        .map(retries -> retries.budget().snapshot()));
    }

    @Override
    public String toString() {
        return name() + ": " + describe();
    }
}
