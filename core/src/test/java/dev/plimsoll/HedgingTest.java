package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeDenied;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.hedge.NoHedge;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Legs of asynchronous calls: when there is another, which of them counts, what is left of the others. */
final class HedgingTest {

    private final IOException down = new ConnectException("down");

    private final HedgeScene scene = new HedgeScene();
    private final List<CompletableFuture<Integer>> stages = scene.stages;

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    @DisplayName("HG-1 what is slower than usual runs once more; the first answer counts, the other leg is cancelled")
    void secondLeg_wins() {
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(99));
        assertThat(stages).hasSize(1);
        scene.time.advance(ofMillis(1));
        assertThat(stages).hasSize(2);
        assertThat(call).isNotDone();
        stages.get(1).complete(7);
        assertThat(call).isCompletedWithValue(7);
        assertThat(stages.get(0)).isCancelled();
        assertThat(scene.hedges(guard))
                .isEqualTo(new HedgeSnapshot(scene.hedges(guard).delay(), 1, 1, 0));
        assertThat(scene.heard.only(HedgeLaunched.class))
                .isEqualTo(new HedgeLaunched("prices", 1, 2, ofMillis(100).toNanos()));
        assertThat(scene.heard.of(LegEnded.class))
                .extracting(LegEnded::leg, LegEnded::result, LegEnded::verdict)
                .containsExactly(
                        tuple(1, LegEnded.Result.CANCELLED, Verdict.IGNORED),
                        tuple(2, LegEnded.Result.DECIDED, Verdict.SUCCESS));
        assertThat(scene.heard.only(Event.AttemptEnded.class).verdict()).isEqualTo(Verdict.SUCCESS);
        assertThat(scene.heard.only(Event.CallEnded.class).attempts()).isEqualTo(1);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(1);
    }

    @Test
    @DisplayName("HG-1 what is fast enough has one leg and no timer left")
    void fastEnough_isNotHedged() {
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(50));
        stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(1);
        assertThat(scene.time.pendingTimers()).isZero();
        assertThat(guard.callAsync(() -> CompletableFuture.completedFuture(2))).isCompletedWithValue(2);
        assertThat(scene.time.pendingTimers()).isZero();
        assertThat(guard.describe()).isEqualTo("hedge (100 ms) → [work]");
    }

    @Test
    @DisplayName("HG-1 T-67 a leg that fails waits for the other, whichever is the first")
    void failingLeg_waitsForTheOther() {
        Guard guard = scene.hedged(g -> g.circuitBreaker());
        CompletableFuture<Integer> first = scene.call(guard);
        scene.time.advance(ofMillis(100));
        stages.get(1).completeExceptionally(down);
        assertThat(first).isNotDone();
        stages.get(0).complete(1);
        assertThat(first).isCompletedWithValue(1);
        CompletableFuture<Integer> second = scene.call(guard);
        scene.time.advance(ofMillis(100));
        stages.get(2).completeExceptionally(down);
        assertThat(second).isNotDone();
        stages.get(3).complete(2);
        assertThat(second).isCompletedWithValue(2);
        assertThat(scene.heard.of(LegEnded.class))
                .extracting(LegEnded::result)
                .containsExactly(
                        LegEnded.Result.FAILED,
                        LegEnded.Result.DECIDED,
                        LegEnded.Result.FAILED,
                        LegEnded.Result.DECIDED);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 T-67 when all legs fail, the last error is the attempt's, as it was thrown")
    void allLegsFail_theLastErrorCounts() {
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        stages.get(0).completeExceptionally(new IOException("first"));
        stages.get(1).completeExceptionally(down);
        assertThat(AsyncScene.errorOf(call)).isSameAs(down);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("HG-1 a failure before the hedge is due ends the attempt: to try again is the retry's")
    void earlyFailure_isTheRetrys() {
        Guard guard = scene.hedged(g -> g.retry(Retry.immediate().maxAttempts(2)));
        CompletableFuture<Integer> call = scene.call(guard);
        stages.get(0).completeExceptionally(down);
        assertThat(stages).hasSize(2);
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(3);
        assertThat(scene.heard.only(HedgeLaunched.class).number()).isEqualTo(2);
        stages.get(2).complete(3);
        assertThat(call).isCompletedWithValue(3);
        assertThat(stages.get(1)).isCancelled();
    }

    @Test
    @DisplayName("HG-1 RB-1 T-68 without a budget there is no hedge, and who has failed does not wait for it")
    void budgetUsed_noHedge() {
        RetryBudget budget = RetryBudget.fixedCount(FixedCount.defaults().count(1), scene.time);
        Guard guard = scene.hedged(g -> g.retryBudget(budget));
        CompletableFuture<Integer> first = scene.call(guard);
        CompletableFuture<Integer> second = scene.call(guard);
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(3);
        HedgeDenied denied = scene.heard.only(HedgeDenied.class);
        assertThat(denied.why()).isEqualTo(NoHedge.BUDGET_USED);
        assertThat(scene.hedges(guard).denied()).isEqualTo(1);
        stages.forEach(stage -> stage.completeExceptionally(down));
        assertThat(AsyncScene.errorOf(first)).isSameAs(down);
        assertThat(AsyncScene.errorOf(second)).isSameAs(down);
        assertThat(guard.snapshot().budget().orElseThrow().withdrawn()).isEqualTo(1);
    }

    @Test
    @DisplayName("HG-1 a hedge is not launched without a spare permit, does not wait for one, and its charge goes back")
    void bulkheadFull_noHedge() {
        RetryBudget budget = RetryBudget.fixedCount(FixedCount.defaults().count(1), scene.time);
        Guard guard = scene.hedged(g -> g.retryBudget(budget)
                .bulkhead(b -> b.maxConcurrent(1).maxWaiting(5).maxWait(ofSeconds(10))));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(1);
        HedgeDenied denied = scene.heard.only(HedgeDenied.class);
        assertThat(denied.why()).isEqualTo(NoHedge.REFUSED);
        assertThat(denied.detail()).isEqualTo("bulkhead, the only permit is taken and 0 of 5 places in the queue");
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().waiting())
                .isZero();
        assertThat(budget.snapshot().retries()).isZero();
        stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(1);
    }

    @Test
    @DisplayName("HG-1 CB-5 a hedge is not launched while the breaker is half open: it would take a probe's place")
    void halfOpen_noHedge() {
        Guard guard = scene.hedged(g -> g.circuitBreaker(b -> b.consecutiveFailures(1)
                .openFor(ofSeconds(1))
                .maxConcurrentProbes(3)
                .successesToClose(3)));
        CompletableFuture<Integer> failing = scene.call(guard);
        stages.get(0).completeExceptionally(down);
        assertThat(failing).isCompletedExceptionally();
        scene.time.advance(ofSeconds(1));
        CompletableFuture<Integer> probe = scene.call(guard);
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(2);
        assertThat(scene.heard.only(HedgeDenied.class).why()).isEqualTo(NoHedge.NOT_CLOSED);
        stages.get(1).complete(1);
        assertThat(probe).isCompletedWithValue(1);
        assertThat(guard.snapshot().breaker().orElseThrow().judged().probes()).isZero();
    }

    @Test
    @DisplayName("HG-1 there is no hedge that the deadline would not wait for")
    void deadline_noHedge() {
        Guard guard = scene.hedged(g -> g.totalTimeout(ofMillis(100)));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(1);
        assertThat(AsyncScene.errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        assertThat(scene.heard.of(HedgeLaunched.class)).isEmpty();
    }

    @Test
    @DisplayName("HG-1 TO-1 each leg has its own attempt timeout; the total timeout ends all")
    void timeouts_endLegs() {
        Guard guard = scene.hedged(g -> g.attemptTimeout(ofMillis(250)).totalTimeout(ofMillis(300)));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(250));
        assertThat(stages.get(0)).isCancelled();
        assertThat(call).isNotDone();
        scene.time.advance(ofMillis(50));
        assertThat(stages.get(1)).isCancelled();
        assertThat(AsyncScene.errorOf(call)).isInstanceOf(TimeoutExceededException.class);
        assertThat(guard.snapshot().calls().timedOut()).isEqualTo(1);
    }

    @Test
    @DisplayName("HG-1 RT-6 to cancel the call stops all legs")
    void cancel_stopsAllLegs() {
        Guard guard = scene.hedged(
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1)).bulkhead(4));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        call.cancel(true);
        assertThat(stages).hasSize(2).allMatch(CompletableFuture::isCancelled);
        assertThat(AsyncScene.available(guard)).isEqualTo(4);
        assertThat(scene.heard.only(Event.CallEnded.class).end()).isEqualTo(Event.End.CANCELLED);
        assertThat(scene.heard.of(LegEnded.class)).extracting(LegEnded::verdict).containsOnly(Verdict.IGNORED);
    }

    @Test
    @DisplayName("HG-1 BH-3 a leg that was cancelled keeps its permit until its body has ended")
    void cancelledLeg_keepsItsPermit() {
        Guard guard = scene.hedged(g -> g.bulkhead(2));
        CompletableFuture<Void> body = new CompletableFuture<>();
        CompletableFuture<Integer> call = guard.callAsync(attempt -> {
            CompletableFuture<Integer> stage = scene.newStage();
            if (attempt.leg() == 1) {
                attempt.endsWith(body);
            }
            return stage;
        });
        scene.time.advance(ofMillis(100));
        stages.get(1).complete(1);
        assertThat(call).isCompletedWithValue(1);
        assertThat(AsyncScene.available(guard)).isEqualTo(1);
        body.complete(null);
        assertThat(AsyncScene.available(guard)).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 CB-13 a cancelled leg is evidence of slowness if it was slow by then, and else of nothing")
    void cancelledLeg_isCensored() {
        Guard guard = scene.guards.guard(
                "prices",
                g -> g.hedge(Hedge.after(ofMillis(100)))
                        .circuitBreaker(
                                b -> b.slowCallRate(1.0, ofMillis(150), 100).overLastCalls(100)));
        CompletableFuture<Integer> fast = scene.call(guard);
        scene.time.advance(ofMillis(149));
        stages.get(1).complete(1);
        assertThat(fast).isCompletedWithValue(1);
        assertThat(guard.snapshot().breaker().orElseThrow().judged().windowCalls())
                .isEqualTo(1);
        CompletableFuture<Integer> slow = scene.call(guard);
        scene.time.advance(ofMillis(150));
        stages.get(3).complete(1);
        assertThat(slow).isCompletedWithValue(1);
        assertThat(guard.snapshot().breaker().orElseThrow().judged().windowCalls())
                .isEqualTo(3);
        assertThat(guard.snapshot().breaker().orElseThrow().judged().windowSlow())
                .isEqualTo(1);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 at most so many legs, each after the same delay once more")
    void maxHedges_bounds() {
        Guard guard = scene.guards.guard(
                "prices", g -> g.hedge(Hedge.after(ofMillis(100)).maxHedges(2)));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(199));
        assertThat(stages).hasSize(2);
        scene.time.advance(ofMillis(1));
        assertThat(stages).hasSize(3);
        scene.time.advance(ofSeconds(10));
        assertThat(stages).hasSize(3);
        stages.get(2).complete(3);
        assertThat(call).isCompletedWithValue(3);
        assertThat(stages.get(0)).isCancelled();
        assertThat(stages.get(1)).isCancelled();
    }

    @Test
    @DisplayName("HG-1 an Error decides, whatever the other legs do")
    void error_decides() {
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        Error error = new AssertionError("ours");
        stages.get(1).completeExceptionally(error);
        assertThat(AsyncScene.errorOf(call)).isSameAs(error);
        assertThat(stages.get(0)).isCancelled();
    }

    @Test
    @DisplayName("HG-1 CA-6 a leg runs under the caller's deadline and context")
    void legs_haveTheDeadline() {
        Guards guards = Guards.create(g -> g.time(scene.time).logging(false).contextCarrier(HedgeScene.TENANT));
        Guard guard = guards.guard("prices", g -> g.hedge(Hedge.after(ofMillis(100))));
        List<String> around = new ArrayList<>();
        CompletableFuture<Integer> call = HedgeScene.TENANT.as(
                "acme",
                () -> Deadline.in(scene.time, ofSeconds(5))
                        .call(() -> guard.callAsync(() -> {
                            around.add(HedgeScene.TENANT.name() + ", bounded: "
                                    + !Deadline.current().isNone());
                            return scene.newStage();
                        })));
        assertThat(HedgeScene.TENANT.name()).isEqualTo("nobody");
        scene.time.advance(ofMillis(100));
        stages.get(1).complete(1);
        assertThat(call).isCompletedWithValue(1);
        assertThat(around).containsExactly("acme, bounded: true", "acme, bounded: true");
        assertThat(HedgeScene.TENANT.name()).isEqualTo("nobody");
        guards.close();
    }

    @Test
    @DisplayName("HG-1 RB-1 a token bucket hears of successes where nothing but hedges is charged to it")
    void tokenBucket_isRefilled() {
        RetryBudget budget = RetryBudget.tokenBucket(TokenBucket.aws());
        Guard guard = scene.hedged(g -> g.retryBudget(budget));
        CompletableFuture<Integer> call = scene.call(guard);
        double full = budget.snapshot().tokens();
        scene.time.advance(ofMillis(100));
        double charged = budget.snapshot().tokens();
        assertThat(charged).isLessThan(full);
        stages.get(1).complete(1);
        assertThat(call).isCompletedWithValue(1);
        assertThat(budget.snapshot().tokens()).isGreaterThan(charged);
    }

    @Test
    @DisplayName("HG-1 everything that is wrong is said at once; work that may not run twice is not hedged")
    void wrongSettings_areRefused() {
        assertThatThrownBy(() -> scene.guards.guard(
                        "wrong",
                        g -> g.hedge(Hedge.afterQuantile(0.2)
                                        .between(Duration.ZERO, Duration.ZERO)
                                        .maxHedges(9))
                                .retry(Retry.immediate().nonIdempotent())))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "hedge.quantile must be 0.5 to 0.999: 0.2",
                                        "hedge.least must be longer than zero: PT0S",
                                        "hedge.maxHedges must be 1 to 5: 9",
                                        "hedge needs work that may run twice: retry.nonIdempotent()"));
    }

    @Test
    @DisplayName("HG-1 a fixed delay has no bounds: to name some would be to name another delay")
    void fixedDelay_hasNoBounds() {
        assertThatThrownBy(() -> scene.guards.guard(
                        "wrong", g -> g.hedge(Hedge.after(ofMillis(20)).between(ofMillis(1), ofMillis(50)))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "hedge.most must be the delay itself where that is fixed, PT0.001S: PT0.05S"));
    }

    @Test
    @DisplayName("HG-1 CB-12 how often it was hedged stays known while it is not")
    void totals_whileThereIsNoHedge_stay() {
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        scene.stages.get(1).complete(7);
        assertThat(call.join()).isEqualTo(7);
        guard.reconfigure(g -> g);
        guard.reconfigure(g -> g.hedge(Hedge.after(ofMillis(100))));
        assertThat(scene.hedges(guard).launched()).isEqualTo(1);
        scene.stages.get(0).complete(7);
    }
}
