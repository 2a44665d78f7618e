package dev.plimsoll.failover;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import dev.plimsoll.time.Breakdown;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** FO-2 votes among replicas: threads, interrupts, cancellation, set-up. */
@NullUnmarked // nulls are values here
final class VotingEdgesTest extends VotingScene {

    @Test
    @DisplayName(
            "FO-2 CB-14 the wait in the executor's queue is not the replica's time: neither its latency nor its blame")
    void answer_whenTheExecutorQueues_measuresFromTheBeginning() {
        Replicas<Source> stores = replicas("a", "b");
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.ask(2).executor(oneAfterTheOther(2)));
        assertThat(votes.answer(any -> slept(ofSeconds(1))).agreed()).hasSize(2);
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.latency()).isLessThanOrEqualTo(ofSeconds(1)));
        AtomicBoolean first = new AtomicBoolean(true);
        Voting<Source, @Nullable String> hurried = voting(stores, v -> v.ask(2).executor(oneAfterTheOther(2)));
        assertThatThrownBy(() -> Deadline.in(time, Duration.ofMillis(2_500))
                        .run(() -> hurried.call(any -> slept(ofSeconds(first.getAndSet(false) ? 2 : 10)))))
                .isInstanceOf(TimeoutExceededException.class);
        atRest(stores);
        assertThat(stores.snapshot().replicas())
                .allSatisfy(each -> assertThat(each.failed()).isZero());
    }

    private String slept(Duration span) throws InterruptedException {
        time.sleep(span);
        return "true";
    }

    /** Has one thread, which begins when so many tasks are queued. */
    private Executor oneAfterTheOther(int many) {
        List<Runnable> queue = new ArrayList<>();
        return task -> {
            time.takeBack(task); // it may take any time
            queue.add(task);
            if (queue.size() == many) {
                THREADS.execute(time.handOver(() -> queue.forEach(Runnable::run)));
            }
        };
    }

    @Test
    @DisplayName(
            "FO-2 EV-3 whom the executor silently drops is given back when the vote is over, and is not asked later")
    void call_whenTheExecutorDrops_givesBack() {
        Replicas<Source> stores = replicas("a", "b", "c");
        List<Runnable> dropped = new ArrayList<>();
        Executor twoOfThree = task -> {
            if (dropped.isEmpty()) {
                time.takeBack(task);
                dropped.add(task);
            } else {
                THREADS.execute(task);
            }
        };
        assertThat(voting(stores, v -> v.executor(twoOfThree)).call(Source::ask))
                .isEqualTo("true");
        atRest(stores);
        Executor none = task -> {
            time.takeBack(task);
            dropped.add(task);
        };
        assertThatThrownBy(() -> Deadline.in(time, ofSeconds(1))
                        .run(() -> voting(stores, v -> v.executor(none)).call(Source::ask)))
                .isInstanceOf(TimeoutExceededException.class);
        atRest(stores);
        sources.values().forEach(each -> each.error = new IOException("it was only late"));
        long failed = failures(stores);
        dropped.forEach(Runnable::run);
        assertThat(failures(stores)).isEqualTo(failed);
        atRest(stores);
    }

    private static long failures(Replicas<Source> stores) {
        return stores.snapshot().replicas().stream()
                .mapToLong(ReplicaSnapshot::failed)
                .sum();
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
    @DisplayName("FO-2 a blocking voting without virtual threads and without an executor is a configuration error")
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
    @DisplayName("FO-2 DL-1 an executor that lets the caller ask does not make the deadline later")
    void call_whenExecutorLetsTheCallerAsk_endsAtTheDeadline() {
        Replicas<Source> stores = replicas("a", "b", "c");
        Thread me = Thread.currentThread();
        AtomicBoolean first = new AtomicBoolean(true);
        Voting<Source, @Nullable String> votes = voting(
                stores,
                v -> v.executor(task -> {
                    if (first.getAndSet(false)) {
                        task.run();
                    } else {
                        THREADS.execute(task);
                    }
                }));
        long before = time.precise();
        assertThatThrownBy(() -> Deadline.in(time, ofSeconds(10))
                        .run(() -> votes.call(source -> {
                            time.sleep(ofSeconds(Thread.currentThread() == me ? 6 : 100));
                            return "true";
                        })))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(time.precise() - before).isEqualTo(ofSeconds(10).toNanos());
        atRest(stores);
    }

    @Test
    @DisplayName("FO-2 asynchronous: without a timer a vote ends with that error, and all are stopped")
    void callAsync_whenThereIsNoTimer_ends() {
        Replicas<Source> stores = replicas("a", "b", "c");
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        Error noThread = new Error("unable to create native thread");
        List<CompletableFuture<@Nullable String>> stages = new ArrayList<>();
        Deadline.in(time, ofSeconds(1)).run(() -> {
            Breakdown.of(time, noThread);
            CompletableFuture<@Nullable String> answer = votes.callAsync(source -> {
                stages.add(new CompletableFuture<>());
                return stages.get(stages.size() - 1);
            });
            Breakdown.of(time, null);
            assertThatThrownBy(answer::join).hasCause(noThread);
        });
        assertThat(stages).hasSize(3).allSatisfy(each -> assertThat(each).isCancelled());
        atRest(stores);
    }

    @Test
    @DisplayName("FO-2 EV-3 a vote counts, even if an observer of the replicas throws an Error")
    void answer_whenObserverThrowsError_counts() {
        source("liar").value = "lie";
        source("liar").takes = Duration.ZERO;
        source("a").takes = ofSeconds(1);
        source("b").takes = ofSeconds(2);
        Replicas<Source> stores = Replicas.create("stores", sources, r -> r.consecutiveFailures(1), time);
        Error broken = new Error("of an observer");
        stores.observe(event -> {
            throw broken;
        });
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        assertThatThrownBy(() -> votes.call(Source::ask)).isSameAs(broken);
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 1, 0, 0, 1));
        atRest(stores);
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
