package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeDenied;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.hedge.NoHedge;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Legs of which one ends in the midst of the end of another, and code of the user's that throws there. */
final class HedgedEndsTest {

    private final AssertionError broken = new AssertionError("broken");

    private final HedgeScene scene = new HedgeScene();
    private final List<CompletableFuture<Integer>> stages = scene.stages;

    /** While the first leg's answer, 1, is looked at, the second leg answers with 2. */
    private final Classifier nested = outcome -> {
        if (Objects.equals(outcome.value(), 1)) {
            boolean unused = stages.get(1).complete(2);
        }
        return Judgement.SUCCESS;
    };

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    @DisplayName("HG-1 the caller's own mistake decides: another leg would be told the same")
    void callersMistake_decides() {
        Guard guard = scene.hedged(
                g -> g.classifier(outcome -> outcome.error() == null ? Judgement.SUCCESS : Judgement.CALLERS_MISTAKE));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        IOException mistake = new IOException("404");
        stages.get(1).completeExceptionally(mistake);
        assertThat(AsyncScene.errorOf(call)).isSameAs(mistake);
        assertThat(stages.get(0)).isCancelled();
    }

    @Test
    @DisplayName("HG-1 CB-8 an Error of the retry's predicate is the end of the call, and nobody waits for ever")
    void errorOfPredicate_endsTheCall() {
        Guard guard = scene.hedged(g -> g.bulkhead(2)
                .circuitBreaker()
                .retry(Retry.immediate().maxAttempts(2).retryOnResult(value -> {
                    throw broken;
                })));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        stages.get(0).complete(1);
        assertThat(call).isDone();
        assertThat(AsyncScene.errorOf(call)).isSameAs(broken);
        assertThat(stages.get(1)).isCancelled();
        assertThat(guard.snapshot().calls().answered()).isZero();
    }

    @Test
    @DisplayName("HG-1 TO-1 an answer that is too late is handed over, also where a classifier has looked at it")
    void tooLateAnswer_isHandedOver() {
        List<Object> late = new ArrayList<>();
        Guard guard = scene.hedged(g -> g.classifier(nested).onLateResult(late::add));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(2);
        assertThat(late).containsExactly(1);
        assertThat(scene.heard.of(LegEnded.class))
                .extracting(LegEnded::result)
                .containsExactly(LegEnded.Result.DECIDED, LegEnded.Result.TOO_LATE);
    }

    @Test
    @DisplayName("HG-1 EV-3 an answer that is not wanted, and comes when another has decided, is not counted as one")
    void unwantedAnswer_isNotCounted() {
        Guard guard = scene.hedged(g -> g.classifier(nested)
                .circuitBreaker()
                .retry(Retry.immediate().maxAttempts(2).retryOnResult(value -> value.equals(1))));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(2);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(1);
    }

    @Test
    @DisplayName("HG-1 EV-2 an Error of who hears what a cancelled leg has led to is rethrown when all is settled")
    void errorOfObserver_atCancelledLeg() {
        Observer strict = event -> {
            if (event instanceof CircuitTransition) {
                throw broken;
            }
        };
        Guard guard = scene.hedged(g -> g.observer(strict)
                .circuitBreaker(b -> b.slowCallRate(0.5, ofMillis(150), 1).overLastCalls(10)));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(150));
        stages.get(1).complete(2);
        assertThat(stages.get(0)).isCancelled();
        assertThat(AsyncScene.errorOf(call)).isSameAs(broken);
    }

    @Test
    @DisplayName("HG-1 RT-6 who stops the call before its first leg is there stops that leg as well")
    void stoppedBeforeFirstLeg_beginsNothing() {
        GuardConfig config = Guards.configured("prices", g -> g.hedge(Hedge.after(ofMillis(100))));
        Parts parts =
                new OwnParts(scene.guards, "prices", scene.guards.settings(), List.of(scene.heard)).assemble(config);
        Carried nothing = Carried.take(List.of(), parts.counts().observers());
        AsyncPath path = new AsyncPath(new AsyncEngine(parts), Deadline.none(), nothing) {
            @Override
            void goOn(@Nullable Object result) {
                throw new AssertionError("it has not left");
            }
        };
        AsyncRace<Object> race =
                new AsyncRace<>(path, Objects.requireNonNull(parts.hedging()), attempt -> scene.newStage(), false, 1);
        race.stop();
        race.begin(NoGate.HERE, NoGate.HERE);
        assertThat(race.resultOrPending()).isInstanceOf(Ending.class);
        assertThat(stages).allMatch(CompletableFuture::isCancelled);
        assertThat(scene.heard.only(AttemptEnded.class).elapsedNanos()).isZero();
        assertThat(scene.time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("HG-1 T-68 a gate that breaks when a hedge is due keeps nobody waiting: the attempt ends without it")
    void brokenGate_isNotWaitedFor() throws ReflectiveOperationException {
        RetryBudget budget = RetryBudget.fixedCount(FixedCount.defaults(), scene.time);
        Guard guard = scene.hedged(
                g -> g.retryBudget(budget).concurrencyLimit(l -> l.initial(4)).bulkhead(4));
        CompletableFuture<Integer> fails = scene.call(guard);
        CompletableFuture<Integer> answers = scene.call(guard);
        Field window = ConcurrencyLimit.class.getDeclaredField("window");
        window.setAccessible(true);
        Object sound = window.get(guard.concurrencyLimit());
        window.set(guard.concurrencyLimit(), null); // from now on the gate throws
        scene.time.advance(ofMillis(100));
        window.set(guard.concurrencyLimit(), sound);
        assertThat(scene.heard.of(HedgeDenied.class))
                .extracting(HedgeDenied::why)
                .containsOnly(NoHedge.BROKEN)
                .hasSize(2);
        IOException down = new IOException("down");
        stages.get(0).completeExceptionally(down);
        stages.get(1).complete(1);
        assertThat(fails).isDone();
        assertThat(AsyncScene.errorOf(fails)).isSameAs(down);
        assertThat(answers).isCompletedWithValue(1);
        assertThat(guard.snapshot().faults()).isEqualTo(2);
        assertThat(budget.snapshot().retries()).isZero();
    }

    @Test
    @DisplayName("HG-1 EV-1 an attempt took as long as it took from its own beginning; each leg, from its own")
    void attempt_elapsedFromItsBeginning() {
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> good = scene.call(guard);
        scene.time.advance(ofMillis(130));
        stages.get(1).complete(2);
        assertThat(good).isCompletedWithValue(2);
        CompletableFuture<Integer> bad = scene.call(guard);
        scene.time.advance(ofMillis(110));
        stages.get(2).completeExceptionally(new IOException("first"));
        scene.time.advance(ofMillis(40));
        stages.get(3).completeExceptionally(new IOException("last"));
        assertThat(bad).isCompletedExceptionally();
        assertThat(scene.heard.of(AttemptEnded.class))
                .extracting(AttemptEnded::elapsedNanos)
                .containsExactly(ofMillis(130).toNanos(), ofMillis(150).toNanos());
        assertThat(scene.heard.of(LegEnded.class))
                .extracting(LegEnded::elapsedNanos)
                .containsExactly(
                        ofMillis(130).toNanos(),
                        ofMillis(30).toNanos(),
                        ofMillis(110).toNanos(),
                        ofMillis(50).toNanos());
    }

    @Test
    @DisplayName("HG-1 RB-2 inside of an attempt that is tried again at the edge nobody hedges, and nothing is charged")
    void atEdge_noHedge() {
        Guard edge = scene.guards.guard("edge", g -> g.retry(Retry.immediate().retryAtEdge()));
        Guard guard = scene.hedged(g -> g);
        CompletableFuture<Integer> call = edge.callAsync(() -> scene.call(guard));
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(1);
        assertThat(scene.heard.only(HedgeDenied.class).why()).isEqualTo(NoHedge.AT_EDGE);
        assertThat(guard.snapshot().budget().orElseThrow().withdrawn()).isZero();
        stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(1);
    }

    @Test
    @DisplayName("HG-1 RB-2 the guard at the edge hedges itself, and so does one whose layers all try again")
    void ownMark_hedges() {
        Guard edge = scene.hedged(g -> g.retry(Retry.immediate().retryAtEdge()));
        CompletableFuture<Integer> first = scene.call(edge);
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(2);
        stages.get(1).complete(1);
        assertThat(first).isCompletedWithValue(1);
        Guard layer = scene.guards.guard("layer", g -> g.retry(Retry.immediate()));
        Guard inner = scene.guards.guard("inner", g -> g.hedge(Hedge.after(ofMillis(100))));
        CompletableFuture<Integer> second = layer.callAsync(() -> scene.call(inner));
        scene.time.advance(ofMillis(100));
        assertThat(stages).hasSize(4);
        stages.get(3).complete(2);
        assertThat(second).isCompletedWithValue(2);
    }

    @Test
    @DisplayName("TO-1 HG-1 work that keeps its thread before it has a stage is ended by the timeout, hedged or not")
    void timeout_whenBeginningBlocks_endsTheCall() {
        for (boolean hedged : List.of(true, false)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goesOn = new CountDownLatch(1);
            Guard guard = scene.guards.guard(
                    "hedged-" + hedged,
                    g -> (hedged ? g.hedge(Hedge.after(ofMillis(100))) : g).attemptTimeout(ofMillis(500)));
            Thread caller = new Thread(() -> {
                var unused = guard.callAsync(() -> {
                    begun.countDown();
                    Rendezvous.await(goesOn);
                    return scene.newStage();
                });
            });
            caller.start();
            Rendezvous.await(begun);
            scene.time.advance(ofMillis(500));
            int ended = scene.heard.of(CallEnded.class).size();
            goesOn.countDown();
            Rendezvous.join(caller);
            assertThat(ended).as("hedged: " + hedged).isEqualTo(hedged ? 1 : 2);
        }
        assertThat(scene.heard.of(CallEnded.class))
                .extracting(CallEnded::end)
                .containsOnly(Event.End.TIMED_OUT)
                .hasSize(2);
        assertThat(scene.heard.of(AttemptEnded.class)).hasSize(2);
        assertThat(stages).allMatch(CompletableFuture::isCancelled);
    }
}
