package dev.plimsoll.failover;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import dev.plimsoll.time.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** FO-2 votes among replicas, by both forms with the same scenes. */
final class VotingTest {

    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "voter");
        thread.setDaemon(true);
        thread.start();
    };

    /** What a replica answers. */
    private static final class Source {
        private final VirtualTime time;
        private volatile @Nullable String value;
        private volatile @Nullable Throwable error;
        private volatile Duration takes = Duration.ZERO;
        private final AtomicBoolean wasInterrupted = new AtomicBoolean();

        Source(VirtualTime time, String value) {
            this.time = time;
            this.value = value;
        }

        @Nullable
        String ask() throws Exception {
            try {
                time.sleep(takes);
            } catch (InterruptedException e) {
                wasInterrupted.set(true);
                throw e;
            }
            if (error instanceof Error broken) {
                throw broken;
            }
            if (error instanceof Exception failure) {
                throw failure;
            }
            return value;
        }

        CompletableFuture<@Nullable String> askAsync() {
            CompletableFuture<@Nullable String> stage = new CompletableFuture<>();
            CompletableFuture<@Nullable String> unused =
                    stage.whenComplete((answer, thrown) -> wasInterrupted.set(stage.isCancelled()));
            time.start(
                    new dev.plimsoll.time.Timer() {
                        @Override
                        protected void fire(long lateNanos) {
                            if (error == null) {
                                stage.complete(value);
                            } else {
                                stage.completeExceptionally(Objects.requireNonNull(error));
                            }
                        }
                    },
                    takes.toNanos());
            return stage;
        }
    }

    /** How it is called. */
    enum Form {
        BLOCKING,
        ASYNC;

        VoteAnswer<@Nullable String> answer(Voting<Source, @Nullable String> voting, VirtualTime time) {
            if (this == BLOCKING) {
                return voting.answer(Source::ask);
            }
            CompletableFuture<VoteAnswer<@Nullable String>> answer = voting.answerAsync(Source::askAsync);
            try {
                while (!answer.isDone()) {
                    time.advance(ofMillis(100));
                }
                return answer.join();
            } catch (CompletionException wrapped) {
                if (wrapped.getCause() instanceof Error broken) {
                    throw broken;
                }
                throw (RuntimeException) Objects.requireNonNull(wrapped.getCause());
            }
        }
    }

    private final VirtualTime time = VirtualTime.create();
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    private Source source(String name) {
        return sources.computeIfAbsent(name, any -> new Source(time, "true"));
    }

    private Replicas<Source> replicas(String... names) {
        for (String name : names) {
            source(name).takes = ofMillis(10L * (sources.size() + 1));
        }
        return Replicas.create("stores", sources, r -> r, time);
    }

    private Voting<Source, @Nullable String> voting(
            Replicas<Source> replicas, UnaryOperator<VotingConfig<@Nullable String>> setup) {
        Voting<Source, @Nullable String> voting =
                Voting.create("votes", replicas, v -> setup.apply(v.executor(THREADS)));
        voting.observe(events::add);
        return voting;
    }

    private static ReplicaSnapshot of(Replicas<Source> replicas, String name) {
        return replicas.snapshot().replicas().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void atRest(Replicas<Source> replicas) {
        Rendezvous.await(
                () -> replicas.snapshot().replicas().stream().allMatch(each -> each.inFlight() == 0),
                "nobody is asked any more");
    }

    private static RejectedException refusal() {
        return new Rejection("c", "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "open", Rejection.UNKNOWN)
                .exception(false);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-2 Byzantine: of three replicas one lies; the truth is answered, the liar is named, fails, and is sent away")
    void answer_whenOneLies_isThatOfTheOthers(Form form) {
        Replicas<Source> stores = replicas("liar", "a", "b");
        source("liar").value = "lie";
        source("liar").takes = Duration.ZERO;
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.ask(3));
        for (int i = 1; i <= 5; i++) {
            VoteAnswer<@Nullable String> answer = form.answer(votes, time);
            assertThat(answer.value()).isEqualTo("true");
            assertThat(answer.agreed()).containsExactlyInAnyOrder("a", "b");
            assertThat(answer.dissented()).containsExactly("liar");
            assertThat(of(stores, "liar").failed()).isEqualTo(i);
        }
        atRest(stores);
        assertThat(of(stores, "liar").standing()).isEqualTo(Standing.EJECTED);
        assertThat(of(stores, "a").succeeded()).isEqualTo(5);
        assertThat(events).hasSize(5).allSatisfy(event -> {
            VoteEnded ended = (VoteEnded) event;
            assertThat(ended.majority()).isTrue();
            assertThat(ended.dissented()).containsExactly("liar");
            assertThat(ended.votes()).contains("liar: lie", "a: true");
        });
        assertThat(form.answer(votes, time).agreed()).containsExactlyInAnyOrder("a", "b");
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 6, 0, 0, 5));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-2 it answers as soon as the majority is there, and stops asking the others, which says nothing about them")
    void answer_whenMajorityIsThere_stopsTheOthers(Form form) {
        Replicas<Source> stores = replicas("a", "b", "slow");
        source("slow").takes = ofSeconds(100);
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        long before = time.precise();
        VoteAnswer<@Nullable String> answer = form.answer(votes, time);
        assertThat(answer.agreed()).containsExactlyInAnyOrder("a", "b");
        assertThat(answer.dissented()).isEmpty();
        assertThat(answer.failed()).isEmpty();
        assertThat(time.precise() - before).isLessThan(ofSeconds(1).toNanos());
        atRest(stores);
        assertThat(source("slow").wasInterrupted).isTrue();
        assertThat(of(stores, "slow")).satisfies(each -> {
            assertThat(each.failed()).isZero();
            assertThat(each.succeeded()).isZero();
        });
        assertThat(((VoteEnded) Objects.requireNonNull(events.peek())).votes()).contains("slow: has not answered");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 who fails or refuses is a vote for nothing; the failure counts, the refusal does not")
    void answer_whenSomeFail_isThatOfTheRest(Form form) {
        Replicas<Source> stores = replicas("a", "b", "c", "d", "e");
        source("c").error = refusal();
        source("d").error = new IOException("down");
        source("e").takes = ofSeconds(1);
        VoteAnswer<@Nullable String> answer = form.answer(voting(stores, v -> v.ask(5)), time);
        assertThat(answer.agreed()).containsExactlyInAnyOrder("a", "b", "e");
        assertThat(answer.failed()).containsExactlyInAnyOrder("c", "d");
        atRest(stores);
        assertThat(of(stores, "d").failed()).isEqualTo(1);
        assertThat(of(stores, "c").failed()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 no majority: an error that lists the votes; no answer counts, for nobody knows who is right")
    void answer_whenNobodyAgrees_listsTheVotes(Form form) {
        Replicas<Source> stores = replicas("a", "b", "c");
        source("a").value = "x".repeat(1000);
        source("b").value = "2";
        source("c").error = new IOException("down");
        source("c").takes = ofSeconds(1);
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        Throwable thrown = catchThrowable(() -> form.answer(votes, time));
        assertThat(thrown).isInstanceOfSatisfying(NoMajorityException.class, e -> {
            assertThat(e.dependency()).isEqualTo("votes");
            assertThat(e.needed()).isEqualTo(2);
            assertThat(e.votes())
                    .containsExactlyInAnyOrder(
                            "a: " + "x".repeat(196) + "…", "b: 2", "c: failed with java.io.IOException: down");
            assertThat(e).hasMessageStartingWith("votes: no majority, 2 of 3 must agree; ");
            assertThat(e.getStackTrace()).isEmpty();
        });
        atRest(stores);
        assertThat(of(stores, "a").failed() + of(stores, "a").succeeded()).isZero();
        assertThat(of(stores, "c").failed()).isEqualTo(1);
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 0, 1, 0, 0));
        VoteEnded told = (VoteEnded) Objects.requireNonNull(events.poll());
        assertThat(told.majority()).isFalse();
        assertThat(told.dissented()).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 when no majority is possible any more it ends at once, without waiting for the rest")
    void answer_whenMajorityIsImpossible_endsAtOnce(Form form) {
        Replicas<Source> stores = replicas("a", "b", "slow");
        source("a").error = new IOException("down");
        source("b").error = refusal();
        source("slow").takes = ofSeconds(100);
        long before = time.precise();
        assertThatThrownBy(() -> form.answer(voting(stores, v -> v), time))
                .isInstanceOf(NoMajorityException.class)
                .hasMessageContaining("slow: has not answered");
        assertThat(time.precise() - before).isLessThan(ofSeconds(1).toNanos());
        atRest(stores);
        assertThat(source("slow").wasInterrupted).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-2 more than half of those to be asked must agree, also where fewer are there: then nobody is even asked")
    void answer_whenTooFewAreThere_endsBefore(Form form) {
        Replicas<Source> alone = replicas("a");
        assertThatThrownBy(() -> form.answer(voting(alone, v -> v.ask(3)), time))
                .isInstanceOf(NoMajorityException.class)
                .hasMessageContaining("a: has not answered");
        assertThat(of(alone, "a").inFlight()).isZero();
        Replicas<Source> two = replicas("a", "b");
        assertThat(form.answer(voting(two, v -> v.ask(3)), time).agreed()).hasSize(2);
        source("b").value = "other";
        assertThatThrownBy(() -> form.answer(voting(two, v -> v.ask(2)), time)).isInstanceOf(NoMajorityException.class);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 the equality is the user's: what it throws means no; null is an answer like any other")
    void answer_byTheGivenEquality(Form form) {
        Replicas<Source> stores = replicas("a", "b", "c");
        source("a").value = "Seven";
        source("b").value = "SEVEN";
        source("c").value = "eight";
        source("c").takes = ofSeconds(1);
        UnaryOperator<VotingConfig<@Nullable String>> ignoringCase =
                v -> v.agreeing((one, other) -> Objects.requireNonNull(one).equalsIgnoreCase(other));
        assertThat(form.answer(voting(stores, ignoringCase), time).value()).isIn("Seven", "SEVEN");
        assertThatThrownBy(() -> form.answer(voting(stores, v -> v), time)).isInstanceOf(NoMajorityException.class);
        UnaryOperator<VotingConfig<@Nullable String>> broken = v -> v.agreeing((one, other) -> {
            throw new IllegalStateException("broken equality");
        });
        assertThatThrownBy(() -> form.answer(voting(stores, broken), time)).isInstanceOf(NoMajorityException.class);
        sources.values().forEach(each -> each.value = null);
        VoteAnswer<@Nullable String> nothing = form.answer(voting(stores, v -> v), time);
        assertThat(nothing.value()).isNull();
        assertThat(nothing.agreed()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 an answer that the classifier judges bad is a vote for nothing")
    void answer_whenValueIsJudgedBad_isNoVote(Form form) {
        source("a").value = "corrupt";
        source("b").value = "corrupt";
        source("c").takes = ofSeconds(1);
        Replicas<Source> stores = Replicas.create(
                "stores",
                sources,
                r -> r.classifier(
                        Classifier.standard().judgingResults(String.class, "corrupt"::equals, Judgement.FAILURE)),
                time);
        assertThatThrownBy(() -> form.answer(voting(stores, v -> v), time)).isInstanceOf(NoMajorityException.class);
        assertThat(of(stores, "a").failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 an Error of one ends the vote, and reaches the caller")
    void answer_whenOneThrowsAnError_isThatError(Form form) {
        Replicas<Source> stores = replicas("a", "b", "c");
        AssertionError broken = new AssertionError("broken");
        source("a").error = broken;
        source("a").takes = Duration.ZERO;
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        assertThat(catchThrowable(() -> form.answer(votes, time))).isSameAs(broken);
        atRest(stores);
        assertThat(votes.snapshot().givenUp()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 CA-2 the deadline ends the vote as a timeout; who was at it for long enough has failed")
    void answer_whenDeadlineComes_timesOut(Form form) {
        Replicas<Source> stores = replicas("a", "slow", "slower");
        source("slow").takes = ofSeconds(100);
        source("slower").takes = ofSeconds(200);
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        assertThatThrownBy(() -> Deadline.in(time, ofSeconds(2)).run(() -> form.answer(votes, time)))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        e -> assertThat(e.limit()).isEqualTo(TimeoutExceededException.Limit.TOTAL));
        atRest(stores);
        Rendezvous.await(() -> of(stores, "slow").failed() == 1, "the slow one is blamed");
        assertThat(source("slow").wasInterrupted).isTrue();
        assertThat(of(stores, "a").failed()).isZero();
        assertThat(time.pendingTimers()).isLessThanOrEqualTo(form == Form.ASYNC ? 2 : 0); // those of the sources
        assertThatThrownBy(() -> Deadline.in(time, Duration.ZERO).run(() -> form.answer(votes, time)))
                .isInstanceOf(RejectedException.class);
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("FO-2 an interrupt of who waits stops everybody, and stays set")
    void call_whenInterrupted_stopsAll() {
        Replicas<Source> stores = replicas("a", "b", "c");
        sources.values().forEach(each -> each.takes = ofSeconds(100));
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> votes.call(Source::ask)).isInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        atRest(stores);
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.failed()).isZero());
    }

    @Test
    @DisplayName("FO-2 RT-6 asynchronous: cancelling the future cancels all stages; no timer stays")
    void callAsync_whenCancelled_cancelsAll() throws Exception {
        Replicas<Source> stores = replicas("a", "b", "c");
        Voting<Source, @Nullable String> votes = voting(stores, VotingConfig::asyncOnly);
        List<CompletableFuture<@Nullable String>> stages = new ArrayList<>();
        List<CompletableFuture<@Nullable String>> answers = new ArrayList<>();
        Deadline.in(time, ofSeconds(1))
                .run(() -> answers.add(votes.callAsync(source -> {
                    stages.add(new CompletableFuture<>());
                    return stages.get(stages.size() - 1);
                })));
        answers.get(0).cancel(true);
        assertThat(stages).hasSize(3).allSatisfy(each -> assertThat(each).isCancelled());
        assertThat(stores.snapshot().replicas()).allSatisfy(each -> {
            assertThat(each.inFlight()).isZero();
            assertThat(each.failed()).isZero();
        });
        assertThat(time.pendingTimers()).isZero();
        assertThat(votes.snapshot().givenUp()).isEqualTo(1);
        assertThatThrownBy(() -> votes.call(Source::ask)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("FO-2 stages that are complete at once: who is not needed for the majority is not asked")
    void callAsync_whenAnsweredAtOnce_asksNoMore() {
        Replicas<Source> stores = replicas("a", "b", "c");
        List<Source> asked = new ArrayList<>();
        CompletableFuture<@Nullable String> answer = voting(stores, v -> v).callAsync(source -> {
            asked.add(source);
            return CompletableFuture.completedFuture("true");
        });
        assertThat(answer).isCompletedWithValue("true");
        assertThat(asked).hasSize(2);
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.inFlight()).isZero());
    }

    @Test
    @DisplayName("FO-2 FO-1 of those who were sent away as many are asked as it takes to have a majority at all")
    void answer_whenManyAreAway_asksSomeOfThem() {
        Replicas<Source> stores = replicas("a", "b", "c", "d");
        sources.values().forEach(each -> each.takes = Duration.ZERO);
        for (String failing : List.of("a", "b")) {
            source(failing).error = new IOException("down");
            while (of(stores, failing).standing() != Standing.EJECTED) {
                Throwable unused = catchThrowable(() -> stores.call(Source::ask));
            }
            source(failing).error = null;
        }
        VoteAnswer<@Nullable String> all = voting(stores, v -> v.ask(4)).answer(Source::ask);
        assertThat(all.agreed()).hasSize(3).contains("c", "d");
        assertThat(voting(stores, v -> v.ask(3)).answer(Source::ask).agreed()).containsExactlyInAnyOrder("c", "d");
    }

    @Test
    @DisplayName("FO-2 CA-6 the replicas are asked under the deadline of the caller, on the threads of the executor")
    void call_takesTheContextAlong() throws Exception {
        Replicas<Source> stores = replicas("a", "b", "c");
        Queue<Deadline> seen = new ConcurrentLinkedQueue<>();
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        Deadline deadline = Deadline.in(time, ofSeconds(5));
        assertThat(deadline.call(() -> votes.call(source -> {
                    seen.add(Deadline.current());
                    return Thread.currentThread().getName();
                })))
                .isEqualTo("voter");
        assertThat(seen).hasSizeGreaterThanOrEqualTo(2).containsOnly(deadline);
    }

    @Test
    @DisplayName("FO-2 whom the executor does not take has no vote; one that runs at once, or fails after it, is fine")
    void call_byTheExecutor() {
        Replicas<Source> stores = replicas("a", "b", "c");
        sources.values().forEach(each -> each.takes = Duration.ZERO);
        assertThat(voting(stores, v -> v.executor(Runnable::run)).call(Source::ask))
                .isEqualTo("true");
        assertThatThrownBy(() -> voting(
                                stores,
                                v -> v.executor(task -> {
                                    throw new java.util.concurrent.RejectedExecutionException("full");
                                }))
                        .call(Source::ask))
                .isInstanceOf(NoMajorityException.class)
                .hasMessageContaining("RejectedExecutionException: full");
        assertThat(voting(
                                stores,
                                v -> v.executor(task -> {
                                    task.run();
                                    throw new java.util.concurrent.RejectedExecutionException("after all");
                                }))
                        .call(Source::ask))
                .isEqualTo("true");
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.inFlight()).isZero());
    }

    @Test
    @DisplayName("FO-2 the thread of an executor keeps no interrupt of ours")
    void call_whenStopped_leavesNoInterrupt() {
        Replicas<Source> stores = replicas("a", "b", "c");
        sources.values().forEach(each -> each.takes = Duration.ZERO);
        Queue<Boolean> flags = new ConcurrentLinkedQueue<>();
        Executor looking = task -> THREADS.execute(() -> {
            task.run();
            flags.add(Thread.currentThread().isInterrupted());
        });
        AtomicBoolean stubborn = new AtomicBoolean();
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.executor(looking));
        assertThat(votes.call(source -> {
                    if (stubborn.compareAndSet(false, true)) {
                        Rendezvous.await(() -> votes.snapshot().decided() == 1, "the others have decided");
                        Rendezvous.await(() -> Thread.currentThread().isInterrupted(), "the interrupt");
                    }
                    return "true";
                }))
                .isEqualTo("true");
        Rendezvous.await(() -> flags.size() == 3, "all threads are done");
        assertThat(flags).containsOnly(false);
    }

    @Test
    @DisplayName("FO-2 HG-1 a blocking voting without virtual threads and without an executor is a configuration error")
    void create_withoutExecutor_isAnErrorWithoutVirtualThreads() {
        assertThatThrownBy(() -> Voting.<String>checked(new Check("voting v"), v -> v.ask(1), false))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "ask must be 2 to 99: 1",
                                        "executor must be given, or asyncOnly() said, where there are no virtual threads"
                                                + " (before Java 21): none"));
        assertThat(Voting.<String>checked(new Check("voting v"), VotingConfig::asyncOnly, false)
                        .isAsyncOnly())
                .isTrue();
        assertThat(Voting.<String>checked(new Check("voting v"), v -> v, true).voters())
                .isEqualTo(3);
        assertThatThrownBy(() -> Voting.create("a b", replicas("a"), VotingConfig::asyncOnly))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    @DisplayName("FO-2 CB-12 another configuration while in use is told, an equal one is not")
    void reconfigure_isTold() {
        Voting<Source, @Nullable String> votes = voting(replicas("a", "b", "c"), v -> v);
        votes.reconfigure(v -> v.executor(THREADS));
        assertThat(events).isEmpty();
        votes.reconfigure(v -> v.executor(THREADS).ask(2));
        assertThat(events).containsExactly(new Event.Reconfigured("votes", List.of("ask: 3 -> 2"), time.wall()));
        assertThat(votes.answer(Source::ask).agreed()).hasSize(2);
        assertThat(votes.config().voters()).isEqualTo(2);
        assertThat(votes).hasToString(votes.snapshot().toString());
    }

    @Test
    @DisplayName("FO-2 CA-2 the error can be serialized")
    void error_isSerializable() throws Exception {
        NoMajorityException error = new NoMajorityException("votes", 2, 3, List.of("a: 1", "b: 2"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(error);
        NoMajorityException read =
                (NoMajorityException) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertThat(read.votes()).isEqualTo(error.votes());
        assertThat(read).hasMessage("votes: no majority, 2 of 3 must agree; a: 1; b: 2");
        assertThat(read.needed()).isEqualTo(2);
    }
}
