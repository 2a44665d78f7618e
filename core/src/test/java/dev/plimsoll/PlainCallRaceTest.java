package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who ends a plain call, and who completes its stage, at the same time: one of the two decides, and nothing is lost. */
@Tag("both-compilers")
final class PlainCallRaceTest {

    private static final int ROUNDS = 500;
    private static final int SPREAD = 128;

    private final AtomicInteger late = new AtomicInteger();
    private final AtomicInteger delivered = new AtomicInteger();
    private final Heard heard = new Heard();
    private final Guards guards = Guards.create(g -> g.logging(false).observer(heard));

    private record Round(CompletableFuture<String> call, CompletableFuture<String> stage) {

        static final Round NONE = new Round(new CompletableFuture<>(), new CompletableFuture<>());
    }

    private interface Deed {
        void with(CompletableFuture<String> call, CompletableFuture<String> stage, int round);
    }

    private void race(UnaryOperator<GuardBuilder> setup, Deed one, Deed other) {
        Guard guard =
                guards.guard("prices", g -> setup.apply(g.bulkhead(1).onLateResult(value -> late.incrementAndGet())));
        AtomicReference<Round> round = new AtomicReference<>(Round.NONE);
        List<CompletableFuture<String>> again = new CopyOnWriteArrayList<>();
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicInteger party = new AtomicInteger();
        AtomicInteger ready = new AtomicInteger();
        Rendezvous.threads(2, () -> {
            boolean first = party.getAndIncrement() == 0;
            for (int i = 0; i < ROUNDS; i++) {
                if (first) {
                    round.set(begun(guard, again));
                }
                Rendezvous.meet(barrier);
                meetAwake(ready, 2 * (i + 1), first ? i % SPREAD : 0);
                Round now = Objects.requireNonNull(round.get());
                (first ? one : other).with(now.call(), now.stage(), i);
                Rendezvous.meet(barrier);
                if (first) {
                    assertThat(now.call()).isDone();
                    assertThat(now.stage()).isDone();
                    assertThat(again).allMatch(CompletableFuture::isDone);
                    assertThat(AsyncScene.available(guard)).as("round %s", i).isOne();
                }
            }
        });
        guards.close();
        assertThat(heard.of(CallEnded.class)).hasSize(ROUNDS);
    }

    private Round begun(Guard guard, List<CompletableFuture<String>> again) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> call = guard.callAsync(() -> attempts.getAndIncrement() == 0 ? stage : added(again));
        CompletableFuture<Void> unused = call.thenAccept(value -> delivered.addAndGet(value.equals("value") ? 1 : 0));
        return new Round(call, stage);
    }

    /** Who comes from a barrier has slept, and must be awake; one of the two goes on a little later than the other. */
    private static void meetAwake(AtomicInteger ready, int all, int spins) {
        ready.incrementAndGet();
        while (ready.get() < all) {
            Thread.onSpinWait();
        }
        for (int spin = 0; spin < spins; spin++) {
            Thread.onSpinWait();
        }
    }

    private static CompletableFuture<String> added(List<CompletableFuture<String>> all) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        all.add(stage);
        return stage;
    }

    private static void endedByHolder(CompletableFuture<String> call, CompletableFuture<String> stage, int round) {
        boolean unused = switch (round % 3) {
            case 0 -> call.cancel(true);
            case 1 -> call.complete("mine");
            default -> call.completeExceptionally(new IOException("mine"));
        };
    }

    @Test
    @DisplayName(
            "RT-6 a value that comes as the call is ended from outside reaches the holder or the taker, one of the two")
    void value_whenFutureIsCompletedAtTheSameTime_reachesOne() {
        AtomicInteger given = new AtomicInteger();
        race(
                g -> g,
                PlainCallRaceTest::endedByHolder,
                (call, stage, round) -> given.addAndGet(stage.complete("value") ? 1 : 0));
        assertThat(delivered.get() + late.get()).isEqualTo(given.get());
        assertThat(given.get()).isBetween(1, ROUNDS);
    }

    @Test
    @DisplayName("RT-6 T-50 no stage of another attempt goes on when the call is ended as its first one fails")
    void attempt_whenFutureIsCompletedAtTheSameTime_leavesNoStage() {
        race(
                g -> g.retry(Retry.immediate().maxAttempts(2)).retryBudget(RetryBudget.unlimited()),
                PlainCallRaceTest::endedByHolder,
                (call, stage, round) -> stage.completeExceptionally(new IOException("lost")));
        assertThat(late).hasValue(0);
    }

    @Test
    @DisplayName("RT-6 a call that two end from outside at the same time is ended once")
    void call_whenTwoEndIt_isEndedOnce() {
        race(
                g -> g.circuitBreaker(),
                PlainCallRaceTest::endedByHolder,
                (call, stage, round) -> endedByHolder(call, stage, round + 1));
        assertThat(delivered).hasValue(0);
    }

    @Test
    @DisplayName(
            "CA-5 a call that begins as the guards are closed is over when they are, and is let go if it is pending")
    void call_whenGuardsAreClosedAtTheSameTime_isNotForgotten() {
        for (int round = 0; round < 200; round++) {
            Guards closing = Guards.create(g -> g.logging(false));
            Guard guard = closing.guard("prices", g -> g.circuitBreaker());
            AtomicInteger party = new AtomicInteger();
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger over = new AtomicInteger();
            AtomicReference<CompletableFuture<String>> call = new AtomicReference<>();
            CyclicBarrier barrier = new CyclicBarrier(2);
            Rendezvous.threads(2, () -> {
                boolean first = party.getAndIncrement() == 0;
                Rendezvous.meet(barrier);
                if (first) {
                    closing.close();
                    assertThat(over.get())
                            .as("who had begun when it was closed is over")
                            .isEqualTo(begun.get());
                } else {
                    call.set(guard.callAsync(() -> {
                        begun.incrementAndGet();
                        return CompletableFuture.supplyAsync(() -> "later", Runnable::run)
                                .thenApply(value -> value + over.incrementAndGet());
                    }));
                }
            });
            assertThat(call.get()).as("round %s", round).isDone();
        }
    }

    @Test
    @DisplayName(
            "CA-5 a call whose stage is pending just as nobody waits any more is cancelled by who closes, or by itself")
    void pendingCall_whenWaitingIsOverAtTheSameTime_isCancelled() {
        for (int round = 0; round < 200; round++) {
            Guards closing = Guards.create(g -> g.logging(false));
            Guard guard = closing.guard("prices", g -> g.circuitBreaker());
            AtomicInteger party = new AtomicInteger();
            AtomicInteger ready = new AtomicInteger();
            AtomicReference<CompletableFuture<String>> call = new AtomicReference<>();
            int spins = round % SPREAD;
            Rendezvous.threads(2, () -> {
                boolean first = party.getAndIncrement() == 0;
                meetAwake(ready, 2, first ? 0 : 8 * spins);
                if (first) {
                    Thread.currentThread().interrupt(); // so that it does not wait
                    closing.close();
                    assertThat(Thread.interrupted()).isTrue();
                } else {
                    call.set(guard.callAsync(CompletableFuture::new));
                }
            });
            assertThat(call.get()).as("round %s", round).isDone();
        }
    }
}
