package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.CountingLimit;
import dev.plimsoll.limit.LimitAlgorithm;
import dev.plimsoll.limit.LimitSample;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the concurrency limit of a guard learns from, while many threads call at once, on real time. */
final class LimitSamplesTest {

    private static final int PLACES = 4;
    private static final int THREADS = 6;
    private static final int CALLS = 10_000;

    /** How a call is made: its work is told its number, and ends well or with {@link Full}. */
    enum Way {
        BLOCKING {
            @Override
            void call(Guard guard, int number, LimitSamplesTest test) {
                try {
                    guard.run(() -> {
                        Thread.onSpinWait();
                        throwEveryThird(number);
                    });
                    test.good.increment();
                } catch (Throwable error) {
                    test.ended(error);
                }
            }
        },
        ASYNC {
            @Override
            void call(Guard guard, int number, LimitSamplesTest test) {
                CompletableFuture<Object> unused = guard.<Object>callAsync(() -> test.stage(number))
                        .whenComplete((value, error) -> {
                            if (error == null) {
                                test.good.increment();
                            } else {
                                test.ended(error);
                            }
                        });
                test.complete(number % 4);
            }
        };

        abstract void call(Guard guard, int number, LimitSamplesTest test);
    }

    /** What says that the dependency is full. */
    private static final class Full extends Exception {
        private static final long serialVersionUID = 1L;

        Full() {
            super("full", null, false, false);
        }
    }

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final LongAdder good = new LongAdder();
    private final LongAdder full = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        guards.close();
    }

    private static void throwEveryThird(int number) throws Full {
        if (number % 3 == 0) {
            throw new Full();
        }
    }

    private void ended(Throwable error) {
        if (error instanceof RejectedException) {
            refused.increment();
        } else {
            assertThat(error).isInstanceOf(Full.class);
            full.increment();
        }
    }

    /** Half of the stages complete later, on whichever thread comes by. */
    private CompletionStage<Object> stage(int number) {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        if (number % 2 == 0) {
            later.add(() -> completeNow(stage, number));
        } else {
            completeNow(stage, number);
        }
        return stage;
    }

    private static void completeNow(CompletableFuture<Object> stage, int number) {
        boolean unused = number % 3 == 0 ? stage.completeExceptionally(new Full()) : stage.complete("good");
    }

    /** As many calls as there may be, and one more; whether the threads meet is up to the machine. */
    private int refuseOne(Guard guard, Way way) {
        CompletableFuture<Object> end = new CompletableFuture<>();
        for (int i = 0; i < PLACES; i++) {
            CompletableFuture<Void> unused = guard.callAsync(() -> end).thenRun(good::increment);
        }
        way.call(guard, 1, this);
        assertThat(refused.sum()).isEqualTo(1);
        boolean unused = end.complete("good");
        return PLACES + 1;
    }

    private void complete(int most) {
        Runnable task = most == 0 ? null : later.poll();
        for (int done = 1; task != null; done++) {
            task.run();
            task = done == most ? null : later.poll();
        }
    }

    private Guard guard(LimitAlgorithm algorithm) {
        return guards.guard(
                "payments",
                g -> g.concurrencyLimit(l -> l.algorithm(algorithm).initial(PLACES))
                        .classifier(Classifier.standard()
                                .judging(Full.class, Judgement.of(Verdict.OVERLOAD, Repeat.NEVER))));
    }

    /** Counts, and whoever is to meet others does so while it computes the next window. */
    private record Meeting(CountingLimit counting, Map<Thread, CyclicBarrier> meet) implements LimitAlgorithm {

        @Override
        public LimitAlgorithm startingAt(int start, int min, int max) {
            return new Meeting((CountingLimit) counting.startingAt(start, min, max), meet);
        }

        @Override
        public LimitAlgorithm next(LimitSample sample) {
            CyclicBarrier barrier = meet.remove(Thread.currentThread());
            if (barrier != null) {
                int unused = Rendezvous.meet(barrier);
            }
            return new Meeting((CountingLimit) counting.next(sample), meet);
        }

        @Override
        public int limit() {
            return counting.limit();
        }

        @Override
        public int calls() {
            return counting.calls();
        }

        @Override
        public Duration span() {
            return counting.span();
        }

        @Override
        public String name() {
            return counting.name();
        }

        @Override
        public String explain() {
            return counting.explain();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CL-1 T-47 when two threads end one window at once, and others end calls meanwhile, none of them is lost")
    void calls_whileTwoEndTheWindow_areNotLost(Way way) {
        Map<Thread, CyclicBarrier> meet = new ConcurrentHashMap<>();
        CyclicBarrier barrier = new CyclicBarrier(3);
        Guard guard = guard(new Meeting(CountingLimit.NEW, meet));
        for (int i = 1; i < CountingLimit.WINDOW; i++) {
            way.call(guard, 1, this);
        }
        AtomicInteger role = new AtomicInteger();
        Rendezvous.threads(3, () -> {
            if (role.getAndIncrement() == 0) {
                Rendezvous.await(() -> barrier.getNumberWaiting() == 2, "two compute the next window");
                way.call(guard, 1, this);
                int unused = Rendezvous.meet(barrier);
            } else {
                meet.put(Thread.currentThread(), barrier);
                way.call(guard, 1, this);
            }
        });
        for (int i = 0; i < CountingLimit.WINDOW; i++) {
            way.call(guard, 1, this);
        }
        ConcurrencyLimit limit = Objects.requireNonNull(guard.concurrencyLimit());
        assertThat(CountingLimit.seenBy(limit).ended()).isEqualTo(good.sum());
        assertThat(limit.snapshot().inFlight()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CL-1 T-47 in a guard, too, each call of many threads is in just one window, and in no other count twice")
    void calls_ofManyThreads_areAllInTheWindows(Way way) {
        Guard guard = guard(CountingLimit.NEW);
        int first = refuseOne(guard, way);
        Rendezvous.threads(THREADS, () -> {
            for (int i = 0; i < CALLS; i++) {
                way.call(guard, i, this);
            }
        });
        complete(Integer.MAX_VALUE);
        long before = good.sum() + full.sum();
        // Another window, so that the last ones are in one, too.
        for (int i = 0; i < CountingLimit.WINDOW; i++) {
            guard.run(() -> {});
        }

        ConcurrencyLimit limit = Objects.requireNonNull(guard.concurrencyLimit());
        CountingLimit.Seen seen = CountingLimit.seenBy(limit);
        assertThat(before + refused.sum()).isEqualTo(first + (long) THREADS * CALLS);
        assertThat(seen.ended()).isBetween(before, before + CountingLimit.WINDOW);
        assertThat(seen.dropped())
                .isEqualTo(full.sum())
                .isEqualTo(limit.snapshot().dropped())
                .isPositive();
        assertThat(seen.refused())
                .isEqualTo(refused.sum())
                .isEqualTo(limit.snapshot().refused())
                .isPositive();
        assertThat(limit.snapshot().inFlight()).isZero();
        assertThat(guard.snapshot().calls().answered()).isEqualTo(good.sum() + CountingLimit.WINDOW);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(full.sum());
        assertThat(guard.snapshot().calls().refused()).isEqualTo(refused.sum());
    }
}
