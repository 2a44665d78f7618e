package dev.plimsoll.failover;

import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One vote, and the future of what it comes to. Whoever completes it from outside gives the vote up: who is still being asked
 * is stopped.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class VoteCall<C, T extends @Nullable Object, R extends @Nullable Object> extends CompletableFuture<R> {
    /*
     *   asking ── a majority agrees ───────────────▶ settled: agreed SUCCESS, dissented FAILURE ─▶ the rest stopped ─▶ the answer
     *      ├───── none is possible any more ───────▶ settled: answers say nothing ───────────────▶ the rest stopped ─▶ NoMajority
     *      └───── time up, interrupted, cancelled ─▶ ditto ──────────────────────────────────────▶ the rest stopped ─▶ that
     *
     * Concurrency: the ballot is closed once; who closes it concludes, alone. A vote that is cast before is in the ballot when
     * it is closed, and is settled by the conclusion; one that comes later settles itself, and says nothing. Who fails settles
     * itself at once: that needs no comparison. Whoever closes the ballot stops all voters, and those that were not asked yet
     * are given back by that.
     *
     * An Error of an observer is in the future. One that comes when the future is complete already, for who votes late or was
     * completed from outside, is thrown to the executor's thread where there is one; a stage swallows what its listener
     * throws, so that where stages are asked it is lost.
     */
    private static final Judgement DISSENT = Judgement.of(Verdict.FAILURE, Repeat.NEVER);

    private final String name;
    private final VotingConfig<T> config;
    private final VotingTally tally;
    private final Observers observers;
    private final Time time;
    private final Function<VoteAnswer<T>, R> shape;
    private final List<Voter<C>> voters;
    private final Ballot<T> ballot;
    private final Deadline deadline = Deadline.current();
    private final long leftNanos;
    private final Carried carried;
    private volatile boolean timeIsUp;

    VoteCall(
            Voting<C, T> voting,
            VotingConfig<T> config,
            Carried carried,
            List<Asked<C>> asked,
            Function<VoteAnswer<T>, R> shape) {
        this.name = voting.name();
        this.config = config;
        this.tally = voting.tally;
        this.observers = voting.observers;
        this.time = voting.time;
        this.shape = shape;
        this.voters = asked.stream().map(Voter::new).toList();
        List<String> names = voters.stream().map(Voter::name).toList();
        this.ballot = new Ballot<>(names, config.majority(), config.equality(), observers);
        this.leftNanos = deadline.remainingNanos(time.precise());
        this.carried = carried;
        CompletableFuture<R> unused = whenComplete((value, error) -> {
            boolean unusedAnswer = giveUp(null);
        });
    }

    Deadline deadline() {
        return deadline;
    }

    // ---------------------------------------------------------------- asking

    /** Asks everybody on the threads of an executor. */
    void askOn(Executor threads, Ask<? super C, ? extends T, ?> ask) {
        concludeIf(ballot.closeIfHopeless());
        for (int i = 0; i < voters.size() && !ballot.isClosed(); i++) {
            int voter = i;
            Runnable task = time.handOver(() -> askedHere(voter, ask));
            try {
                threads.execute(task);
            } catch (Throwable noThread) {
                time.takeBack(task);
                notAsked(voter, noThread); // an executor that fails may have passed it on all the same
            }
        }
    }

    /** On a thread of the executor. Whatever a carrier throws, one that was not asked because of it votes for nobody. */
    private void askedHere(int voter, Ask<? super C, ? extends T, ?> ask) {
        try {
            carried.around(() -> ask(voter, ask));
        } catch (Throwable ofCarrier) {
            notAsked(voter, ofCarrier);
            throw ofCarrier;
        }
    }

    private void notAsked(int voter, Throwable why) {
        if (voters.get(voter).claim()) {
            voters.get(voter).asked.notAsked();
            concludeIf(ballot.failed(voter, Outcome.threw(why)));
        }
    }

    private void ask(int voter, Ask<? super C, ? extends T, ?> ask) {
        Outcome outcome = voters.get(voter).on(ask);
        if (outcome != null) {
            ended(voter, outcome);
        }
    }

    /** Asks everybody for a stage, one after the other, until it is over. */
    void askHere(Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        concludeIf(ballot.closeIfHopeless());
        for (int i = 0; i < voters.size() && !ballot.isClosed(); i++) {
            int voter = i;
            Waited<T> stage = voters.get(voter).<T>begin(ask);
            if (stage != null) {
                CompletableFuture<T> unused =
                        stage.whenComplete((value, error) -> ended(voter, new Outcome(value, error)));
            }
        }
    }

    /** One has answered or failed. */
    private void ended(int voter, Outcome outcome) {
        Asked<C> asked = voters.get(voter).asked;
        try {
            asked.ended(outcome.error() == null);
            if (outcome.error() instanceof Error broken) {
                boolean unused = giveUp(broken);
            } else if (ballot.isClosed()) {
                endedLate(asked, outcome);
            } else {
                vote(voter, outcome, asked.judge(outcome));
            }
        } catch (Throwable ofUser) {
            if (!giveUp(ofUser)) { // the future is another's: then it is for the executor's thread; a stage swallows it
                throw ofUser;
            }
        }
    }

    private void vote(int voter, Outcome outcome, Judgement judgement) {
        if (outcome.error() == null && !judgement.verdict().isBad()) {
            concludeIf(ballot.answered(voter, valueOf(outcome)));
            return;
        }
        boolean closes = ballot.failed(voter, outcome);
        Error thrown = meant(voter, judgement, null);
        if (closes) {
            conclude(thrown);
        } else if (thrown != null) {
            throw thrown;
        }
    }

    /** Says so to its replica; the first {@link Error} of who observes those is thrown when all has been said. */
    private @Nullable Error meant(int voter, Judgement judgement, @Nullable Error before) {
        try {
            voters.get(voter).asked.means(judgement);
        } catch (Error ofObserver) {
            return before == null ? ofObserver : before;
        }
        return before;
    }

    /** Who was stopped says nothing, except that it was too slow where the time was up. */
    private void endedLate(Asked<C> asked, Outcome outcome) {
        if (timeIsUp) {
            asked.means(asked.judge(outcome));
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // what was asked for is a T
    private T valueOf(Outcome outcome) {
        return (T) outcome.value();
    }

    // ---------------------------------------------------------------- the end

    private void concludeIf(boolean closed) {
        if (closed) {
            conclude(null);
        }
    }

    /** By the one who has closed the ballot; with what an observer has thrown by then. */
    private void conclude(@Nullable Error before) {
        boolean majority = ballot.hasMajority();
        try {
            tally.ended(majority, majority ? ballot.dissented().size() : 0);
            Error thrown = settled(majority, before);
            voters.forEach(Voter::stop);
            thrown = told(majority, thrown);
            if (thrown != null) {
                completeExceptionally(thrown);
            } else if (majority) {
                complete(shape.apply(ballot.answer()));
            } else {
                completeExceptionally(deadline.expired() ? timeout() : noMajority());
            }
        } catch (Throwable ofUser) {
            voters.forEach(Voter::stop);
            completeExceptionally(ofUser);
        }
    }

    private @Nullable Error settled(boolean majority, @Nullable Error before) {
        Error thrown = before;
        for (int voter = 0; majority && voter < voters.size(); voter++) {
            if (ballot.hasAgreed(voter)) {
                thrown = meant(voter, Judgement.SUCCESS, thrown);
            } else if (ballot.hasDissented(voter)) {
                thrown = meant(voter, DISSENT, thrown);
            }
        }
        return thrown;
    }

    private @Nullable Error told(boolean majority, @Nullable Error before) {
        if (!observers.wantCalls()) {
            return before;
        }
        try {
            observers.tellOfCall(new VoteEnded(
                    name, majority, ballot.agreed(), ballot.dissented(), ballot.failed(), ballot.texts()));
        } catch (Error ofObserver) {
            return before == null ? ofObserver : before;
        }
        return before;
    }

    private Throwable noMajority() {
        return new NoMajorityException(name, config.majority(), config.voters(), ballot.texts());
    }

    private Throwable timeout() {
        return TimeoutExceededException.byOuterDeadline(name, Math.max(0, leftNanos), false);
    }

    /** The deadline has come; false when the vote is over already, or just about to be. */
    boolean timeIsUp() {
        return giveUp(timeout());
    }

    /** Ends the vote without a result, unless it has one; null when the future is complete already. */
    boolean giveUp(@Nullable Throwable why) {
        if (!ballot.close()) {
            return false;
        }
        timeIsUp = deadline.expired();
        tally.givenUp();
        voters.forEach(Voter::stop);
        if (why != null) {
            completeExceptionally(why);
        }
        return true;
    }

    /** Dependents are ordinary futures. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
