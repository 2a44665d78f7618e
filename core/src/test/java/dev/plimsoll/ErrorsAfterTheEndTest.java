package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.hedge.LegEnded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An {@link Error} of the user's that comes when its asynchronous call is over: nobody can be thrown it, so it is shown. */
final class ErrorsAfterTheEndTest {

    private final AssertionError broken = new AssertionError("broken");
    private final HedgeScene scene = new HedgeScene();

    @AfterEach
    void close() {
        scene.close();
    }

    private void brokenAt(Event event, Predicate<Event> when) {
        if (when.test(event)) {
            throw broken;
        }
    }

    private void assertShown(Guard guard) {
        assertThat(guard.snapshot().faults()).isEqualTo(1);
    }

    @Test
    @DisplayName("TO-1 EV-2 DG-1 what the taker of a bad value throws while the rungs are let go is counted as a fault")
    void errorOfTaker_duringDescent_isShown() {
        List<Object> late = new ArrayList<>();
        Guard guard = scene.guards.guard(
                "prices",
                g -> g.classifier(outcome -> Judgement.TRANSIENT).onLateResult(value -> {
                    late.add(value);
                    throw broken;
                }));
        CompletableFuture<Integer> call = guard.callAsync(
                () -> CompletableFuture.completedFuture(1),
                Fallback.<Integer>onFailed().slowerAsync(CompletableFuture::new).orElse(0));
        assertThat(call.cancel(true)).isTrue();
        assertThat(late).containsExactly(1);
        assertShown(guard);
    }

    @Test
    @DisplayName("HG-1 EV-2 an Error of who hears of a leg that came too late is counted as a fault")
    void errorOfObserver_ofLegAfterTheEnd_isShown() {
        Guard guard = scene.hedged(g -> g.classifier(outcome -> {
                    if (Objects.equals(outcome.value(), 1)) {
                        boolean unused = scene.stages.get(1).complete(2);
                    }
                    return Judgement.SUCCESS;
                })
                .observer(event -> brokenAt(
                        event, told -> told instanceof LegEnded leg && leg.result() == LegEnded.Result.TOO_LATE)));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        scene.stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(2);
        assertShown(guard);
    }

    @Test
    @DisplayName("HG-1 TO-1 EV-1 what the taker of a leg's late answer throws keeps nobody from hearing of that leg")
    void errorOfTaker_ofLegAfterTheEnd_isShown() {
        Guard guard = scene.hedged(g -> g.classifier(outcome -> {
                    if (Objects.equals(outcome.value(), 1)) {
                        boolean unused = scene.stages.get(1).complete(2);
                    }
                    return Judgement.SUCCESS;
                })
                .onLateResult(value -> {
                    throw broken;
                }));
        CompletableFuture<Integer> call = scene.call(guard);
        scene.time.advance(ofMillis(100));
        scene.stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(2);
        assertThat(scene.heard.of(LegEnded.class))
                .extracting(LegEnded::result)
                .containsExactly(LegEnded.Result.DECIDED, LegEnded.Result.TOO_LATE);
        assertShown(guard);
    }

    @Test
    @DisplayName("RT-6 EV-2 an Error of who hears of the end of a call that was cancelled is counted as a fault")
    void errorOfObserver_ofCancelledCall_isShown() {
        Guard guard = scene.guards.guard(
                "prices", g -> g.observer(event -> brokenAt(event, told -> told instanceof CallEnded)));
        CompletableFuture<Integer> call = scene.call(guard);
        assertThat(call.cancel(true)).isTrue();
        assertThat(scene.stages.get(0)).isCancelled();
        assertShown(guard);
    }
}
