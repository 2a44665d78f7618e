package dev.plimsoll.failover;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualThreads;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks several replicas the same at once, and answers with what more than half of them agree on: against replicas that answer
 * wrongly, out of date or with damaged data, which no circuit breaker sees.
 *
 * <pre>{@code
 * Voting<Client, Price> prices = Voting.create("prices", replicas, v -> v.ask(3));
 * Price price = prices.call(client -> client.priceOf(item));
 * }</pre>
 *
 * <p>It answers as soon as the majority is there, and stops asking the others. A replica that fails or refuses is a vote for
 * nothing; when no majority is possible any more it throws {@link NoMajorityException} at once, with all the votes. Who
 * dissents from the majority is named, and that is a failure of the replica: who goes on lying is {@linkplain Replicas
 * ejected}. Where there is no majority nobody knows who is right, and no answer counts.
 *
 * <p>More than half of those that are to be asked must agree, also where fewer are there. Replicas that are away are asked
 * only where without them there could be no majority.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 *
 * @param <C> what is asked
 * @param <T> what it answers; may be null
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Voting<C, T extends @Nullable Object> {

    final Observers observers = new Observers(null);
    final VotingTally tally = new VotingTally();
    final Time time;
    private final String name;
    private final Replicas<C> replicas;
    private final Executor virtualThreads;
    private volatile VotingConfig<T> config;

    private Voting(String name, Replicas<C> replicas, VotingConfig<T> config) {
        this.name = name;
        this.replicas = replicas;
        this.config = config;
        this.time = replicas.time();
        this.virtualThreads =
                task -> VirtualThreads.unstarted("plimsoll-" + name, task).start();
    }

    /**
     * A voting among replicas, on their time.
     *
     * @param name what its errors and events call it: 1 to 64 letters, digits, dots, underscores or hyphens
     * @param replicas who is asked; others may ask them as well
     * @param setup names what differs from the defaults
     * @param <C> what is asked
     * @param <T> what it answers
     * @return a new voting
     * @throws dev.plimsoll.call.ConfigurationException with all that is wrong; also when there are no virtual threads, no
     *     executor was named, and not that it is for asynchronous votes only
     */
    public static <C, T extends @Nullable Object> Voting<C, T> create(
            String name, Replicas<C> replicas, UnaryOperator<VotingConfig<T>> setup) {
        Check check = new Check("voting " + name);
        check.name(name);
        check.given("replicas", replicas);
        return new Voting<>(name, replicas, checked(check, setup, VirtualThreads.exist()));
    }

    static <T extends @Nullable Object> VotingConfig<T> checked(
            Check check, UnaryOperator<VotingConfig<T>> setup, boolean hasVirtualThreads) {
        VotingConfig<T> config = check.applied("setup", setup, VotingConfig.<T>defaults());
        if (config != null) {
            config.check(check, hasVirtualThreads);
        }
        check.done();
        return Objects.requireNonNull(config);
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
     * How it is configured now.
     *
     * @return what the last {@link #reconfigure} made of it
     */
    public VotingConfig<T> config() {
        return config;
    }

    /**
     * Asks for a vote, and waits for the majority.
     *
     * @param ask asked of several at once, on the threads of the executor, with the deadline and whatever else the caller is
     *     inside of; who is not waited for any more is interrupted
     * @return what the majority answers
     * @throws NoMajorityException when there is none; what the replicas have thrown is in its votes
     * @throws RejectedException DEADLINE_EXPIRED when the time was up before
     * @throws dev.plimsoll.call.TimeoutExceededException when the current deadline comes before the majority
     * @throws CallInterruptedException when the thread is interrupted while it waits; the flag is set
     * @throws IllegalStateException when the voting is {@linkplain VotingConfig#asyncOnly asynchronous only}
     */
    public T call(Ask<? super C, ? extends T, ?> ask) {
        return answer(ask).value();
    }

    /**
     * Asks for a vote, waits for the majority, and says who agreed and who did not; see {@link #call(Ask)}.
     *
     * @param ask asked of several at once
     * @return what the majority answers, and who it is
     */
    public VoteAnswer<T> answer(Ask<? super C, ? extends T, ?> ask) {
        Objects.requireNonNull(ask, "ask");
        VotingConfig<T> now = config;
        if (now.isAsyncOnly()) {
            throw new IllegalStateException("voting " + name + " was set up with asyncOnly(): nobody can wait for it");
        }
        VoteCall<C, T, VoteAnswer<T>> call = begin(now, answer -> answer);
        call.askOn(now.executor() == null ? virtualThreads : now.executor(), ask);
        return await(call);
    }

    private <R extends @Nullable Object> VoteCall<C, T, R> begin(
            VotingConfig<T> now, Function<VoteAnswer<T>, R> shape) {
        // Before anybody counts as asked: it runs code of the user's, which may throw.
        Carried carried = Carried.take(List.of(), observers);
        return new VoteCall<>(this, now, carried, replicas.begin(now.voters(), now.majority()), shape);
    }

    private VoteAnswer<T> await(VoteCall<C, T, VoteAnswer<T>> call) {
        Thread me = Thread.currentThread();
        CompletableFuture<VoteAnswer<T>> unused = call.whenComplete((answer, error) -> time.unpark(me));
        long now = time.precise(); // not when it began: the executor may have taken this thread to ask on
        long until = now + call.deadline().remainingNanos(now);
        boolean interrupted = false;
        while (!call.isDone()) {
            interrupted |= Thread.interrupted();
            boolean over = false;
            if (call.deadline().expired()) {
                over = !call.timeIsUp();
            } else if (interrupted) {
                over = !call.giveUp(new CallInterruptedException(name, "the votes"));
            }
            if (over || call.deadline().isNone()) {
                time.park(call);
            } else {
                time.parkUntil(call, until);
            }
        }
        if (interrupted) {
            me.interrupt();
        }
        return result(call);
    }

    private VoteAnswer<T> result(VoteCall<C, T, VoteAnswer<T>> call) {
        try {
            return call.join();
        } catch (CompletionException wrapped) {
            if (wrapped.getCause() instanceof Error error) {
                throw error;
            }
            if (wrapped.getCause() instanceof RuntimeException error) {
                throw error;
            }
            throw wrapped;
        }
    }

    /**
     * Asks for a vote asynchronously. What goes wrong is in the future, as {@link #call(Ask)} would throw it, and never thrown
     * from here. To cancel the future, or to complete it in any other way, cancels the stages that are waited for.
     *
     * @param ask asked of several, one after the other on this thread; a stage that is null is a failure
     * @return completes with what the majority answers
     */
    public CompletableFuture<T> callAsync(Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        return begin(ask, VoteAnswer::value);
    }

    /**
     * Asks for a vote asynchronously, and says who agreed and who did not; see {@link #callAsync(Ask)}.
     *
     * @param ask asked of several
     * @return completes with what the majority answers, and who it is
     */
    public CompletableFuture<VoteAnswer<T>> answerAsync(Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        return begin(ask, answer -> answer);
    }

    private <R extends @Nullable Object> CompletableFuture<R> begin(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask, Function<VoteAnswer<T>, R> shape) {
        Objects.requireNonNull(ask, "ask");
        VoteCall<C, T, R> call;
        try {
            call = begin(config, shape);
        } catch (RejectedException | Error notAsked) { // the time is up, or an observer has heard who comes back
            return CompletableFuture.failedFuture(notAsked);
        }
        call.askHere(ask);
        if (!call.isDone() && !call.deadline().isNone()) {
            endInTime(call);
        }
        return call;
    }

    private void endInTime(VoteCall<C, T, ?> call) {
        Timer timer = new Timer() {
            private final Delivery delivery = new Delivery(time);
            private final Runnable task = call::timeIsUp;

            @Override
            protected void fire(long lateNanos) {
                delivery.execute(task);
            }
        };
        try {
            time.start(timer, call.deadline().remainingNanos(time.precise()));
        } catch (Throwable noThread) {
            boolean unused = call.giveUp(noThread);
            return;
        }
        CompletableFuture<?> unused = call.whenComplete((value, error) -> timer.cancel());
    }

    /**
     * Configures it anew while it is in use; votes under way go on as they began. Observers are told by
     * {@link Event.Reconfigured}; an equal configuration changes nothing and is not told.
     *
     * @param setup names what differs from the defaults, as at creation
     * @throws dev.plimsoll.call.ConfigurationException with all that is wrong; nothing has changed then
     */
    public void reconfigure(UnaryOperator<VotingConfig<T>> setup) {
        VotingConfig<T> next = checked(new Check("voting " + name), setup, VirtualThreads.exist());
        List<String> changes;
        synchronized (observers) {
            changes = next.changesFrom(config);
            config = next;
        }
        if (!changes.isEmpty()) {
            observers.tell(new Event.Reconfigured(name, changes, time.wall()));
        }
    }

    /**
     * Adds an observer.
     *
     * @param observer hears of each {@link VoteEnded} from now on
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
     * What it has done so far.
     *
     * @return an immutable value
     */
    public VotingSnapshot snapshot() {
        return tally.snapshot(name);
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
