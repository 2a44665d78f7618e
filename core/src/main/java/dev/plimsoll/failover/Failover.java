package dev.plimsoll.failover;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a primary, and when that refuses or fails its backups, one after the other in a fixed order. Each is whatever it was
 * named as: a client, or a guard with its client, so that each has its own circuit breaker.
 *
 * <pre>{@code
 * Failover<Site> prices = Failover.create("prices", f -> f
 *         .primary("east", new Site(eastGuard, east))
 *         .backup("west", new Site(westGuard, west)));
 * Price price = prices.call(site -> site.guard().call(() -> site.client().priceOf(item)));
 * }</pre>
 *
 * <p>It goes on after a refusal, which another guard's always is here, and after failures that may be repeated; the caller's
 * mistake, an {@link Error}, an interruption and a cancellation end the call. Every call begins with the primary: whether
 * that is well again its own circuit breaker decides, whose refusal costs next to nothing. Nobody is asked after the current
 * {@linkplain dev.plimsoll.call.Deadline deadline}. When nobody answers the caller gets the last real failure, or, where
 * nobody was reached, the last refusal; the errors before it are in {@link FailedOver} and, a few of them, suppressed in
 * it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; targets are asked on the calling one, and asynchronously on the
 * one that completed the stage before.
 *
 * @param <C> what is asked
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Failover<C> {
    /*
     *   primary ── refused, or failed so that it may be repeated ──▶ backup 1 ──▶ backup 2 … ──▶ the last real failure
     *      │                                                            │
     *      ├── a good answer: it is that of the call ◀──────────────────┤
     *      └── must not be repeated, interrupted: the caller gets that ◀┘
     *
     * There is no state that says where it is: a memory of who was well would have to be kept right, and the circuit breakers
     * do that already. `plan` is immutable and read once per call.
     */

    private final String name;
    private final Time time;
    private final Observers observers = new Observers(null);
    private volatile Plan<C> plan;

    private Failover(String name, Plan<C> plan, Time time) {
        this.name = name;
        this.plan = plan;
        this.time = time;
    }

    /**
     * A failover on the real time.
     *
     * @param name what its refusals and events call it: 1 to 64 letters, digits, dots, underscores or hyphens
     * @param setup names the primary and the backups
     * @param <C> what is asked
     * @return a new failover
     * @throws ConfigurationException with all that is wrong
     */
    public static <C> Failover<C> create(String name, UnaryOperator<FailoverBuilder<C>> setup) {
        return create(name, setup, Time.system());
    }

    /**
     * A failover on a time of its own.
     *
     * @param name what its refusals and events call it: 1 to 64 letters, digits, dots, underscores or hyphens
     * @param setup names the primary and the backups
     * @param time what asynchronous calls are timed by; the deadlines of its callers must be of the same
     * @param <C> what is asked
     * @return a new failover
     * @throws ConfigurationException with all that is wrong
     */
    public static <C> Failover<C> create(String name, UnaryOperator<FailoverBuilder<C>> setup, Time time) {
        ConfigurationException.Check check = new ConfigurationException.Check("failover " + name);
        check.name(name);
        check.given("time", time);
        return new Failover<>(name, planned(check, setup), time);
    }

    private static <C> Plan<C> planned(ConfigurationException.Check check, UnaryOperator<FailoverBuilder<C>> setup) {
        FailoverBuilder<C> builder = check.applied("setup", setup, new FailoverBuilder<>());
        if (builder != null) {
            builder.check(check);
        }
        check.done();
        return Objects.requireNonNull(builder).plan();
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
     * Asks the primary, or else a backup.
     *
     * @param ask asked of one after the other
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return the first good answer
     * @throws X as the last one did that was reached
     * @throws RejectedException when all have refused, or the time was up before the primary was asked
     */
    public <T extends @Nullable Object, X extends Exception> T call(Ask<? super C, T, X> ask) throws X {
        return answer(ask).value();
    }

    /**
     * Asks the primary, or else a backup, and says who answered.
     *
     * @param ask asked of one after the other
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return the first good answer, and whose it is
     * @throws X as the last one did that was reached
     * @throws RejectedException when all have refused, or the time was up before the primary was asked
     */
    public <T extends @Nullable Object, X extends Exception> TargetAnswer<T> answer(Ask<? super C, T, X> ask) throws X {
        Objects.requireNonNull(ask, "ask");
        Passage<C> passage = new Passage<>(name, plan, observers);
        Target<C> target = passage.next();
        while (target != null) {
            Throwable error = null;
            T value = null;
            try {
                value = ask.of(target.client());
            } catch (Throwable thrown) {
                error = thrown;
            }
            if (passage.isOver(target, new Outcome(value, error))) {
                return Failover.<C, T, X>ended(passage, target, new Outcome(value, error));
            }
            // Who was interrupted wants no more, even where the one that was asked has made something else of it.
            target = Thread.currentThread().isInterrupted() ? null : passage.next();
        }
        return Failover.<C, T, X>ended(passage, null, passage.end());
    }

    /** The value, or the error of the asking, whatever its type. */
    @SuppressWarnings({"unchecked", "NullAway"}) // value and error are those of the asking
    private static <C, T extends @Nullable Object, X extends Exception> TargetAnswer<T> ended(
            Passage<C> passage, @Nullable Target<C> last, Outcome outcome) throws X {
        Throwable error = outcome.error();
        if (error == null) {
            passage.tell(last == null ? null : last.name());
            return passage.answer((T) outcome.value(), last);
        }
        passage.explained(error);
        passage.tell(null);
        if (error instanceof Error ofJvm) {
            throw ofJvm;
        }
        throw (X) error;
    }

    /**
     * Asks the primary, or else a backup, asynchronously: the same in the same order as {@link #call(Ask)}, and no thread waits.
     * What goes wrong is in the future, unwrapped, and never thrown from here.
     *
     * <p>The primary is asked on the calling thread, a backup on the one that completed the stage before, with what the caller
     * was inside of. A stage is waited for until the current deadline, which ends it as a timeout. To cancel the future, or to
     * complete it in any other way, cancels the stage that is waited for, and nobody else is asked.
     *
     * @param ask asked of one after the other; a stage that is null is a failure
     * @param <T> what it comes to
     * @return completes with the first good answer
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        return this.<T, T>begin(ask, TargetAnswer::value);
    }

    /**
     * Asks the primary, or else a backup, asynchronously, and says who answered; see {@link #callAsync(Ask)}.
     *
     * @param ask asked of one after the other
     * @param <T> what it comes to
     * @return completes with the first good answer, and whose it is
     */
    public <T extends @Nullable Object> CompletableFuture<TargetAnswer<T>> answerAsync(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        return this.<T, TargetAnswer<T>>begin(ask, answer -> answer);
    }

    private <T extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> begin(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask, Function<TargetAnswer<T>, R> shape) {
        Objects.requireNonNull(ask, "ask");
        Passage<C> passage = new Passage<>(name, plan, observers);
        return new AsyncFailover<C, T, R>(name, passage, ask, shape, time, observers).begin();
    }

    /**
     * Names the targets anew while it is in use. Calls under way go on as they began; who stays keeps its counts. Observers are
     * told by {@link Event.Reconfigured}; an equal configuration changes nothing and is not told.
     *
     * @param setup names the whole configuration, as at creation
     * @throws ConfigurationException with all that is wrong; nothing has changed then
     */
    public void reconfigure(UnaryOperator<FailoverBuilder<C>> setup) {
        Plan<C> next = planned(new ConfigurationException.Check("failover " + name), setup);
        List<String> changes;
        synchronized (observers) {
            changes = next.changesFrom(plan);
            if (!changes.isEmpty()) {
                plan = next.following(plan);
            }
        }
        if (!changes.isEmpty()) {
            observers.tell(new Event.Reconfigured(name, changes, time.wall()));
        }
    }

    /**
     * Adds an observer.
     *
     * @param observer hears of each {@link FailedOver} from now on
     */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    /**
     * What its targets have done so far.
     *
     * @return an immutable value
     */
    public FailoverSnapshot snapshot() {
        return new FailoverSnapshot(
                name, plan.targets().stream().map(Target::snapshot).toList());
    }

    @Override
    public String toString() {
        return name + ": " + String.join(" → ", plan.names());
    }
}
