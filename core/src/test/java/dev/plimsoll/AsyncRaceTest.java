package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who ends an asynchronous call, and who gives its work an end, at the same time: whoever is first, nothing is lost. */
@Tag("both-compilers")
final class AsyncRaceTest {

    private static final int ROUNDS = 600;
    private static final int SPREAD = 128;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AtomicInteger late = new AtomicInteger();
    private final Heard heard = new Heard();
    private final Guards guards = Guards.create(g -> g.logging(false).observer(heard));
    private final Guard guard = guards.guard(
            "prices",
            g -> g.attemptTimeout(LONG)
                    .bulkhead(1)
                    .retry(Retry.immediate().maxAttempts(2))
                    .retryBudget(RetryBudget.unlimited()) // each round is to race, not one in ten
                    .onLateResult(value -> late.incrementAndGet()));

    /** What one round is about: the call, and what its work waits for. */
    private record Round(CompletableFuture<String> call, List<CompletableFuture<String>> stages) {

        CompletableFuture<String> latest() {
            return stages.get(stages.size() - 1);
        }
    }

    @AfterEach
    void everythingIsBack() {
        guards.close();
        assertThat(AsyncScene.available(guard)).isZero();
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().active()).isZero();
        assertThat(heard.of(CallEnded.class)).hasSize(ROUNDS);
    }

    private static void race(Supplier<Round> next, BiConsumer<Round, Integer> one, BiConsumer<Round, Integer> other) {
        Round[] round = new Round[1];
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicInteger party = new AtomicInteger();
        AtomicInteger ready = new AtomicInteger();
        Rendezvous.threads(2, () -> {
            boolean first = party.getAndIncrement() == 0;
            for (int i = 0; i < ROUNDS; i++) {
                if (first) {
                    round[0] = next.get();
                }
                Rendezvous.meet(barrier);
                meetAwake(ready, 2 * (i + 1));
                if (first) {
                    spin(i % SPREAD);
                }
                (first ? one : other).accept(round[0], i);
                Rendezvous.meet(barrier);
                if (first) {
                    assertThat(round[0].call()).isDone();
                    assertThat(round[0].stages()).allMatch(CompletableFuture::isDone);
                }
            }
        });
    }

    /** Who comes from a barrier has slept; what is raced for is over within less time than it takes to wake up. */
    private static void meetAwake(AtomicInteger ready, int all) {
        ready.incrementAndGet();
        while (ready.get() < all) {
            Thread.onSpinWait();
        }
    }

    /** One begins a little later in each round, so that some of them meet the other in the midst of it. */
    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private static void endedByHolder(Round round, int i) {
        switch (i % 3) {
            case 0 -> round.call().cancel(true);
            case 1 -> round.call().complete("mine");
            default -> round.call().completeExceptionally(new IOException("mine"));
        }
    }

    @Test
    @DisplayName(
            "RT-6 TO-1 a value that comes as the call is ended from outside reaches the holder or the taker, one of the two")
    void value_whenFutureIsCompletedAtTheSameTime_reachesOne() {
        AtomicInteger delivered = new AtomicInteger();
        AtomicInteger given = new AtomicInteger();
        race(
                () -> {
                    CompletableFuture<String> stage = new CompletableFuture<>();
                    CompletableFuture<String> call = guard.callAsync(() -> stage);
                    CompletableFuture<Void> unused =
                            call.thenAccept(value -> delivered.addAndGet(value.equals("value") ? 1 : 0));
                    return new Round(call, List.of(stage));
                },
                AsyncRaceTest::endedByHolder,
                (round, i) -> given.addAndGet(round.latest().complete("value") ? 1 : 0));
        assertThat(delivered.get() + late.get()).isEqualTo(given.get());
    }

    @Test
    @DisplayName("RT-6 T-50 no stage of another attempt goes on when the call is ended as the one before fails")
    void attempt_whenFutureIsCompletedAtTheSameTime_leavesNoStage() {
        race(
                () -> {
                    List<CompletableFuture<String>> stages = new CopyOnWriteArrayList<>();
                    CompletableFuture<String> call = guard.callAsync(() -> {
                        CompletableFuture<String> stage = new CompletableFuture<>();
                        stages.add(stage);
                        return stage;
                    });
                    return new Round(call, stages);
                },
                AsyncRaceTest::endedByHolder,
                (round, i) -> round.stages().get(0).completeExceptionally(new IOException("lost")));
        assertThat(late).hasValue(0);
        assertThat(heard.of(RetryScheduled.class)).isNotEmpty();
        assertThat(heard.of(RetryDenied.class)).extracting(RetryDenied::why).doesNotContain(NoRetry.BUDGET_USED);
    }

    @Test
    @DisplayName("RT-6 DG-1 no rung goes on when the call is ended as its work fails, or as the rung answers")
    void rung_whenFutureIsCompletedAtTheSameTime_isLetGo() {
        race(
                () -> {
                    List<CompletableFuture<String>> stages = new CopyOnWriteArrayList<>();
                    CompletableFuture<String> work = new CompletableFuture<>();
                    stages.add(work);
                    CompletableFuture<String> call = guard.callAsync(
                            () -> work,
                            Fallback.<String>onFailed()
                                    .slowerAsync(() -> {
                                        CompletableFuture<String> rung = new CompletableFuture<>();
                                        stages.add(rung);
                                        return rung;
                                    })
                                    .orElse("default"));
                    return new Round(call, stages);
                },
                AsyncRaceTest::endedByHolder,
                (round, i) -> {
                    round.stages().get(0).completeExceptionally(new IllegalStateException("lost"));
                    if (i % 2 == 0) {
                        round.latest().complete("slower");
                    }
                });
    }
}
