package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.FallbackAsked;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An asynchronous call whose rungs are asked, and the holder of its future: who comes first, and what is left. */
final class AsyncFallbackTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final CompletableFuture<String> inner = new CompletableFuture<>();
    private final CompletableFuture<String> rung = new CompletableFuture<>();

    private Fallback<String> ladder() {
        return Fallback.<String>onRefusedOrFailed()
                .slowerAsync(() -> rung)
                .orElseGet(outcome -> "asked " + asked.incrementAndGet());
    }

    private CompletableFuture<String> waitsForTheRung(AsyncScene scene) {
        Guard guard = scene.guards.guard("mail", g -> g.bulkhead(1).circuitBreaker());
        CompletableFuture<String> call = guard.callAsync(() -> inner, ladder());
        inner.completeExceptionally(new IOException("lost"));
        assertThat(call).isNotDone();
        return call;
    }

    private void endedBy(Consumer<CompletableFuture<String>> holder, @Nullable String value) {
        AsyncFallbackTest own = new AsyncFallbackTest();
        try (AsyncScene scene = new AsyncScene()) {
            CompletableFuture<String> call = own.waitsForTheRung(scene);
            AtomicReference<@Nullable Boolean> stopped = new AtomicReference<>();
            CompletableFuture<Object> dependent = call.handle((given, error) -> {
                stopped.set(own.rung.isCancelled());
                return "";
            });
            holder.accept(call);
            Rendezvous.await(dependent::isDone, "the future is complete");
            assertThat(stopped.get()).isTrue();
            assertThat(own.asked).hasValue(0);
            if (value != null) {
                assertThat(call).isCompletedWithValue(value);
            } else {
                assertThat(call).isCompletedExceptionally();
            }
            own.rung.complete("too late");
            assertThat(scene.heard.of(CallEnded.class)).hasSize(1);
            assertThat(scene.heard.of(FallbackAsked.class)).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    @DisplayName("RT-6 DG-1 whoever completes the future cancels the rung first, and no other rung is asked")
    void future_completedWhileARungIsWaitedFor_stopsFirst() {
        endedBy(call -> assertThat(call.cancel(true)).isTrue(), null);
        endedBy(call -> assertThat(call.complete("mine")).isTrue(), "mine");
        endedBy(call -> call.completeExceptionally(new IOException()), null);
        endedBy(call -> call.completeAsync(() -> "mine", Runnable::run), "mine");
        endedBy(call -> call.obtrudeValue("forced"), "forced");
    }

    @Test
    @DisplayName("RT-6 DG-1 who cancels the call when he hears of its end gets no rung begun that goes on")
    void future_cancelledByTheObserverOfTheEnd_letsTheRungGo() {
        try (AsyncScene scene = new AsyncScene()) {
            AtomicReference<@Nullable CompletableFuture<String>> held = new AtomicReference<>();
            Guard guard = scene.guards.guard(
                    "mail",
                    g -> g.observer(event -> {
                        CompletableFuture<String> call = held.get();
                        if (event instanceof CallEnded && call != null) {
                            call.cancel(true);
                        }
                    }));
            held.set(guard.callAsync(() -> inner, ladder()));
            inner.completeExceptionally(new IOException("lost"));
            assertThat(held.get()).isCancelled();
            assertThat(rung.isCancelled() || rung.getNumberOfDependents() == 0).isTrue();
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    @DisplayName(
            "RT-6 DG-1 a rung that blocks does not hold up who cancels; what it answers is dropped, no other is asked")
    void future_cancelledWhileARungBlocks_isCancelledAtOnce() {
        try (AsyncScene scene = new AsyncScene()) {
            CountDownLatch blocking = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            CountDownLatch left = new CountDownLatch(1);
            Fallback<String> ladder = Fallback.<String>onFailed()
                    .slower(outcome -> {
                        blocking.countDown();
                        try {
                            Rendezvous.await(end);
                            return "too late";
                        } finally {
                            left.countDown();
                        }
                    })
                    .orElseGet(outcome -> "asked " + asked.incrementAndGet());
            CompletableFuture<String> call = scene.guards.guard("mail", g -> g).callAsync(() -> inner, ladder);
            inner.completeExceptionally(new IOException("lost"));
            Rendezvous.await(blocking);
            assertThat(call.cancel(true)).isTrue();
            end.countDown();
            Rendezvous.await(left);
            scene.time.advance(java.time.Duration.ZERO);
            assertThat(call).isCancelled();
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    @DisplayName("DG-1 a rung whose stage is cancelled from within has not answered: the next one is asked")
    void rung_whenItsStageIsCancelled_hasNotAnswered() throws ExecutionException {
        try (AsyncScene scene = new AsyncScene()) {
            CompletableFuture<String> call = waitsForTheRung(scene);
            rung.cancel(true);
            assertThat(Rendezvous.get(call)).isEqualTo("asked 1");
            assertThat(scene.heard.only(FallbackAsked.class).failures()).hasSize(1);
        }
    }

    @Test
    @DisplayName("EV-2 DG-1 an Error of who hears that a fallback was asked is in the future, and the call is over")
    void observer_whenFallbackAskedThrows_endsTheCall() {
        try (AsyncScene scene = new AsyncScene()) {
            Error hostile = new Error("of an observer");
            scene.guards.observe(event -> {
                if (event instanceof FallbackAsked) {
                    throw hostile;
                }
            });
            CompletableFuture<String> call = waitsForTheRung(scene);
            rung.complete("slower");
            Rendezvous.await(call::isDone, "the call is over");
            assertThat(AsyncScene.errorOf(call)).isSameAs(hostile);
        }
    }

    @Test
    @DisplayName(
            "CA-2 DG-1 an error that no rung has answered is the same as without a fallback, however it is wrapped")
    void error_whenNoRungAnswers_isNotUnwrapped() {
        try (AsyncScene scene = new AsyncScene()) {
            Guard guard = scene.guards.guard("mail", g -> g);
            CompletionException own = new CompletionException(new IOException("lost"));
            Fallback<String> silent = Fallback.<String>onRefusedOrFailed().slowerAsync(() -> {
                throw new IllegalStateException("neither");
            });
            CompletableFuture<String> plain = guard.callAsync(() -> failed(own));
            CompletableFuture<String> asking = guard.callAsync(() -> failed(own), silent);
            assertThat(rawErrorOf(plain)).isSameAs(own);
            assertThat(rawErrorOf(asking)).isSameAs(own);
        }
    }

    /** A stage that depends on one that has failed. */
    private static CompletableFuture<String> failed(CompletionException error) {
        return CompletableFuture.failedFuture(new CompletionException(error));
    }

    private static @Nullable Throwable rawErrorOf(CompletableFuture<String> future) {
        return future.handle((value, error) -> error).join();
    }
}
